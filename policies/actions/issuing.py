"""Issuing an edition: it freezes, is rendered in both scripts and published; the edition before it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from policies import content, freezing, rendering
from policies.actions.bundles import IssueNotice, publish_issue_notice, require_whole_bundle, run_parts
from policies.actions.review import clauses_of
from policies.actions.transitions import locked, state_after
from policies.enums import AudienceScope, EditionState
from policies.models import AudienceRule, Edition, RegulationPage
from policies.permissions import user_can_issue_edition, user_can_try_edition, user_can_withdraw_edition
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Post, Unit, User
from portal.org.readers import PUBLIC, STAFF

SEARCH_SOURCE = "clauses"
REVIEW_YEARS = 3


@dataclass(frozen=True)
class AudienceLine:
    """One line of the audience as the issue form gives it. `unit` and `post` as the scope needs them."""

    scope: str
    unit: Unit | None = None
    post: Post | None = None

    @property
    def token(self) -> str:
        """What a reader must hold (portal.org.readers). Raises Refused for a line that lacks its unit or post."""
        if self.scope == AudienceScope.PUBLIC:
            return PUBLIC
        if self.scope == AudienceScope.STAFF:
            return STAFF
        if self.scope == AudienceScope.UNIT and self.unit:
            return f"unit:{self.unit.pk}"
        if self.scope == AudienceScope.POST and self.post:
            return f"post:{self.post.code}"
        if self.scope == AudienceScope.UNIT_POST and self.unit and self.post:
            return f"unit:{self.unit.pk}+post:{self.post.code}"
        raise Refused(_("Choose the unit and the post that this line of the audience names."), field="audience")


def latest_review_date(effective_on: date) -> date:
    """Three years after the effective date (SAF-23, clause 6.4); 29 February counts as 28."""
    try:
        return effective_on.replace(year=effective_on.year + REVIEW_YEARS)
    except ValueError:
        return effective_on.replace(year=effective_on.year + REVIEW_YEARS, day=28)


@transaction.atomic
def issue_edition(
    *,
    by: User,
    edition: Edition,
    effective_on: date | None,
    owner_unit: Unit | None,
    audience: Iterable[AudienceLine],
    interpreting_unit: Unit | None = None,
    review_due_on: date | None = None,
    material: bool = True,
    change_note: str = "",
    notice: IssueNotice | None = None,
    now: datetime | None = None,
) -> Edition:
    """Issues an approved edition, or one that was tried out, with its notice and all parts that other apps register:
    together or not at all. Effective date, owner department and audience are required; the interpreting
    department is the owner where none is named, the review date three years on (the most that SAF-23 allows).

    From its effective day it supersedes the edition before it; until then both stand.
    """
    now = now or clock.now()
    current = locked(edition)
    target = state_after(current, "issue")
    if not user_can_issue_edition(by, current):
        raise NotYours(_("Only an approver or an editor may issue an edition."))
    require_whole_bundle(current)
    lines = {line.token: line for line in audience}
    effective_on, review_due_on = _checked_dates(current, effective_on, review_due_on)
    current.state, current.issued_by, current.issued_at = target, by, now
    current.effective_on, current.review_due_on = effective_on, review_due_on
    current.material = material
    current.receipts_from = _receipts_from(current)
    _freeze(current, owner_unit, interpreting_unit, lines, change_note)
    journal.record(
        by=by,
        action="policies.issue_edition",
        thing=current,
        unit=owner_unit,
        data={
            "number": current.number,
            "hash": current.tree_hash,
            "effective_on": effective_on,
            "review_due_on": review_due_on,
            "audience": sorted(lines),
            "material": material,
            "notice": publish_issue_notice(by, current, notice, lines.values(), now) if notice else None,
            "parts": run_parts(by, current, now),
        },
        now=now,
    )
    _bring_in_force(by, current.regulation, clock.today(now), now)
    _tell_search(current)
    return current


@transaction.atomic
def try_edition(
    *,
    by: User,
    edition: Edition,
    ends_on: date | None,
    owner_unit: Unit | None,
    audience: Iterable[AudienceLine],
    interpreting_unit: Unit | None = None,
    change_note: str = "",
    notice: IssueNotice | None = None,
    now: datetime | None = None,
) -> Edition:
    """Issues an approved edition on trial, from today until `ends_on`, for those of `audience`. Its text is frozen and
    marked as on trial; the edition in force stays in force for everybody. Afterwards it is issued or withdrawn."""
    now = now or clock.now()
    today = clock.today(now)
    current = locked(edition)
    target = state_after(current, "try")
    if not user_can_try_edition(by, current):
        raise NotYours(_("Only an approver or an editor may issue an edition on trial."))
    lines = {line.token: line for line in audience}
    if ends_on is None:
        raise Refused(_("Write the last day of the trial."), field="ends_on")
    if ends_on <= today:
        raise Refused(_("The trial ends on a later day: choose one after today."), field="ends_on")
    latest = latest_review_date(today)
    if ends_on > latest:
        raise Refused(
            _("A trial lasts as long as a text without review at most: choose a day up to %(latest)s.")
            % {"latest": latest.isoformat()},
            field="ends_on",
        )
    current.state, current.trial_started_at, current.trial_ends_on = target, now, ends_on
    current.effective_on = today
    current.receipts_from = current.number
    _freeze(current, owner_unit, interpreting_unit, lines, change_note)
    journal.record(
        by=by,
        action="policies.try_edition",
        thing=current,
        unit=owner_unit,
        data={
            "number": current.number,
            "hash": current.tree_hash,
            "until": ends_on,
            "audience": sorted(lines),
            "notice": publish_issue_notice(by, current, notice, lines.values(), now) if notice else None,
        },
        now=now,
    )
    return current


def _freeze(
    edition: Edition,
    owner_unit: Unit | None,
    interpreting_unit: Unit | None,
    lines: dict[str, AudienceLine],
    change_note: str,
) -> None:
    """Saves the edition as people will read it: facts, audience, rendered text. After a trial the text is there
    already, and who tried it stays in the audience."""
    if owner_unit is None:
        raise Refused(_("Choose the department that owns the regulation."), field="owner_unit")
    if not lines:
        raise Refused(_("Say for whom the regulation is: add at least one line to the audience."), field="audience")
    rows = clauses_of(edition)
    if content.tree_hash(edition.title, rows) != edition.tree_hash:
        raise Refused(_("The text is not the one that was approved: return it and let it be approved again."))
    edition.owner_unit, edition.interpreting_unit = owner_unit, interpreting_unit or owner_unit
    edition.change_note = change_note.strip() or edition.change_note
    present = edition.audience
    with freezing.verb():
        edition.save()
        AudienceRule.objects.bulk_create(
            AudienceRule(edition=edition, scope=line.scope, unit=line.unit, post=line.post, token=token)
            for token, line in lines.items()
            if token not in present
        )
        if not edition.bodies.exists():
            rendering.write_bodies(edition, rows)


def _receipts_from(edition: Edition) -> int:
    """A material edition begins anew; a minor one counts the receipts that the edition before it counts."""
    if edition.material:
        return edition.number
    earlier = edition.regulation.editions.filter(
        state__in=[EditionState.ISSUED, EditionState.SUPERSEDED], issued_at__isnull=False, number__lt=edition.number
    )
    before = earlier.order_by("-number").first()
    return (before.receipts_from or before.number) if before else edition.number


def _checked_dates(edition: Edition, effective_on: date | None, review_due_on: date | None) -> tuple[date, date]:
    if effective_on is None:
        raise Refused(_("Write the day from which the edition holds."), field="effective_on")
    before = edition.regulation.editions.issued().order_by("-number").first()
    if before is not None and before.effective_on and effective_on < before.effective_on:
        raise Refused(
            _("The edition before this one holds from a later day: choose that day or one after it."),
            field="effective_on",
        )
    latest = latest_review_date(effective_on)
    review_due_on = review_due_on or latest
    if review_due_on > latest:
        raise Refused(
            _("A regulation is reviewed at least every 3 years: choose a review date up to %(latest)s.")
            % {"latest": latest.isoformat()},
            field="review_due_on",
        )
    if review_due_on <= effective_on:
        raise Refused(_("The review comes after the effective date: choose a later day."), field="review_due_on")
    return effective_on, review_due_on


def _bring_in_force(by: object, regulation: RegulationPage, day: date, now: datetime) -> int:
    """Supersedes what a later edition in force replaces and brings the page in step. Returns how many ended."""
    in_force = Edition.objects.in_force(day).filter(regulation=regulation).first()
    ended = []
    if in_force is not None:
        earlier = regulation.editions.select_for_update().current().filter(number__lt=in_force.number)
        for edition in earlier:
            with freezing.verb():
                edition.state, edition.ended_at = state_after(edition, "supersede"), now
                edition.save()
            journal.record(
                by=by,
                action="policies.supersede_edition",
                thing=edition,
                unit=edition.owner_unit,
                data={"number": edition.number, "by": in_force.number},
                now=now,
            )
            _tell_search(edition)
            ended.append(edition)
    _publish(by, regulation, in_force or regulation.editions.issued().order_by("number").first())
    return len(ended)


def _publish(by: object, regulation: RegulationPage, edition: Edition | None) -> None:
    """Wagtail's page says what the edition says; without an issued edition it goes off the site."""
    user = by if isinstance(by, User) else None
    with freezing.verb():
        page = RegulationPage.objects.get(pk=regulation.pk)
        if edition is None:
            if page.live:
                UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)
            return
        page.title = page.draft_title = edition.title
        page.owner_unit, page.interpreting_unit = edition.owner_unit, edition.interpreting_unit
        page.save_revision(user=user, changed=False).publish(user=user, skip_permission_checks=True)


