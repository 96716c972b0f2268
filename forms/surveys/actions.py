"""The verbs of campaigns: draft, open (freezes the census), answer once, replace a lost letter, make letters, close."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.intake.actions import Accepted, accept_submission
from forms.intake.models import Submission
from forms.intake.questions import AnswerGiven
from forms.surveys import permissions
from forms.surveys.enums import TRANSITIONS, CampaignState, InvitationState
from forms.surveys.models import Campaign, Invitation, Return, SurveyPage, SurveyQuestion
from forms.surveys.tokens import digest_of, token_of
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Household, Unit

CENSUS_BATCH = 1000


class AlreadyAnswered(Conflict):
    """The token was used; `invitation` knows when."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(_("This questionnaire was already answered."))
        self.invitation = invitation


class CannotAnswer(Refused):
    """The campaign is not open, or the letter was replaced: the same calm answer for every such token."""


@dataclass(frozen=True)
class Letter:
    """What a letter to a household shows; `token` exists only here."""

    invitation: Invitation
    token: str


@transaction.atomic
def draft_campaign(
    *,
    by: Any,
    name: str,
    page: SurveyPage,
    period: str,
    offices: Sequence[Unit],
    opens_on: date,
    closes_on: date,
    now: datetime | None = None,
) -> Campaign:
    """Prepares a campaign. Nobody is invited before it is opened."""
    _require_runner(by)
    try:
        parsed = Period.parse(period)
    except ValueError as problem:
        raise Refused(str(problem), field="period") from None
    if closes_on < opens_on:
        raise Refused(_("The campaign closes before it opens: correct one of the dates."), field="closes_on")
    if closes_on < clock.today(now):
        raise Refused(_("This day is over already: choose a later last day."), field="closes_on")
    if not offices:
        raise Refused(_("Choose at least one office."), field="offices")
    if not name.strip():
        raise Refused(_("Give the campaign a name."), field="name")
    campaign = Campaign.objects.create(
        name=name.strip(), page=page, period=parsed.code, opens_on=opens_on, closes_on=closes_on
    )
    campaign.offices.set(offices)
    journal.record(
        by=by,
        action="surveys.draft",
        thing=campaign,
        data={"period": parsed.code, "offices": sorted(office.code for office in offices)},
        now=now,
    )
    return campaign


@transaction.atomic
def open_campaign(*, by: Any, campaign: Campaign, now: datetime | None = None) -> Campaign:
    """Opens a campaign: freezes the census (every household of its offices), the questions, the overall question.

    Raises Refused without exactly one overall question on a scale, without households, or when its days are over.
    """
    now = now or clock.now()
    _require_runner(by)
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    _require_transition(campaign, CampaignState.OPEN)
    if campaign.closes_on < clock.today(now):
        raise Refused(_("The last day of this campaign is over: draft a new one."))
    questions = list(campaign.page.questions.all())
    overall = [question for question in questions if question.overall and question.field_type == "scale"]
    if len(overall) != 1:
        raise Refused(_("Mark exactly one question on a scale as the overall question of the questionnaire."))
    campaign.overall_question, campaign.overall_label = overall[0].clean_name, overall[0].label
    campaign.questions = [_frozen(question) for question in questions]
    campaign.state, campaign.opened_at = CampaignState.OPEN, now
    campaign.save()
    count = _take_census(campaign, now)
    if not count:
        raise Refused(_("These offices look after no households: there is nobody to ask."))
    journal.record(by=by, action="surveys.open", thing=campaign, data={"households": count}, now=now)
    return campaign


def _take_census(campaign: Campaign, now: datetime) -> int:
    homes = Household.objects.filter(estate__office__in=campaign.offices.all()).order_by("estate__code", "house")
    batch: list[Invitation] = []
    count = 0
    with scopes_disabled():
        for home, office in homes.values_list("pk", "estate__office_id").iterator(chunk_size=CENSUS_BATCH):
            seed = uuid.uuid4()
            batch.append(
                Invitation(
                    campaign=campaign,
                    household_id=home,
                    office_id=office,
                    seed=seed,
                    token_digest=digest_of(token_of(seed)),
                    issued_at=now,
                )
            )
            count += 1
            if len(batch) == CENSUS_BATCH:
                Invitation.objects.bulk_create(batch)
                batch = []
        Invitation.objects.bulk_create(batch)
    return count


@transaction.atomic
def close_campaign(*, by: Any, campaign: Campaign, now: datetime | None = None) -> Campaign:
    """Ends a campaign: no answer is taken any more and every unused token is dead."""
    now = now or clock.now()
    if not permissions.actor_can_close_campaign(by):
        raise NotYours(_("Campaigns are run by the quality department."))
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    _require_transition(campaign, CampaignState.CLOSED)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, now
    campaign.save(update_fields=["state", "closed_at"])
    with scopes_disabled():
        issued = campaign.invitations.count()
        returned = campaign.invitations.filter(state=InvitationState.RETURNED).count()
    journal.record(
        by=by, action="surveys.close", thing=campaign, data={"issued": issued, "returned": returned}, now=now
    )
    return campaign


