"""What the portal prepares for a week or a month: plain dictionaries, so that a closed record keeps them as they were.

Planned cards only; random ones stand apart, for learning (SAF-03). Nothing here says who observed or was observed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.enums import COUNTED, Category
from forms.cards.measures import SMALLEST_CELL
from forms.cards.models import CardDay, CardItem
from forms.cards.statistics import quarter_counts, rows_url, totals_of
from forms.cards.tallies import SUMS
from forms.cards.weeks.enums import FREQUENT, LOOK_BACK, WeekState
from forms.cards.weeks.models import Week, WeekMeasure
from portal.lib import registries
from portal.lib.periods import Period
from portal.org.enums import UnitKind
from portal.org.models import Unit


def crews(unit: Unit | None = None) -> list[Unit]:
    """The crews that analyse weekly and report monthly, at or below `unit` (None: all)."""
    found = Unit.objects.filter(kind=UnitKind.CREW, closed_on=None)
    return list(found if unit is None else found.filter(path__startswith=unit.path))


def in_use_since() -> date | None:
    """The day of the first card of all: no week before it is due."""
    with scopes_disabled():
        return CardDay.objects.filter(cards__gt=0).aggregate(first=Min("day"))["first"]  # type: ignore[no-any-return]


def week_figures(unit: Unit, week: Period) -> dict[str, Any]:
    """Duty, categories against the mean of the four weeks before, what came often by area, measures that still run."""
    counts, before = quarter_counts(unit, week), _weeks_before(unit, week)
    return {
        "duty": _duty(unit, week),
        **_base(unit, week, counts),
        "categories": [_against(counts.categories[one], one, before) for one in Category],
        "areas": area_rows(unit, week),
        "measures": _running(unit, week),
    }


def month_figures(unit: Unit, month: Period) -> dict[str, Any]:
    """The month's figures beside the month before; the weeks held and missed; the measures set in it."""
    counts, last = quarter_counts(unit, month), quarter_counts(unit, month.previous())
    cells = _cards_per_category(unit, month)
    categories = [
        _counted(one, counts.categories[one])
        | {"before": last.categories[one].unsafe if last.cards else None, "cards": cells.get(one, 0)}
        for one in Category
    ]
    return {
        "duty": _duty(unit, month),
        **_base(unit, month, counts),
        "before_share": last.totals.safe_share,
        "categories": categories,
        "areas": area_rows(unit, month, steady=False),
        "weeks": _weeks_held(unit, month),
        **_measure_sums(unit, month),
    }


def _base(unit: Unit, period: Period, counts: Any) -> dict[str, Any]:
    apart = quarter_counts(unit, period, planned=False)
    return {
        "cards": counts.cards,
        "minutes": counts.seconds // 60,
        "safe": counts.totals.safe,
        "acts": counts.totals.unsafe_acts,
        "conditions": counts.totals.unsafe_conditions,
        "safe_share": counts.totals.safe_share,
        "random": apart.cards,
        "random_categories": [_counted(one, apart.categories[one]) for one in Category if apart.categories[one].unsafe],
    }


def _duty(unit: Unit, period: Period) -> dict[str, int] | None:
    """The daily duty (SAF-14) as the room that keeps it measures it; None where no room does yet."""
    measure = registries.measures.get("SAF-14")
    if measure is None:
        return None
    found = measure(unit, period)
    return {"due": found.due, "done": found.done, "missed": found.missed}


def _counted(category: Category, totals: Any) -> dict[str, Any]:
    return {
        "category": category.value,
        "safe": totals.safe,
        "acts": totals.unsafe_acts,
        "conditions": totals.unsafe_conditions,
    }


def _against(totals: Any, category: Category, before: dict[str, int] | None) -> dict[str, Any]:
    mean = before.get(category, 0) / LOOK_BACK if before is not None else None
    return _counted(category, totals) | {"mean": mean, "more": mean is not None and totals.unsafe > mean}


