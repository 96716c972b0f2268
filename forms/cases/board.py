"""The director's board: what is due today, what is late, how old it is, what comes back, and why things wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from forms.cases.enums import OPEN, CaseKind, CaseLevel, WaitReason
from forms.cases.listing import Wanted
from forms.cases.models import CaseExtension, CaseQuerySet
from forms.cases.permissions import visible_cases
from forms.cases.registries import board_figures
from forms.cases.tiles import end_of_day
from portal.lib.registries import Figure
from portal.org.models import Unit
from portal.org.readers import Reader

AGES: tuple[tuple[Any, int, int | None], ...] = (
    (_("up to 3 days"), 0, 3),
    (_("4 to 7 days"), 3, 7),
    (_("8 to 14 days"), 7, 14),
    (_("15 to 30 days"), 14, 30),
    (_("over 30 days"), 30, None),
)
RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is, how many, how many of them are late."""

    label: Any
    count: int
    late: int
    url: str = ""


@dataclass(frozen=True)
class Board:
    figures: tuple[Figure, ...]
    ages: tuple[Row, ...]
    kinds: tuple[Row, ...]
    waiting: tuple[Row, ...]
    offices: tuple[Row, ...]
    others: tuple[Figure, ...]  # of the rooms above


def board_for(reader: Reader, now: datetime) -> Board:
    """Counted from the cases this reader may see, and from no others (SRV-18): four queries, the offices' names, and
    one query for each room that adds figures."""
    cases = visible_cases(reader)
    running = cases.filter(state__in=OPEN)
    late = Q(next_due__lt=now)
    ages = {f"age{number}": _of_age(low, high, now) for number, (_label, low, high) in enumerate(AGES)}
    kinds = {f"kind_{kind.value}": Q(kind=kind) for kind in CaseKind}
    waits = {f"wait_{reason.value}": Q(waiting_for=reason) for reason in WaitReason}
    parts = {**ages, **kinds, **waits}
    sums = running.aggregate(
        **{name: Count("pk", filter=part) for name, part in parts.items()},
        **{f"{name}_late": Count("pk", filter=part & late) for name, part in parts.items()},
        open=Count("pk"),
        today=Count("pk", filter=Q(next_due__gte=now, next_due__lt=end_of_day(now))),
        late=Count("pk", filter=late),
        wrote=Count("pk", filter=Q(customer_wrote=True)),
    )

    def rows(labels: list[tuple[str, Any, str]]) -> tuple[Row, ...]:
        return tuple(Row(label, sums[name], sums[f"{name}_late"], url) for name, label, url in labels)

    return Board(
        figures=_figures(cases, sums, now),
        ages=rows([(f"age{number}", label, "") for number, (label, _low, _high) in enumerate(AGES)]),
        kinds=rows([(f"kind_{kind.value}", kind.label, Wanted(kind=kind.value).address()) for kind in CaseKind]),
        waiting=rows([(f"wait_{reason.value}", reason.label, "?view=waiting") for reason in WaitReason]),
        offices=_offices(running, late),
        others=tuple(figure for room in board_figures for figure in room(reader, now)),
    )


def _of_age(low: int, high: int | None, now: datetime) -> Q:
    part = Q(received_at__lte=now - timedelta(days=low)) if low else Q()
    return part & Q(received_at__gt=now - timedelta(days=high)) if high else part


def _figures(cases: CaseQuerySet, sums: dict[str, int], now: datetime) -> tuple[Figure, ...]:
    recent = cases.filter(received_at__gte=now - RECENT)
    back = recent.aggregate(all=Count("pk"), again=Count("pk", filter=Q(reworks__gt=0)))
    asked = CaseExtension.objects.filter(case__in=recent.order_by().values("pk")).aggregate(
        before=Count("pk", filter=Q(in_time=True)), after=Count("pk", filter=Q(in_time=False))
    )
    return (
        Figure("today", _("Due today"), sums["today"], rows_url="?view=today"),
        Figure("late", _("Overdue"), sums["late"], rows_url="?view=overdue"),
        Figure("open", _("Open cases"), sums["open"], rows_url="?view=open"),
        Figure("wrote", _("The customer wrote"), sums["wrote"], rows_url="?view=wrote"),
        Figure(
            "rework",
            _("Taken up again, of 90 days"),
            back["again"],
            numerator=back["again"],
            denominator=back["all"],
        ),
        Figure("extended", _("More time asked before the day"), asked["before"]),
        Figure("extended_late", _("More time asked after the day"), asked["after"]),
    )


def _offices(running: CaseQuerySet, late: Q) -> tuple[Row, ...]:
    """By office; what is with the leaders has no office here, so that nobody reads from a number whom it is about."""
    counted = (
        running.exclude(level=CaseLevel.LEADERS)
        .order_by()
        .values("office")
        .annotate(number=Count("pk"), late=Count("pk", filter=late))
    )
    found = {row["office"]: (row["number"], row["late"]) for row in counted}
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[key for key in found if key])}
    return tuple(
        Row(unit.name, *found[key], Wanted(unit=unit).address())
        for key, unit in sorted(units.items(), key=lambda pair: pair[1].path)
    )
