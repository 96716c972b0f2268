"""What the desk keeps for itself: time limits, answers kept ready, saved filters, giving out many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions.steps import assign_case
from forms.cases.clocks import CasePolicy
from forms.cases.enums import CaseKind
from forms.cases.limits import forget_limits
from forms.cases.models import CannedAnswer, Case, ClockPolicy, SavedFilter
from forms.cases.permissions import user_can_keep_answers, user_can_set_limits
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Person, Unit

MOST_FILTERS = 20


def set_limits(
    *, by: Any, kind: str, office: Unit | None, policy: CasePolicy, now: datetime | None = None
) -> ClockPolicy:
    """Sets how soon cases of a kind are acknowledged, answered and solved; holds for what comes from now on."""
    if not user_can_set_limits(by):
        raise NotYours(_("Time limits are set by the administrator and the quality department."))
    if kind not in CaseKind.values:
        raise Refused(_("Choose a kind of case."), field="kind")
    if not policy.acknowledge_hours or not policy.answer_days:
        raise Refused(_("Promise at least one hour and one day."), field="answer_days")
    if policy.solution_days and policy.solution_days < policy.answer_days:
        raise Refused(_("The solution is not due before the answer."), field="solution_days")
    values = {
        "acknowledge_hours": policy.acknowledge_hours,
        "answer_days": policy.answer_days,
        "solution_days": policy.solution_days,
        "around_the_clock": policy.around_the_clock,
    }
    with transaction.atomic():
        row, _created = ClockPolicy.objects.update_or_create(kind=kind, office=office, defaults=values)
        journal.record(by=by, action="cases.set_limits", thing=row, unit=office, data={"kind": kind, **values}, now=now)
        transaction.on_commit(forget_limits)
    return row


def keep_answer(
    *,
    by: Any,
    unit: Unit,
    title: str,
    understanding: str,
    explanation: str,
    answer: CannedAnswer | None = None,
    now: datetime | None = None,
) -> CannedAnswer:
    """Keeps an answer ready for a unit, or changes one."""
    if not all(user_can_keep_answers(by, pk) for pk in {unit.pk, answer.unit_id if answer else unit.pk}):
        raise NotYours(_("Answers are kept by those who answer for the unit."))
    for name, text in (("title", title), ("understanding", understanding), ("explanation", explanation)):
        if not text.strip():
            raise Refused(_("First understanding, then the explanation: fill in both, and a title."), field=name)
    with transaction.atomic(), scopes_disabled():
        kept = answer or CannedAnswer(unit=unit)
        kept.unit, kept.title = unit, title.strip()
        kept.understanding, kept.explanation = understanding.strip(), explanation.strip()
        kept.save()
        journal.record(by=by, action="cases.keep_answer", thing=kept, unit=unit, now=now)
    return kept


def drop_answer(*, by: Any, answer: CannedAnswer, now: datetime | None = None) -> None:
    """Takes an answer out of the list; what was sent with it stays as it was sent."""
    if not user_can_keep_answers(by, answer.unit_id):
        raise NotYours(_("Answers are kept by those who answer for the unit."))
    with transaction.atomic(), scopes_disabled():
        journal.record(by=by, action="cases.drop_answer", thing=answer, unit=answer.unit_id, now=now)
        answer.delete()


def save_filter(*, by: Any, name: str, query: str, now: datetime | None = None) -> SavedFilter:
    """Gives the present view of the desk a name; the same name again replaces it."""
    if not name.strip():
        raise Refused(_("Give the filter a name."), field="name")
    own = SavedFilter.objects.filter(user=by)
    if own.count() >= MOST_FILTERS and not own.filter(name=name.strip()).exists():
        raise Refused(_("That is as many filters as are kept: remove one first."), field="name")
    kept, _created = SavedFilter.objects.update_or_create(user=by, name=name.strip(), defaults={"query": query[:400]})
    return kept


def drop_filter(*, by: Any, pk: int, now: datetime | None = None) -> None:
    SavedFilter.objects.filter(user=by, pk=pk).delete()


def assign_cases(
    *, cases: Sequence[Case], by: Any, person: Person, now: datetime | None = None
) -> tuple[int, list[tuple[Case, str]]]:
    """Gives many cases to one person. Returns how many, and those that could not be given with the sentence why."""
    now, given, refused = now or clock.now(), 0, []
    for case in cases:
        try:
            assign_case(case=case, by=by, person=person, now=now)
        except Refused as problem:
            refused.append((case, str(problem.message)))
        else:
            given += 1
    return given, refused