def _items(unit: Unit, since: date, until: date) -> Any:
    return CardItem.objects.filter(
        Q(unsafe_acts__gt=0) | Q(unsafe_conditions__gt=0),
        card__state__in=COUNTED,
        card__planned=True,
        card__unit__path__startswith=unit.path,
        card__observed_on__gte=since,
        card__observed_on__lte=until,
    )


def _weeks_before(unit: Unit, week: Period) -> dict[str, int] | None:
    """Unsafe acts and conditions of the four weeks before, by category; None without any planned card in them."""
    since, until = week.start - timedelta(weeks=LOOK_BACK), week.start - timedelta(days=1)
    with scopes_disabled():
        days = CardDay.objects.filter(unit__path__startswith=unit.path, planned=True, day__gte=since, day__lte=until)
        found = days.aggregate(**{name: Sum(name) for name in SUMS})
    if not found["cards"]:
        return None
    return {category.value: totals.unsafe for category, totals in totals_of(found).items()}


def area_rows(unit: Unit, period: Period, *, steady: bool = True) -> list[dict[str, Any]]:
    """What was unsafe by area and category, the most first. Frequent: three or more within the period; repeated: in the
    four weeks before, too (`steady`)."""
    since = period.start - timedelta(weeks=LOOK_BACK) if steady else period.start
    with scopes_disabled():
        rows = list(
            _items(unit, since, period.end)
            .values("card__area_id", "card__area__name", "category", "card__observed_on")
            .annotate(a=Sum("unsafe_acts"), c=Sum("unsafe_conditions"))
        )
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["card__area_id"], row["category"])
        entry = found.setdefault(
            key,
            {
                "area_id": key[0],
                "area": row["card__area__name"],
                "category": key[1],
                "acts": 0,
                "conditions": 0,
                "before": 0,
            },
        )
        if row["card__observed_on"] < period.start:
            entry["before"] += row["a"] + row["c"]
        else:
            entry["acts"] += row["a"]
            entry["conditions"] += row["c"]
    now = [entry for entry in found.values() if entry["acts"] or entry["conditions"]]
    for entry in now:
        entry["frequent"] = entry["acts"] + entry["conditions"] >= FREQUENT
        entry["repeated"] = entry["before"] > 0
    return sorted(now, key=lambda entry: (-entry["acts"] - entry["conditions"], entry["area"], entry["category"]))


def _cards_per_category(unit: Unit, period: Period) -> dict[str, int]:
    """On how many cards something unsafe was counted, by category."""
    with scopes_disabled():
        rows = _items(unit, period.start, period.end).values("category").annotate(n=Count("card", distinct=True))
        return {row["category"]: row["n"] for row in rows}


def running_measures(unit: Unit, week: Period) -> Any:
    """Remedies set for earlier weeks: the last week's, and older ones that were not verified before this week."""
    earlier = WeekMeasure.objects.remedies().filter(week__unit=unit, week__starts_on__lt=week.start)  # type: ignore[attr-defined]
    last = Q(week__starts_on=week.previous().start) | Q(verified_at__isnull=True)
    return earlier.filter(last | Q(verified_at__date__gte=week.start)).for_screens()


def _running(unit: Unit, week: Period) -> list[dict[str, Any]]:
    with scopes_disabled():
        return [
            {
                "pk": one.pk,
                "text": one.text,
                "owner": one.owner.name,
                "due_on": one.due_on.isoformat(),
                "state": one.state,
                "overdue": one.is_overdue(week.end),
            }
            for one in running_measures(unit, week)
        ]


def _weeks_held(unit: Unit, month: Period) -> list[dict[str, Any]]:
    """The weeks that end in the month, each with what became of it."""
    weeks = weeks_ending_in(month)
    with scopes_disabled():
        known = {one.starts_on: one for one in Week.objects.filter(unit=unit, starts_on__in=[w.start for w in weeks])}
    found = []
    for week in weeks:
        record = known.get(week.start)
        closed = record is not None and record.state == WeekState.CLOSED
        found.append(
            {"code": week.code, "held": closed, "late": bool(closed and record.is_late), "met_on": _iso(record)}  # type: ignore[union-attr]
        )
    return found