def _tell_search(edition: Edition) -> None:
    for pk in edition.clauses.values_list("pk", flat=True):
        outbox.changed(SEARCH_SOURCE, pk)


@transaction.atomic
def supersede_due(*, by: Any, now: datetime | None = None) -> int:
    """Ends every edition whose successor's effective day has come; called once for each day by the schedule.

    Returns how many ended. Search hears of what takes effect on the day.
    """
    now = now or clock.now()
    day = clock.today(now)
    later = Edition.objects.in_force(day).filter(regulation=OuterRef("regulation"), number__gt=OuterRef("number"))
    outdated = Edition.objects.current().filter(Exists(later))
    due = RegulationPage.objects.filter(pk__in=outdated.values("regulation"))
    for edition in Edition.objects.issued().filter(effective_on=day):
        _tell_search(edition)
    return sum(_bring_in_force(by, page, day, now) for page in due)


@transaction.atomic
def withdraw_edition(*, by: User, edition: Edition, reason: str, now: datetime | None = None) -> Edition:
    """Takes an issued edition out of force (an approver) or gives a draft up (an editor). The text stays."""
    now = now or clock.now()
    current = locked(edition)
    target = state_after(current, "withdraw")
    if not user_can_withdraw_edition(by, current):
        raise NotYours(_("Only an approver may withdraw what was issued."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Write why the edition is withdrawn."), field="reason")
    was_issued = current.state == EditionState.ISSUED
    with freezing.verb():
        current.state, current.ended_at = target, now
        current.save()
    journal.record(
        by=by,
        action="policies.withdraw_edition",
        thing=current,
        unit=current.owner_unit,
        data={"number": current.number, "reason": reason[:2000]},
        now=now,
    )
    if was_issued:
        _bring_in_force(by, current.regulation, clock.today(now), now)
        _tell_search(current)
    return current
