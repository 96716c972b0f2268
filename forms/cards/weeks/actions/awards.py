"""The verbs of awards: nominate, vote, decide (SAF-19, clause 5.5). Only what is good enters: no card is held against
anybody, and whoever was observed is never spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.models import Card
from forms.cards.permissions import user_can_see_card
from forms.cards.weeks import permissions
from forms.cards.weeks.actions.words import note, refuse_names, require_words
from forms.cards.weeks.enums import AwardKind, award_term_of
from forms.cards.weeks.models import Award, Nomination, Vote
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Shift, Unit
from portal.org.readers import reader_for


@dataclass(frozen=True)
class NominationDraft:
    """Who is proposed (one of the three), for what, with which card."""

    reason: str
    person: Person | None = None
    team: Shift | None = None
    crew: Unit | None = None
    card: Card | None = None

    @property
    def kind(self) -> AwardKind:
        if self.crew is not None:
            return AwardKind.UNIT
        return AwardKind.TEAM if self.team is not None else AwardKind.PERSON


def quote_of(card: Card) -> str:
    """What the card says that was good: the suggestion, and what was seen where only safe things were counted."""
    notes = [item.note for item in card.items.all() if item.safe and not item.is_unsafe and item.note]
    return "\n".join(part for part in [card.suggestion, *notes] if part.strip())


@transaction.atomic
def nominate(*, by: Any, unit: Unit, period: Period, draft: NominationDraft, now: datetime | None = None) -> Nomination:
    """A proposal for the award of a period. The same nominee again is the same nomination."""
    now = now or clock.now()
    if not permissions.user_can_nominate(by, unit):
        raise NotYours(_("Nominations come from the unit itself."))
    _require_period(unit, draft.kind, period, now)
    reason = require_words(draft.reason, "reason", _("Say what was good."))
    # A name stands in the field for it alone; a reason that holds one might speak of somebody who was observed.
    refuse_names(reason=(_("what was good"), reason))
    _require_nominee(by, unit, draft, now)
    with scopes_disabled():
        quote = _require_card(by, unit, period, draft) if draft.card is not None else ""
        Unit.objects.select_for_update().get(pk=unit.pk)
        nominee = {"person": draft.person, "team": draft.team, "crew": draft.crew}
        found = Nomination.objects.filter(unit=unit, kind=draft.kind, starts_on=period.start, **nominee).first()
        if found is not None:
            if found.by_id == by.pk and found.reason == reason:
                return found  # type: ignore[no-any-return]
            raise Conflict(_("Somebody has nominated the same already: give your vote to that nomination."))
        made = Nomination.objects.create(
            unit=unit,
            kind=draft.kind,
            starts_on=period.start,
            reason=reason,
            card=draft.card,
            quote=quote,
            by=by,
            at=now,
            **nominee,
        )
    note(by=by, verb="nominate", thing=made, unit=unit.pk, now=now, kind=draft.kind, period=period.code)
    return made  # type: ignore[no-any-return]


def _require_period(unit: Unit, kind: AwardKind, period: Period, now: datetime) -> None:
    if kind not in permissions.kinds_of(unit) or period.kind != ("month" if kind == AwardKind.UNIT else "week"):
        raise Refused(_("Crews award weekly, project departments monthly."))
    if period.start > clock.today(now):
        raise Refused(_("This period has not begun yet."))


def _require_nominee(by: Any, unit: Unit, draft: NominationDraft, now: datetime) -> None:
    if draft.person is not None:
        reader = reader_for(by)
        if reader.person is not None and reader.person.pk == draft.person.pk:
            raise Refused(_("Nobody nominates himself or herself."), field="person")
        if not permissions.people_of(unit, clock.today(now)).filter(pk=draft.person.pk).exists():
            raise Refused(_("Choose somebody of the unit."), field="person")
    elif draft.team is not None:
        if draft.team.unit_id != unit.pk:
            raise Refused(_("Choose a team of the unit."), field="team")
    elif draft.crew is not None:
        if not draft.crew.path.startswith(unit.path) or draft.crew.pk == unit.pk:
            raise Refused(_("Choose a crew of the project department."), field="crew")
    else:
        raise Refused(_("Choose who is nominated."))


def _require_card(by: Any, unit: Unit, period: Period, draft: NominationDraft) -> str:
    """The quotation. The card must be one that the nominator reads, of the period, and made by the nominee."""
    card = draft.card
    if card is None or not user_can_see_card(by, card) or not card.unit.path.startswith(unit.path):
        raise Refused(_("Choose a card of the unit that you may read."), field="card")
    if not period.contains(card.observed_on):
        raise Refused(_("Choose a card of this period."), field="card")
    observed = draft.person is None or card.observers.filter(pk=draft.person.pk).exists()
    of_team = draft.team is None or card.shift_id == draft.team.pk
    of_crew = draft.crew is None or card.unit_id == draft.crew.pk
    if not (observed and of_team and of_crew):
        raise Refused(_("Quote a card of the nominee: awards are for those who observe."), field="card")
    quote = quote_of(card)
    if not quote:
        raise Refused(
            _("This card holds neither a suggestion nor safe work in words: only what is good is quoted."), field="card"
        )
    return quote


@transaction.atomic
def vote(*, by: Any, nomination: Nomination, now: datetime | None = None) -> Vote:
    """One voice for each award; it may be given to another nomination until the decision."""
    now = now or clock.now()
    if not permissions.user_can_nominate(by, nomination.unit):
        raise NotYours(_("Votes come from the unit itself."))
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=nomination.unit_id)
        if _is_decided(nomination):
            raise Conflict(_("This award is decided already."))
        name = f"{nomination.unit_id}:{nomination.kind}:{nomination.starts_on}"
        made = Vote.objects.update_or_create(by=by, round=name, defaults={"nomination": nomination})[0]
    note(by=by, verb="vote", thing=nomination, unit=nomination.unit_id, now=now)
    return made  # type: ignore[no-any-return]


def _is_decided(nomination: Nomination) -> bool:
    round_of = {"unit": nomination.unit_id, "kind": nomination.kind, "starts_on": nomination.starts_on}
    return Award.objects.filter(**{f"nomination__{name}": value for name, value in round_of.items()}).exists()


@transaction.atomic
def decide_award(*, by: Any, nomination: Nomination, reason: str, reward: str, now: datetime | None = None) -> Award:
    """The unit's leader decides, with a reason and a reward; one award of a kind and period."""
    now = now or clock.now()
    if not permissions.user_can_decide_award(by, nomination.unit):
        raise NotYours(_("The award is decided by the unit's leaders."))
    reader = reader_for(by)
    if nomination.person_id and reader.person is not None and reader.person.pk == nomination.person_id:
        raise NotYours(_("Nobody decides on an award of one's own: another leader of the unit does."))
    reason = require_words(reason, "reason", _("Say why, for everybody to read."))
    reward = require_words(reward, "reward", _("Say what the reward is."))
    refuse_names(reason=(_("reason of the decision"), reason), reward=(_("reward"), reward))
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=nomination.unit_id)
        if _is_decided(nomination):
            raise Conflict(_("This award is decided already."))
        today = clock.today(now)
        if not permissions.period_is_over(nomination.period, today):
            message = _("The period still runs: decide on %(day)s or later.")
            raise Refused(message % {"day": f"{nomination.period.end:%Y-%m-%d}"})
        award = Award.objects.create(
            nomination=nomination,
            reason=reason,
            reward=reward,
            votes=nomination.votes.count(),
            decided_by=by,
            decided_at=now,
            is_late=today > award_term_of(nomination.period),
        )
    note(by=by, verb="decide_award", thing=award, unit=nomination.unit_id, now=now, period=nomination.period.code)
    return award  # type: ignore[no-any-return]


@transaction.atomic
def record_export(*, by: Any, unit: Unit, rows: int, since: Any, until: Any, now: datetime | None = None) -> None:
    """That the merits of a unit were taken out, by whom."""
    note(by=by, verb="export_merits", thing=unit, unit=unit.pk, now=now, rows=rows, since=f"{since}", until=f"{until}")
