"""SRV-20: a case that reached the company is closed after a revisit by somebody who did not handle it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.coming_back.permissions import has_independent_revisit
from forms.cases.enums import CaseLevel, CaseState
from forms.cases.models import Case
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def revisited_before_closing(unit: Unit | None, period: Period) -> Measured:
    """Due: the company's cases closed in the period, those with the leaders counted for the company as a whole alone
    (for one office the number would tell); missed: closed without such a revisit."""
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        found = Case.objects.filter(state=CaseState.CLOSED, ended_at__gte=start, ended_at__lt=end)
        found = found.exclude(level=CaseLevel.OFFICE)
        if unit is not None and not unit.is_root():
            found = found.filter(unit__path__startswith=unit.path).exclude(level=CaseLevel.LEADERS)
        cases = list(found)
        done = sum(has_independent_revisit(case) for case in cases)
    pairs = {"view": "all", "period": period.code} | ({"unit": unit.code} if unit else {})
    address = f"{reverse('case_list')}?{urlencode(pairs)}"
    return Measured(len(cases), done, len(cases) - done, address, _("Cases of the company closed in the period."))


MEASURES: dict[str, Any] = {"SRV-20": revisited_before_closing}
