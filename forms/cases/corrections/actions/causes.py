"""The verbs of causes and preventive measures: recorded, carried out, verified for effect (SRV-21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases import actions as cases
from forms.cases.corrections import permissions
from forms.cases.corrections.actions.changing import locked_case, note, same_version, state_after, words
from forms.cases.corrections.actions.plans import PROOF
from forms.cases.corrections.enums import (
    EFFECT_AFTER,
    FEWEST_WHYS,
    MOST_WHYS,
    PREVENTION_TRANSITIONS,
    Branch,
    Follow,
    Method,
)
from forms.cases.corrections.models import CauseAnalysis, Prevention
from forms.cases.enums import TRANSITIONS
from forms.cases.models import Case
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person


def record_cause(
    *,
    by: Any,
    case: Case,
    method: str,
    conclusion: str,
    whys: Sequence[str] = (),
    branches: Mapping[str, str] | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> CauseAnalysis:
    """Why it happened: two to five whys one after the other, or a fishbone by branches; and the cause that follows.

    `version` is that of the analysis (0: there was none). Writing again changes it; the journal keeps when and by whom.
    """
    now = now or clock.now()
    if method not in Method.values:
        raise Refused(_("Choose how the cause was found."), field="method")
    steps = _whys(whys) if method == Method.WHYS else []
    parts = _branches(branches or {}) if method == Method.FISHBONE else {}
    conclusion = words(conclusion, "conclusion", _("Say what the cause is."))
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_write_cause(by, locked):
            raise NotYours(_("The cause is recorded by who answers for the case."))
        analysis = CauseAnalysis.objects.filter(case=locked).first()
        if version is not None and version != (analysis.version if analysis else 0):
            raise Conflict(_("Somebody changed this while you were reading. Look at what is new and try again."))
        values = {"method": method, "whys": steps, "branches": parts, "conclusion": conclusion, "by": by, "at": now}
        if analysis is None:
            analysis = CauseAnalysis.objects.create(case=locked, **values)
        else:
            for name, value in values.items():
                setattr(analysis, name, value)
            analysis.version += 1
            analysis.save()
        note(by=by, verb="record_cause", thing=analysis, case=locked, now=now, version=analysis.version)
    return analysis


def _whys(whys: Sequence[str]) -> list[str]:
    said = [why.strip() for why in whys]
    while said and not said[-1]:
        said.pop()
    if len(said) > MOST_WHYS:
        raise Refused(_("At most five steps."), field="why_5")
    if len(said) < FEWEST_WHYS:
        raise Refused(_("Ask why at least twice: one answer is seldom the cause."), field=f"why_{len(said) + 1}")
    if "" in said:
        raise Refused(_("This step is empty: leave none out."), field=f"why_{said.index('') + 1}")
    return said


def _branches(branches: Mapping[str, str]) -> dict[str, str]:
    said = {one.value: branches[one.value].strip() for one in Branch if branches.get(one.value, "").strip()}
    if not said:
        raise Refused(_("Write what was found on at least one branch."), field=Branch.PEOPLE.value)
    return said


@dataclass(frozen=True)
class NewPrevention:
    text: str
    owner: Person | None
    due_on: date | None


def add_prevention(*, by: Any, case: Case, new: NewPrevention, now: datetime | None = None) -> Prevention:
    """A preventive measure with owner and day. The same words again are the same measure, as long as it is to do."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_write_cause(by, locked):
            raise NotYours(_("Preventive measures are recorded by who answers for the case."))
        return _add(by, locked, new, None, now)


