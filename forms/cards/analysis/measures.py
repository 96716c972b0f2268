"""What statistics prove about SAF-09 and SAF-13: `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.analysis.models import Proposal, WrittenAnalysis
from forms.cards.models import Area, CardDay
from forms.cards.statistics import days_of
from portal.lib import clock
from portal.lib.periods import Period, PeriodKind
from portal.lib.registries import Measured
from portal.org.models import Unit


def analysed(unit: Unit | None, period: Period) -> Measured:
    """SAF-09, clause 4.6. Due: units with planned cards in the period; done: those that signed an analysis with a
    suggestion of the period, or of a week, month or quarter within it. Proposals are said beside it."""
    with scopes_disabled():
        days = days_of(unit, period).filter(planned=True)
        written = WrittenAnalysis.objects.filter(starts_on__gte=period.start, ends_on__lte=period.end)
        proposals = Proposal.objects.filter(at__date__gte=period.start, at__date__lte=period.end)
        if unit is not None:
            written, proposals = (found.filter(unit__path__startswith=unit.path) for found in (written, proposals))
        due = set(days.values_list("unit_id", flat=True).distinct())
        done = due & set(written.values_list("unit_id", flat=True))
        note = _("%(count)s proposals to improve") % {"count": proposals.count()}
    return Measured(len(due), len(done), len(due - done), _address(unit, period), note)


def observed_regularly(unit: Unit | None, period: Period) -> Measured:
    """SAF-13, clause 5.3. Due: each unit with areas and each week that ends within the period; done: the weeks in which
    it observed by plan."""
    mondays = _mondays(period)
    with scopes_disabled():
        areas = Area.objects.open()  # type: ignore[attr-defined]
        cards = CardDay.objects.filter(planned=True, cards__gt=0)
        if unit is not None:
            areas, cards = (found.filter(unit__path__startswith=unit.path) for found in (areas, cards))
        units = set(areas.values_list("unit_id", flat=True).distinct())
        done: set[tuple[int, Any]] = set()
        if mondays:
            days = cards.filter(day__gte=mondays[0], day__lte=mondays[-1] + timedelta(days=6))
            for unit_id, day in days.values_list("unit_id", "day"):
                if unit_id in units:
                    done.add((unit_id, day - timedelta(days=day.weekday())))
    due = len(units) * len(mondays)
    note = _(
        "Due: each unit with areas, each week that ended. Units are compared with intervals on the page of trends."
    )
    return Measured(due, len(done), due - len(done), _address(unit, period), note)


def _mondays(period: Period) -> list[Any]:
    """Of the weeks that end within the period and before today."""
    last = min(period.end, clock.today() - timedelta(days=1))
    sundays = [day for day in period.days() if day.weekday() == 6 and day <= last]
    return [day - timedelta(days=6) for day in sundays]


def _address(unit: Unit | None, period: Period) -> str:
    shown = period if period.kind in (PeriodKind.WEEK, PeriodKind.MONTH) else Period.of("quarter", period.end)
    return f"{reverse('card_statistics')}?period={shown.code}" + (f"&unit={unit.code}" if unit else "")


MEASURES: dict[str, Any] = {"SAF-09": analysed, "SAF-13": observed_regularly}
