"""What the home page knows of weeks, months, awards and lessons."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.cards.weeks import figures, permissions, standing
from forms.cards.weeks.enums import MeasureState, Standing, SummaryState
from forms.cards.weeks.models import Award, Lesson, Summary, WeekMeasure
from portal.lib.periods import Period
from portal.lib.registries import NavTab, Tile
from portal.org.enums import MANAGING, UnitKind

ROWS = 4


def week_tiles(reader: Any) -> list[Tile]:
    """The week to close, the month to sign, what to receive and to judge, the own measures, what to verify."""
    if not reader.is_staff_member or not permissions.reader_meets_weeks(reader) or figures.in_use_since() is None:
        return []
    return [*_weeks(reader), *_months(reader), *_to_receive(reader), *_measures(reader), *_to_judge(reader)]


def _led_crews(reader: Any) -> list[Any]:
    return [unit for unit in reader.units_as(*permissions.LEADING) if unit.kind == UnitKind.CREW]


def _weeks(reader: Any) -> list[Tile]:
    """The week before this one, until it is closed; on a Sunday the one that ends."""
    crews = _led_crews(reader)
    if not crews:
        return []
    this = Period.of("week", reader.day)
    weeks = [this.previous(), this] if reader.day == this.end else [this.previous()]
    rows = [row for row in standing.week_rows(crews, weeks, reader.day) if row.standing == Standing.DUE]
    if not rows:
        return []
    return [
        Tile(
            title=_("Weekly analysis to hold"),
            url=reverse("card_week", args=[rows[0].unit.code, rows[0].period.code]),
            text=_("By %(day)s: the portal has prepared the figures.") % {"day": f"{rows[0].term:%Y-%m-%d}"},
            count=len(rows),
            urgent=(rows[0].term - reader.day).days <= 1,
            icon="calendar3",
        )
    ]


def _months(reader: Any) -> list[Tile]:
    crews = [unit for unit in reader.units_as(*MANAGING) if unit.kind == UnitKind.CREW]
    if not crews:
        return []
    rows = standing.month_rows(crews, [Period.of("month", reader.day).previous()], reader.day)
    rows = [row for row in rows if row.standing in (Standing.DUE, Standing.MISSED)]
    if not rows:
        return []
    row = rows[0]
    returned = row.record is not None and row.record.state == SummaryState.RETURNED
    text = _("By %(day)s: sign it and send it up.") % {"day": f"{row.term:%Y-%m-%d}"}
    return [
        Tile(
            title=_("Monthly summary to sign"),
            url=reverse("card_month", args=[row.unit.code, row.period.code]),
            text=_("It was returned: see what is wanting.") if returned else text,
            count=len(rows),
            urgent=returned or row.standing == Standing.MISSED,
            icon="file-earmark-text",
        )
    ]


def _to_receive(reader: Any) -> list[Tile]:
    if not permissions.reader_receives(reader):
        return []
    sent = Summary.objects.filter(state=SummaryState.SENT, unit__in=permissions.visible_crews(reader))
    waiting = []
    for summary in sent.select_related("unit").prefetch_related("receipts").order_by("signed_at"):
        received = {one.office for one in summary.receipts.all() if one.sending == summary.sending}
        if set(permissions.offices_of(reader.user, summary.unit)) - received:
            waiting.append(summary)
    if not waiting:
        return []
    return [
        Tile(
            title=_("Monthly summaries to receive"),
            url=reverse("card_months"),
            count=len(waiting),
            icon="inbox",
            rows=tuple((f"{one.unit.name} {one.period.label}", one.get_absolute_url()) for one in waiting[:ROWS]),
        )
    ]


def _measures(reader: Any) -> list[Tile]:
    tiles = []
    if reader.person is not None:
        own: Any = WeekMeasure.objects.filter(owner=reader.person, state=MeasureState.OPEN)
        rows = list(own.order_by("due_on", "pk"))
        if rows:
            tiles.append(
                Tile(
                    title=_("Measures of mine"),
                    url=f"{reverse('card_week_measures')}?view=mine",
                    count=len(rows),
                    urgent=any(one.is_overdue(reader.day) for one in rows),
                    icon="list-check",
                    rows=tuple((f"{one.due_on:%m-%d} {one.text[:40]}", one.get_absolute_url()) for one in rows[:ROWS]),
                )
            )
    crews = _led_crews(reader)
    if crews:
        done: Any = WeekMeasure.objects.filter(week__unit__in=crews, state=MeasureState.DONE)
        waiting = [one for one in done.for_screens() if permissions.user_can_verify(reader.user, one)]
        if waiting:
            tiles.append(
                Tile(
                    title=_("Measures to verify"),
                    url=f"{reverse('card_week_measures')}?view=done",
                    count=len(waiting),
                    icon="check-circle",
                    rows=tuple((one.text[:40], one.get_absolute_url()) for one in waiting[:ROWS]),
                )
            )
    return tiles


def _to_judge(reader: Any) -> list[Tile]:
    if not permissions.reader_can_judge(reader):
        return []
    waiting: Any = Lesson.objects.proposed().order_by("proposed_at")  # type: ignore[attr-defined]
    count = waiting.count()
    if not count:
        return []
    return [
        Tile(
            title=_("Lessons to judge"),
            url=reverse("safety_lessons"),
            count=count,
            icon="journal-bookmark",
            rows=tuple((one.title, one.get_absolute_url()) for one in waiting[:ROWS]),
        )
    ]


def award_tiles(reader: Any) -> list[Tile]:
    """The noticeboard of the unit: its newest awards, for everybody in it."""
    if not reader.is_staff_member or not permissions.reader_meets_weeks(reader):
        return []
    units = permissions.awarding_units(reader)
    newest = list(
        Award.objects.filter(nomination__unit__in=units)
        .select_related("nomination__person", "nomination__team", "nomination__crew", "nomination__unit")
        .order_by("-nomination__starts_on", "-pk")[:ROWS]
    )
    if not newest:
        return []
    rows = tuple(
        (f"{one.nomination.nominee} · {one.nomination.get_kind_display()} · {one.nomination.period.label}", _round(one))
        for one in newest
    )
    return [Tile(title=_("Awards"), url=reverse("card_awards"), icon="star", rows=rows)]


def _round(award: Award) -> str:
    return reverse("card_award_round", args=[award.nomination.unit.code, award.nomination.period.code])


def week_doors(reader: Any) -> list[Tile]:
    """At the foot of every page; costs no query beyond the reader's appointments."""
    if not reader.is_staff_member or not permissions.reader_meets_weeks(reader):
        return []
    return [
        Tile(title=gettext_lazy("Weekly analysis"), url=reverse("card_weeks"), icon="calendar3"),
        Tile(title=gettext_lazy("Safety lessons"), url=reverse("safety_lessons"), icon="journal-bookmark"),
    ]


def _meets_weeks(reader: Any) -> bool:
    return bool(reader.is_staff_member) and permissions.reader_meets_weeks(reader)


WEEKS_TAB = NavTab(
    "cards", gettext_lazy("Analysis and awards"), "card_weeks", _meets_weeks, also=("card_months", "card_awards")
)
