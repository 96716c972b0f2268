"""What questions and proposals prove: whether each was answered in time. Late stays late, whatever came after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from policies.measures import regulation_of
from policies.models import RegulationPage
from policies.rulings.models import Proposal, Question
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def due_in(model: Any, unit: Unit | None, period: Period, regulation: RegulationPage | None) -> Any:
    """The questions or proposals whose answer was due in the period, for which the unit or one below has to stand."""
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        found = model.objects.filter(due_at__gte=start, due_at__lt=end)
        if regulation is not None:
            found = found.filter(edition__regulation=regulation)
        return found.answerable_by(unit.path) if unit is not None else found


def _measured(found: Any, address: str, unit: Unit | None, period: Period, regulation: Any) -> Measured:
    in_time = Q(answered_at__isnull=False, answered_at__lte=F("due_at"), breached_at__isnull=True)
    missed = Q(breached_at__isnull=False) | Q(answered_at__isnull=True, due_at__lt=clock.now())
    missed |= Q(answered_at__gt=F("due_at"))
    parameters = {"view": "all", "period": period.code}
    if unit is not None:
        parameters["unit"] = unit.code
    if regulation is not None:
        parameters["regulation"] = str(regulation.pk)
    return Measured(
        due=found.count(),
        done=found.filter(in_time).count(),
        missed=found.filter(missed).count(),
        rows_url=f"{reverse(address)}?{urlencode(parameters)}",
    )


def questions_answered(unit: Unit | None, period: Period) -> Measured:
    """SAF-26, clause 6.7: questions on the safety regulation answered within five working days.

    Due: those whose answer was due in the period; done: answered by then, also by declining; missed: not answered by
    then, and it stays so.
    """
    regulation = regulation_of("SAF-26")
    found = due_in(Question, unit, period, regulation)
    return _measured(found, "ruling_desk", unit, period, regulation)


def proposals_answered(unit: Unit | None, period: Period) -> Measured:
    """SAF-01, clause 3.5: proposals on the safety regulation answered within fifteen working days.

    A part of SAF-01, which is measured elsewhere: not registered by itself.
    """
    regulation = regulation_of("SAF-01")
    found = due_in(Proposal, unit, period, regulation)
    return _measured(found, "proposal_desk", unit, period, regulation)


MEASURES: dict[str, Callable[[Any, Any], Measured]] = {"SAF-26": questions_answered}
