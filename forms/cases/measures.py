"""Evidence for the duties on complaints: promises kept (SRV-17), sensitive ones with the leaders (SRV-18)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.enums import CaseLevel
from forms.cases.models import Case, CasePromise
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def promises_kept(unit: Unit, period: Period) -> Measured:
    """Acknowledgements and answers that fell due in the period (SRV-17): kept in time, or broken for ever."""
    now = clock.now()
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        promises = CasePromise.objects.filter(
            case__unit__path__startswith=unit.path, due_at__gte=start, due_at__lt=end, dropped=False
        )
        missed = promises.broken_at(now).count()
        done = promises.filter(kept_at__isnull=False, broken=False).count()
        due = promises.filter(Q(due_at__lt=now) | Q(kept_at__isnull=False)).count()
    return Measured(due, done, missed, _rows(unit, period))


def sensitive_with_leaders(unit: Unit, period: Period) -> Measured:
    """Complaints about a director, or for compensation, and how many of them lie with the company's leaders (SRV-18).

    Counted for the company as a whole only: for one office the number alone would tell.
    """
    start, end = period.bounds(timezone.get_default_timezone())
    if not unit.is_root():
        return Measured(0, 0, 0, note=_("Counted for the company as a whole."))
    with scopes_disabled():
        sensitive = Case.objects.filter(received_at__gte=start, received_at__lt=end).filter(
            Q(about_director=True) | Q(compensation=True)
        )
        due = sensitive.count()
        done = sensitive.filter(level=CaseLevel.LEADERS).count()
    return Measured(due, done, due - done, _rows(unit, period, view="all"))


def _rows(unit: Unit, period: Period, **more: str) -> str:
    return f"{reverse('case_list')}?{urlencode({'unit': unit.code, 'period': period.code, 'view': 'all', **more})}"


MEASURES: dict[str, Any] = {"SRV-17": promises_kept, "SRV-18": sensitive_with_leaders}
