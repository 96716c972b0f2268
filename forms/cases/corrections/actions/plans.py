"""The verbs of corrective plans: issued in editions by the company, carried out by the office, judged by the
company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases import actions as cases
from forms.cases.corrections import permissions
from forms.cases.corrections.actions.changing import locked_case, note, same_version, state_after, words
from forms.cases.corrections.enums import ITEM_TRANSITIONS, ItemState
from forms.cases.corrections.models import Plan, PlanEdition, PlanItem, items_of
from forms.cases.enums import TRANSITIONS, CaseState
from forms.cases.models import Case
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Post, Unit

PROOF = "proof"


@dataclass(frozen=True)
class Line:
    """An item as the company wants it: a new one, or one of the plan that is still to do (`item`). The owner is a
    person, or a post in a unit."""

    what: str
    due_on: date
    owner: Person | None = None
    post: Post | None = None
    unit: Unit | None = None
    item: int | None = None


def issue_plan(
    *,
    by: Any,
    case: Case,
    lines: Sequence[Line],
    reason: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> PlanEdition:
    """The first edition of a plan, or the next one with the reason for the change (SRV-19).

    `lines` are what is to be done from now on: items that are named stay or change, open ones that are not named are
    left out, done ones stay done whatever is sent. `version` is that of the plan (0: there was none). Refused: no line,
    an owner who may not be (SRV-18), a day that is over, no reason, nothing changed. Conflict: somebody was faster.
    """
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_issue(by, locked):
            raise NotYours(_("A corrective plan is issued by the quality department or the company's leaders."))
        plan = Plan.objects.filter(case=locked).first()
        if version is not None and version != (plan.version if plan is not None else 0):
            raise Conflict(_("Somebody changed this plan while you were reading. Look at what is new and try again."))
        if locked.state not in TRANSITIONS["issue_plan"][0]:
            raise Conflict(_("Take the case up again first: this one is “%(state)s”.") % _state_of(locked))
        if plan is not None:
            reason = words(reason, "reason", _("Say why the plan changes: it becomes a new edition."))
        edition = _next_edition(by, locked, plan, lines, reason, now)
        begun = edition.plan.items.exclude(state__in=[ItemState.OPEN, ItemState.DROPPED]).exists()
        cases.issue_plan(case=locked, by=by, begun=begun, now=now)
        note(by=by, verb="issue_plan", thing=edition.plan, case=locked, now=now, edition=edition.number)
    return edition


def _state_of(case: Case) -> dict[str, str]:
    return {"state": case.get_state_display()}


def _next_edition(
    by: Any, case: Case, plan: Plan | None, lines: Sequence[Line], reason: str, now: datetime
) -> PlanEdition:
    running = {item.pk: item for item in items_of(plan).open()} if plan is not None else {}
    _check_lines(case, lines, running, now)
    if plan is None:
        plan = Plan.objects.create(case=case)
        number = 1
    else:
        number = plan.edition + 1
    changed = plan.edition != number - 1 or number == 1
    kept = {line.item for line in lines if line.item is not None}
    for key, item in running.items():
        if key not in kept:
            item.state = state_after(ITEM_TRANSITIONS, "drop", item)
            item.dropped_in, item.version = number, item.version + 1
            item.save(update_fields=["state", "dropped_in", "version"])
            changed = True
    position = max((item.position for item in plan.items.all()), default=0)
    for line in lines:
        if line.item is not None:
            changed |= _reword(running[line.item], line)
            continue
        position += 1
        changed = True
        PlanItem.objects.create(
            plan=plan,
            position=position,
            what=line.what.strip(),
            owner=line.owner,
            post=line.post,
            unit=line.unit,
            due_on=line.due_on,
            added_in=number,
        )
    if not changed:
        raise Refused(_("Nothing was changed: the edition in force stays."))
    if number > 1:
        plan.edition, plan.version = number, plan.version + 1
        plan.save(update_fields=["edition", "version"])
    standing = items_of(plan).standing().select_related("owner", "post", "unit")
    if not (lines_now := [item.as_line for item in standing]):
        raise Refused(_("Write at least one item: what is done, by whom, until when."))
    return PlanEdition.objects.create(plan=plan, number=number, reason=reason, lines=lines_now, by=by, at=now)


def _check_lines(case: Case, lines: Sequence[Line], running: dict[int, PlanItem], now: datetime) -> None:
    people = set(permissions.people_who_may_own(case).values_list("pk", flat=True))
    posts = {(post.pk, unit.pk) for post, unit in permissions.posts_that_may_own(case)}
    for line in lines:
        if line.item is not None and line.item not in running:
            raise Conflict(_("One of the items was carried out meanwhile. Look at what is new and try again."))
        words(line.what, "what", _("Say what is done."))
        fits = line.owner is not None and line.owner.pk in people and line.post is None
        fits |= line.post is not None and line.unit is not None and (line.post.pk, line.unit.pk) in posts
        if not fits:
            raise Refused(_("Choose who does it from the list: nobody else may carry out an item of this plan."))
        old = running.get(line.item) if line.item is not None else None
        if line.due_on < clock.today(now) and (old is None or old.due_on != line.due_on):
            raise Refused(_("Name a day that is still to come for “%(what)s”.") % {"what": line.what[:40]})


def _reword(item: PlanItem, line: Line) -> bool:
    """Writes what the line says into an item that is still to do. Returns whether anything changed."""
    wanted = (
        line.what.strip(),
        line.owner.pk if line.owner else None,
        line.post.pk if line.post else None,
        line.unit.pk if line.unit else None,
        line.due_on,
    )
    if wanted == (item.what, item.owner_id, item.post_id, item.unit_id, item.due_on):
        return False
    item.what, item.owner_id, item.post_id, item.unit_id, item.due_on = wanted
    item.version += 1
    item.save(update_fields=["what", "owner", "post", "unit", "due_on", "version"])
    return True


# ---- carrying out ----------------------------------------------------------------------------------------------------
def _locked_item(item: PlanItem) -> tuple[Case, PlanItem]:
    case_id = PlanItem.objects.values_list("plan__case", flat=True).get(pk=item.pk)
    case = locked_case(case_id)
    locked = PlanItem.objects.select_for_update(of=("self",)).select_related("plan").get(pk=item.pk)
    locked.plan.case = case
    return case, locked


def report_item(
    *,
    by: Any,
    item: PlanItem,
    proof: str,
    files: Sequence[Upload] = (),
    version: int | None = None,
    now: datetime | None = None,
) -> PlanItem:
    """The item is done: what was done, and what proves it. The first one moves the case to “being carried out”."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        case, locked = _locked_item(item)
        if not permissions.user_can_report(by, locked):
            raise NotYours(_("This is carried out by its owner or by the office."))
        same_version(locked, version)
        state = state_after(ITEM_TRANSITIONS, "report", locked)
        locked.proof = words(proof, "proof", _("Write what was done and what proves it."))
        locked.state, locked.done_by, locked.done_at = state, by, now
        locked.version += 1
        locked.save(update_fields=["state", "proof", "done_by", "done_at", "version"])
        keep_files(by=by, owner=locked, uploads=files, purpose=PROOF, now=now)
        note(by=by, verb="report_item", thing=locked, case=case, now=now, late=locked.was_late)
        if case.state == CaseState.PLAN_ISSUED:
            cases.execute_plan(case=case, by=SYSTEM, now=now)
    return locked


