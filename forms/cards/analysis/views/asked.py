"""Which unit and period a page of statistics is about: `?unit=CREW1&period=2026Q4`."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from forms.cards.analysis import permissions
from forms.cards.analysis.enums import PERIOD_KINDS
from portal.lib.periods import Period, PeriodKind
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

BEFORE = {PeriodKind.WEEK: 5, PeriodKind.MONTH: 6, PeriodKind.QUARTER: 5}  # how many the filter offers


class Asked:
    """404 for a unit that is not the reader's; a period that is none falls back to the month, and `unknown` says so."""

    def __init__(self, request: ReaderRequest, *, inside: bool = False, code: str = "") -> None:
        self.reader = request.reader
        self.units = permissions.statistic_units(self.reader)
        self.inside_ids = permissions.inside_unit_ids(self.reader)
        if inside:
            self.units = [unit for unit in self.units if unit.pk in self.inside_ids]
        if not self.units:
            raise Http404
        self.unit = self._unit(code or request.GET.get("unit", "")[:40])
        self.unknown = ""
        self.period = self._period(request.GET.get("period", "").strip()[:40])

    def _unit(self, code: str) -> Unit:
        if code:
            found = next((unit for unit in self.units if unit.code == code), None)
            if found is None:
                raise Http404
            return found
        own = {unit.pk for unit in self.reader.units}
        return next((unit for unit in self.units if unit.pk in own), self.units[0])

    def _period(self, code: str) -> Period:
        this_month = Period.of("month", self.reader.day)
        if not code:
            return this_month
        try:
            period = Period.parse(code)
        except ValueError:
            period = None
        if period is None or period.kind not in PERIOD_KINDS:
            self.unknown = code
            return this_month
        return period

    @cached_property
    def periods(self) -> list[Period]:
        """What the filter offers: weeks, months, quarters, the present one of each first; and the one asked for."""
        found = []
        for kind, before in BEFORE.items():
            period = Period.of(kind, self.reader.day)
            for _n in range(before):
                found.append(period)
                period = period.previous()
        return found if self.period in found else [self.period, *found]

    @property
    def query(self) -> str:
        return urlencode({"unit": self.unit.code, "period": self.period.code})

    def address(self, name: str) -> str:
        return f"{reverse(name)}?{self.query}"

    @property
    def is_inside(self) -> bool:
        return self.unit.pk in self.inside_ids