def answer_survey(
    *,
    by: Any,
    invitation: Invitation,
    submission_id: UUID,
    answers: Sequence[AnswerGiven],
    language: str = "zh-hant",
    address: str = "",
    suspected: bool = False,
    now: datetime | None = None,
) -> Accepted:
    """Takes the answers of a household, once. The same submission id and content again is the same receipt.

    Raises AlreadyAnswered for a used token, CannotAnswer for a campaign that takes no answers or a replaced letter.
    """
    now = now or clock.now()
    campaign = invitation.campaign

    def make_record(submission: Submission) -> Return:
        if not Campaign.objects.select_for_update().get(pk=campaign.pk).takes_answers(now):
            raise CannotAnswer(_("This questionnaire takes no answers any more."))
        unused = Invitation.objects.filter(
            pk=invitation.pk, state=InvitationState.ISSUED, token_digest=invitation.token_digest
        )
        if not unused.update(state=InvitationState.RETURNED, used_at=now):
            present = Invitation.objects.get(pk=invitation.pk)
            if present.state == InvitationState.RETURNED:
                raise AlreadyAnswered(present)
            raise CannotAnswer(_("This letter was replaced by a newer one."))
        return Return.objects.create(
            submission=submission,
            campaign=campaign,
            invitation=invitation,
            household_id=invitation.household_id,
            office_id=invitation.office_id,
            overall=_overall(campaign, answers),
            returned_at=now,
        )

    with scopes_disabled():
        return accept_submission(
            entrance=campaign.page,
            submission_id=submission_id,
            by=by,
            cleaned={"invitation": str(invitation.pk)},
            make_record=make_record,
            language=language,
            answers=answers,
            action="surveys.answer",
            address=address,
            suspected=suspected,
            now=now,
        )


@transaction.atomic
def reissue_token(*, by: Any, invitation: Invitation, now: datetime | None = None) -> Invitation:
    """Replaces a lost letter: a new token, the old one is dead. A returned questionnaire has no letter to replace."""
    with scopes_disabled():
        invitation = Invitation.objects.select_for_update().select_related("campaign", "office").get(pk=invitation.pk)
        if not permissions.user_can_make_letters(by, invitation.office):
            raise NotYours(_("Letters are replaced by the office of the household."))
        if invitation.state != InvitationState.ISSUED:
            raise Conflict(_("This household has answered already: its letter is not needed any more."))
        if invitation.campaign.state != CampaignState.OPEN:
            raise Conflict(_("The campaign is closed: letters are not replaced any more."))
        invitation.seed = uuid.uuid4()
        invitation.token_digest = digest_of(token_of(invitation.seed))
        invitation.reissued += 1
        invitation.save(update_fields=["seed", "token_digest", "reissued"])
    journal.record(by=by, action="surveys.reissue", thing=invitation, unit=invitation.office_id, now=now)
    return invitation


@transaction.atomic
def make_letters(
    *, by: Any, campaign: Campaign, office: Unit, invitations: Iterable[Invitation], now: datetime | None = None
) -> list[Letter]:
    """The tokens of these invitations of an office, for letters. Who had them shown, and how many, is journalled."""
    if not permissions.user_can_make_letters(by, office):
        raise NotYours(_("Letters are made by the office of the households."))
    if campaign.state != CampaignState.OPEN:
        raise Conflict(_("Letters are made while the campaign is open."))
    letters = [
        Letter(invitation, token_of(invitation.seed))
        for invitation in invitations
        if invitation.office_id == office.pk and invitation.campaign_id == campaign.pk
    ]
    journal.record(
        by=by, action="surveys.make_letters", thing=campaign, unit=office, data={"letters": len(letters)}, now=now
    )
    return letters


def close_ended_campaigns(*, by: Any, now: datetime | None = None) -> int:
    """Closes every open campaign whose last day is over. Returns how many."""
    now = now or clock.now()
    ended = Campaign.objects.running().filter(closes_on__lt=clock.today(now))
    for campaign in ended:
        close_campaign(by=by, campaign=campaign, now=now)
    return len(ended)


def _frozen(question: SurveyQuestion) -> dict[str, Any]:
    choices = [choice.strip() for choice in re.split(r"\n|,", question.choices) if choice.strip()]
    return {"name": question.clean_name, "label": question.label, "type": question.field_type, "choices": choices}


def _overall(campaign: Campaign, answers: Sequence[AnswerGiven]) -> int | None:
    found = [answer.value for answer in answers if answer.name == campaign.overall_question]
    return found[0] if found and isinstance(found[0], int) else None


def _require_runner(by: Any) -> None:
    if not permissions.user_can_run_campaigns(by):
        raise NotYours(_("Campaigns are run by the quality department."))


def _require_transition(campaign: Campaign, state: str) -> None:
    if state not in TRANSITIONS[campaign.state]:
        message = _("The campaign is “%(state)s”: this cannot be done now.")
        raise Conflict(message % {"state": campaign.get_state_display()})
