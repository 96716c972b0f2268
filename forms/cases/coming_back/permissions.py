"""Who may promise a customer to come back about a case."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django_scopes import scopes_disabled

from forms.cases.enums import SETTLED, CaseLevel
from forms.cases.models import Case
from forms.cases.permissions import handlers_of, reader_can_act_on_case
from forms.revisits.enums import RevisitState
from forms.revisits.models import Revisit, RevisitQuerySet
from portal.org.models import Person
from portal.org.readers import Reader, reader_for

SUBJECT = "cases.case"


def reached_the_company(case: Case) -> bool:
    return case.level != CaseLevel.OFFICE


def reader_can_promise(reader: Reader, case: Case) -> bool:
    """Whoever answers for the case, once the customer has heard what became of it."""
    return case.state in SETTLED and reader_can_act_on_case(reader, "close", case)


def user_can_promise(user: Any, case: Case) -> bool:
    return bool(user is not None and user.pk) and reader_can_promise(reader_for(user), case)


def people_who_handled(case: Case) -> list[Person]:
    with scopes_disabled():
        assigned = Q(pk=case.assigned_to_id or 0)
        return list(Person.objects.filter(Q(user__in=handlers_of(case)) | assigned).distinct())


def revisits_of(case: Case) -> RevisitQuerySet:
    """Evaluate with scopes disabled; whoever sees the case may know of them."""
    found: RevisitQuerySet = Revisit.objects.filter(subject_type=SUBJECT, subject_id=str(case.pk))
    return found


def has_independent_revisit(case: Case) -> bool:
    """Somebody who did not handle the case came back to the customer after the answer: satisfied, or not reached after
    enough tries (SRV-20)."""
    with scopes_disabled():
        found = revisits_of(case).filter(
            Q(state=RevisitState.FINISHED, satisfied=True) | Q(state=RevisitState.NOT_REACHED)
        )
        if case.answered_at is not None:
            found = found.filter(finished_at__gte=case.answered_at)
        return found.exclude(finished_by__in=handlers_of(case)).exists()
