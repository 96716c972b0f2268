"""The company's answered cases of the demo: revisited by somebody who did not handle them, then closed; one waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forms.cases.actions import close_case
from forms.cases.coming_back.actions import promise_revisit
from forms.cases.enums import SETTLED, CaseLevel
from forms.cases.models import Case
from forms.cases.permissions import handlers_of
from forms.cases.registries import reasons_not_to_close
from forms.revisits.actions import finish_revisit
from forms.revisits.enums import RevisitKind
from portal.org.actions import appoint

WORDS = ["聽到了道歉，也說清楚了以後怎麼做。", "賠償談妥了，款項已收到。", "這次處理得認真，滿意。"]


def _caller(stage: Any) -> Any:
    """Both quality officers handled the company's cases: a third person is appointed who calls customers."""
    person = stage.company.staff_of("PROPERTY")[-1]
    appoint(
        by=stage.company.users["administrator"],
        person=person,
        post=stage.company.posts["quality_officer"],
        unit=stage.company.units["PROPERTY"],
        starts_on=stage.day(-200),
        now=stage.now,
    )
    return person.user


def build(stage: Any) -> None:
    """Each is called by a third person and closed, but the newest: its revisit is promised and waits."""
    officer = stage.company.users["quality_officer"]
    others = [_caller(stage)]
    found = Case.objects.filter(state__in=SETTLED).exclude(level=CaseLevel.OFFICE).order_by("answered_at")
    for number, case in enumerate(list(found)):
        handled = handlers_of(case)
        caller = next((user for user in others if user.pk not in handled), None)
        if caller is None or case.answered_at is None or not reasons_not_to_close(case):
            continue
        at = min(case.answered_at + timedelta(hours=20), stage.now - timedelta(minutes=30))
        kind = RevisitKind.IN_PERSON if case.compensation else RevisitKind.PHONE
        due = max(at, stage.now) + timedelta(days=2) if number == len(found) - 1 else at + timedelta(days=3)
        revisit = promise_revisit(by=officer, case=case, kind=kind, due_at=due, now=at)
        if number == len(found) - 1:
            continue
        called = min(at + timedelta(hours=5), stage.now)
        words = WORDS[number % len(WORDS)]
        finish_revisit(by=caller, revisit=revisit, satisfied=True, words=words, now=called)
        close_case(case=Case.objects.get(pk=case.pk), by=officer, now=min(called + timedelta(hours=1), stage.now))