def accept_item(
    *, by: Any, item: PlanItem, verdict: str = "", version: int | None = None, now: datetime | None = None
) -> PlanItem:
    """The company looked at the proof and takes it; never who carried it out."""
    return _judge(by, item, "accept", verdict.strip(), version, now or clock.now())


def return_item(
    *, by: Any, item: PlanItem, verdict: str, version: int | None = None, now: datetime | None = None
) -> PlanItem:
    """The proof does not convince: the item is to do again, its day stays."""
    verdict = words(verdict, "verdict", _("Say what is missing."))
    return _judge(by, item, "return", verdict, version, now or clock.now())


def _judge(by: Any, item: PlanItem, verb: str, verdict: str, version: int | None, now: datetime) -> PlanItem:
    with transaction.atomic(), scopes_disabled():
        case, locked = _locked_item(item)
        if not permissions.user_can_judge(by, locked):
            raise NotYours(_("The proof is judged by the company, by somebody who did not carry it out."))
        same_version(locked, version)
        locked.state = state_after(ITEM_TRANSITIONS, verb, locked)
        locked.judged_by, locked.judged_at, locked.verdict = by, now, verdict
        locked.version += 1
        locked.save(update_fields=["state", "judged_by", "judged_at", "verdict", "version"])
        note(by=by, verb=f"{verb}_item", thing=locked, case=case, now=now)
    return locked