def _iso(record: Week | None) -> str:
    return record.met_on.isoformat() if record is not None and record.met_on else ""


def weeks_ending_in(period: Period) -> list[Period]:
    """A week belongs to the month, quarter or year in which it ends."""
    week = Period.of("week", period.start)
    found = []
    while week.end <= period.end:
        if week.end >= period.start:
            found.append(week)
        week = week.next()
    return found


def _measure_sums(unit: Unit, month: Period) -> dict[str, int]:
    with scopes_disabled():
        measures = WeekMeasure.objects.remedies().filter(week__unit=unit)  # type: ignore[attr-defined]
        starts = [week.start for week in weeks_ending_in(month)]
        return measures.aggregate(  # type: ignore[no-any-return]
            measures_set=Count("pk", filter=Q(week__starts_on__in=starts)),
            measures_verified=Count("pk", filter=Q(week__starts_on__in=starts, state="verified")),
            measures_overdue=Count("pk", filter=Q(state="open", due_on__lte=month.end)),
        )


def for_outside(figures: dict[str, Any]) -> dict[str, Any]:
    """The same for a reader outside the unit: what rests on fewer than five cards is left out."""
    shown = dict(figures)
    if shown["cards"] < SMALLEST_CELL:
        for name in ("cards", "minutes", "safe", "acts", "conditions", "safe_share", "before_share"):
            shown[name] = None
        shown["categories"] = [_hidden(row) for row in shown["categories"]]
    else:
        shown["categories"] = [row if _is_coarse(row) else _hidden(row) for row in shown["categories"]]
    if shown["random"] < SMALLEST_CELL:
        shown["random"] = None
    shown["areas"], shown["random_categories"], shown["is_coarse"] = [], [], True
    if shown.get("duty"):
        shown["duty"] = shown["duty"] if shown["duty"]["done"] >= SMALLEST_CELL else None
    return shown


def _is_coarse(row: dict[str, Any]) -> bool:
    return int(row.get("cards", 0)) >= SMALLEST_CELL


def _hidden(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"safe": None, "acts": None, "conditions": None, "before": None, "mean": None, "more": False}


def with_words(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures with the labels of the active language, for screens and paper."""
    shown = dict(figures)
    for name in ("categories", "areas", "random_categories"):
        shown[name] = [row | {"label": Category(row["category"]).label} for row in figures.get(name, ())]
    shown["measures"] = [
        row | {"label": dict(WeekMeasure._meta.get_field("state").choices)[row["state"]]}  # type: ignore[union-attr,arg-type,call-overload]
        for row in figures.get("measures", ())
    ]
    shown["weeks"] = [row | {"label": Period.parse(row["code"]).label} for row in figures.get("weeks", ())]
    duty = figures.get("duty")
    shown["duty_words"] = _("%(done)s of %(due)s, %(missed)s missed") % duty if duty else _("not measured yet")
    if duty and not duty["due"]:
        shown["duty_words"] = _("nothing was due")
    return shown


def cards_url(unit: Unit, period: Period) -> str:
    return rows_url(unit, period, True)


def flagged(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that ask for a measure: unsafe acts that are frequent or repeated (clause 5.4.2)."""
    return [row for row in figures["areas"] if row["acts"] and (row["frequent"] or row["repeated"])]


def uncovered(figures: dict[str, Any], measures: Iterable[WeekMeasure]) -> list[dict[str, Any]]:
    """Of those, the rows for which neither this week's measures nor one that still runs is set."""
    covered = {(one.area_id, one.category) for one in measures}
    return [row for row in flagged(figures) if (row["area_id"], row["category"]) not in covered]