def _add(by: Any, case: Case, new: NewPrevention, follows: Prevention | None, now: datetime) -> Prevention:
    text = words(new.text, "text", _("Say what is done so that it does not happen again."))
    if new.owner is None or not permissions.people_who_may_own(case).filter(pk=new.owner.pk).exists():
        raise Refused(_("Choose who does it from the list."), field="owner")
    if new.due_on is None or new.due_on < clock.today(now):
        raise Refused(_("Name a day that is still to come."), field="due_on")
    known = Prevention.objects.open().filter(case=case, text=text, owner=new.owner, due_on=new.due_on).first()
    if known is not None and known.follows_id == (follows.pk if follows else None):
        return known
    measure = Prevention.objects.create(
        case=case, text=text, owner=new.owner, due_on=new.due_on, follows=follows, by=by, at=now
    )
    note(by=by, verb="add_prevention", thing=measure, case=case, now=now)
    return measure


def _locked_measure(measure: Prevention) -> tuple[Case, Prevention]:
    case = locked_case(Prevention.objects.values_list("case", flat=True).get(pk=measure.pk))
    locked = Prevention.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    locked.case = case
    return case, locked


def do_prevention(
    *,
    by: Any,
    measure: Prevention,
    proof: str,
    files: Sequence[Upload] = (),
    verify_on: date | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Prevention:
    """The measure is done; its effect is verified 90 days later unless another day is named."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        case, locked = _locked_measure(measure)
        if not permissions.user_can_do_prevention(by, locked):
            raise NotYours(_("This is reported by who does it, or by who answers for the case."))
        same_version(locked, version)
        locked.state = state_after(PREVENTION_TRANSITIONS, "done", locked)
        locked.proof = words(proof, "proof", _("Write what was done and what proves it."))
        today = clock.today(now)
        if verify_on is not None and verify_on <= today:
            raise Refused(_("Whether it worked shows only later: name a day that is still to come."), field="verify_on")
        locked.done_by, locked.done_at, locked.verify_on = by, now, verify_on or today + EFFECT_AFTER
        locked.version += 1
        locked.save()
        keep_files(by=by, owner=locked, uploads=files, purpose=PROOF, now=now)
        note(by=by, verb="do_prevention", thing=locked, case=case, now=now, verify_on=f"{locked.verify_on}")
    return locked


def verify_effect(
    *,
    by: Any,
    measure: Prevention,
    effective: bool,
    verdict: str,
    follow: str = "",
    new: NewPrevention | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Prevention:
    """Somebody who neither owns nor did the measure looks whether it worked, from its day on.

    Not effective: `follow` says what comes instead, a `new` measure in the same breath, or the plan taken up again: a
    settled case is then taken up again at once and does not close before the plan has a new edition.
    """
    now = now or clock.now()
    verdict = words(verdict, "verdict", _("Say what was found, and how."))
    with transaction.atomic(), scopes_disabled():
        case, locked = _locked_measure(measure)
        if not permissions.user_can_verify(by, locked):
            raise NotYours(_("The effect is verified by somebody who neither owns the measure nor did it."))
        same_version(locked, version)
        locked.state = state_after(PREVENTION_TRANSITIONS, "effective" if effective else "not_effective", locked)
        if locked.verify_on is not None and clock.today(now) < locked.verify_on:
            message = _("It is too early to say whether it worked: this is verified from %(day)s on.")
            raise Refused(message % {"day": f"{locked.verify_on:%Y-%m-%d}"})
        locked.verified_by, locked.verified_at, locked.verdict = by, now, verdict
        if not effective:
            locked.followed_by = _what_follows(by, case, locked, follow, new, verdict, now)
        locked.version += 1
        locked.save()
        note(by=by, verb="verify_effect", thing=locked, case=case, now=now, effective=effective)
    return locked


def _what_follows(
    by: Any, case: Case, measure: Prevention, follow: str, new: NewPrevention | None, verdict: str, now: datetime
) -> str:
    if follow == Follow.MEASURE:
        _add(by, case, new or NewPrevention("", None, None), measure, now)
        return Follow.MEASURE
    if follow == Follow.PLAN and permissions.reached_the_company(case):
        if case.state in TRANSITIONS["reopen"][0]:
            cases.reopen_case(case=case, by=by, reason=verdict, now=now)
        return Follow.PLAN
    raise Refused(_("Say what follows: without effect it cannot be the end."), field="follow")
