"""How obligations stand in a period: what froze when it closed, what their measures say, and which have none yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from policies.enums import PeriodKind
from policies.models import CurrentCount, Obligation, PeriodResult
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured, measures
from portal.org.models import Unit

MEASURED, NOT_MEASURED = "measured", "not_measured"
MISSED, LATE, DUE, DONE, NOTHING_DUE, NOT_COUNTED = "missed", "late", "due", "done", "nothing_due", "not_counted"
_LENGTHS = {kind: place for place, kind in enumerate(("day", "week", "month", "quarter", "half", "year"))}
# How old a count may grow before somebody who looks at the unit gets a new one.
FRESH_FOR = timedelta(minutes=10)
ENDED_FRESH_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """What is known of one period of an obligation: frozen, counted, or neither."""

    period: Period
    frozen: PeriodResult | None = None
    count: CurrentCount | None = None

    @property
    def measured(self) -> Measured | None:
        """The frozen numbers, which nothing changes; `late` is how many of those missed were made good since."""
        found = self.frozen or self.count
        if found is None:
            return None
        late = found.late
        if self.frozen is not None and self.count is not None:
            late = max(late, self.count.late + max(0, self.count.done - self.frozen.done))
        late = min(late, found.missed)
        return Measured(found.due, found.done, found.missed, found.rows_url, found.note, late, found.smallest)


@dataclass(frozen=True)
class ObligationState:
    """One obligation and what its measure found; `measured` None is a gap and never counts as done."""

    obligation: Obligation
    measured: Measured | None
    parts: tuple[Part, ...] = ()
    counted: bool = True  # False: there is a measure, it was not asked yet

    @property
    def state(self) -> str:
        return MEASURED if self.measured is not None else NOT_MEASURED

    @property
    def result(self) -> str | None:
        """missed, due (some are still open), done, nothing_due; None for a gap."""
        if self.measured is None:
            return None
        if self.measured.missed:
            return MISSED
        if self.measured.done < self.measured.due:
            return DUE
        return DONE if self.measured.due else NOTHING_DUE

    @property
    def word(self) -> str:
        """`result` for people: what was missed and wholly made good is late, which is not the same as done."""
        if self.measured is None:
            return NOT_MEASURED if self.counted else NOT_COUNTED
        if self.measured.missed and self.measured.late >= self.measured.missed:
            return LATE
        return self.result or NOT_MEASURED

    @property
    def frozen(self) -> bool:
        """Whether every period that it adds up is closed."""
        return bool(self.parts) and all(part.frozen is not None for part in self.parts)

    @property
    def frozen_at(self) -> datetime | None:
        return max((part.frozen.frozen_at for part in self.parts if part.frozen), default=None) if self.frozen else None

    @property
    def measured_at(self) -> datetime | None:
        return max((part.count.measured_at for part in self.parts if part.count), default=None)

    @property
    def period(self) -> Period | None:
        """The period of its own that it is judged by; None where it adds up several."""
        return self.parts[0].period if len(self.parts) == 1 else None


def parts_of(obligation: Obligation, chosen: Period, today: date) -> list[Period]:
    """The periods of the obligation's own kind that speak about the chosen one.

    A longer or equal one: that in which the chosen one ends (or today lies). Shorter ones: those that end in it, and
    the one that runs. A standing duty is a state, not a flow: only the last one.
    """
    kind = obligation.closing_kind
    last = Period.of(kind, min(chosen.end, max(today, chosen.start)))
    if _LENGTHS[kind] >= _LENGTHS[chosen.kind] or obligation.period_kind == PeriodKind.STANDING:
        return [last]
    found = [last] if chosen.contains(last.end) or chosen.contains(today) else []
    period = last.previous()
    while period.end >= chosen.start:
        found.append(period)
        period = period.previous()
    return found[::-1]


class Results:
    """The frozen results and the counts of some units for the periods that meet some days: two queries, whatever is
    asked afterwards."""

    def __init__(
        self, units: Iterable[Unit], first: date, last: date, *, today: date, obligation: Obligation | None = None
    ) -> None:
        self.today = today
        ids = [unit.pk for unit in units]
        self._frozen = {_key(row): row for row in _about(PeriodResult.objects.all(), ids, first, last, obligation)}
        self._counts = {_key(row): row for row in _about(CurrentCount.objects.all(), ids, first, last, obligation)}

    def part(self, obligation: Obligation, unit: Unit, period: Period) -> Part:
        key = (obligation.pk, unit.pk, period.code)
        return Part(period, self._frozen.get(key), self._counts.get(key))

    def parts(self, obligation: Obligation, unit: Unit, chosen: Period) -> tuple[Part, ...]:
        """Where nothing of several short periods is known, the chosen one is counted as a whole."""
        parts = tuple(self.part(obligation, unit, one) for one in parts_of(obligation, chosen, self.today))
        if len(parts) > 1 and not any(part.frozen for part in parts):
            return (self.part(obligation, unit, chosen),)
        return parts

    def state(self, obligation: Obligation, unit: Unit, chosen: Period) -> ObligationState:
        parts = self.parts(obligation, unit, chosen)
        found = [part.measured for part in parts if part.measured is not None]
        counted = bool(found) or measures.get(obligation.measure_name) is None
        return ObligationState(obligation, together(found), parts, counted)

    def stale(self, obligation: Obligation, unit: Unit, chosen: Period, now: datetime) -> Iterator[Period]:
        """The periods about which the measure should be asked again, for somebody who looks at this unit."""
        if measures.get(obligation.measure_name) is None:
            return
        parts = self.parts(obligation, unit, chosen)
        for part in parts:
            if part.period.start > self.today or (part.frozen and not part.frozen.missed):
                continue
            if part.frozen and len(parts) > 1 and part.count:
                continue  # what was made good late in one of many days is looked for at night
            if part.count is None or now - part.count.measured_at > _fresh_for(part, self.today):
                yield part.period


def _fresh_for(part: Part, today: date) -> timedelta:
    return ENDED_FRESH_FOR if part.period.end < today and not part.frozen else FRESH_FOR


def _about(
    rows: QuerySet[Any], ids: list[int], first: date, last: date, obligation: Obligation | None
) -> QuerySet[Any]:
    found = rows.filter(unit__in=ids, ends_on__gte=first, starts_on__lte=last)
    return found if obligation is None else found.filter(obligation=obligation)


def _key(row: Any) -> tuple[int, int, str]:
    return (row.obligation_id, row.unit_id, row.period_code)


def together(found: list[Measured]) -> Measured | None:
    """Sums; the address of the rows where there is one part alone."""
    if len(found) < 2:
        return found[0] if found else None
    return Measured(
        due=sum(one.due for one in found),
        done=sum(one.done for one in found),
        missed=sum(one.missed for one in found),
        note=found[-1].note,
        late=sum(one.late for one in found),
        smallest=max(one.smallest for one in found),
    )


def states(unit: Unit | None, period: Period, *, today: date | None = None) -> list[ObligationState]:
    """Every obligation in the order of the regulations, its measure asked now; what is frozen stays as it froze.

    `unit` None asks for the whole organisation, from its root.
    """
    unit = unit or Unit.get_first_root_node()
    today = today or clock.today()
    found = list(Obligation.objects.select_related("regulation"))
    if unit is None:
        return [ObligationState(obligation, None) for obligation in found]
    results = Results([unit], period.start, period.end, today=today)
    return [_asked(obligation, unit, results, period) for obligation in found]


def _asked(obligation: Obligation, unit: Unit, results: Results, chosen: Period) -> ObligationState:
    measure = measures.get(obligation.measure_name)
    parts = tuple(
        Part(part.period, part.frozen, _counted(measure, obligation, unit, part) if measure else None)
        for part in results.parts(obligation, unit, chosen)
    )
    return ObligationState(obligation, together([part.measured for part in parts if part.measured]), parts)


def _counted(measure: Any, obligation: Obligation, unit: Unit, part: Part) -> CurrentCount | None:
    if part.frozen is not None and not part.frozen.missed:
        return None
    return count_of(obligation, unit, part.period, measure(unit, part.period))


def count_of(obligation: Obligation, unit: Unit, period: Period, found: Measured) -> CurrentCount:
    """The unsaved row of what a measure found."""
    return CurrentCount(
        obligation=obligation,
        unit=unit,
        period_code=period.code,
        starts_on=period.start,
        ends_on=period.end,
        due=max(0, found.due),
        done=max(0, found.done),
        missed=max(0, found.missed),
        late=max(0, found.late),
        smallest=found.smallest,
        rows_url=found.rows_url[:400],
        note=str(found.note)[:400],
    )


def as_json(found: list[ObligationState], unit: Unit | None, period: Period) -> dict[str, Any]:
    """The object that `show_obligations --format json` prints.

    `{"unit": code or null, "period": code, "counts": {"all", "measured", "not_measured", "missed", "due", "done",
    "nothing_due"}, "obligations": [{"code", "regulation": title or null, "clause", "linked": bool, "who", "duty",
    "period_kind", "measure", "state": "measured" | "not_measured", "result": "missed" | "due" | "done" | "nothing_due"
    | null, "due", "done", "missed" (numbers or null), "rows_url", "note", "binds": [words], "roles": [words],
    "deadline", "periods": [codes that the numbers are about], "frozen": bool, "frozen_at": moment or null, "late":
    number of those missed that were done after the period closed, or null}]}`
    """
    rows = []
    for one in found:
        obligation, measured = one.obligation, one.measured
        rows.append(
            {
                "code": obligation.code,
                "regulation": obligation.regulation.title if obligation.regulation else None,
                "clause": obligation.clause_reference,
                "linked": obligation.clause_id is not None,
                "who": obligation.who,
                "duty": obligation.duty,
                "period_kind": obligation.period_kind,
                "measure": obligation.measure_name,
                "state": one.state,
                "result": one.result,
                "due": measured.due if measured else None,
                "done": measured.done if measured else None,
                "missed": measured.missed if measured else None,
                "rows_url": measured.rows_url if measured else "",
                "note": str(measured.note) if measured else "",
                "binds": obligation.binds,
                "roles": obligation.roles,
                "deadline": obligation.deadline,
                "periods": [part.period.code for part in one.parts],
                "frozen": one.frozen,
                "frozen_at": one.frozen_at.isoformat() if one.frozen_at else None,
                "late": measured.late if measured else None,
            }
        )
    results = [one.result for one in found]
    counts = {name: results.count(name) for name in (MISSED, DUE, DONE, NOTHING_DUE)}
    gaps = results.count(None)
    return {
        "unit": unit.code if unit else None,
        "period": period.code,
        "counts": {"all": len(found), "measured": len(found) - gaps, "not_measured": gaps, **counts},
        "obligations": rows,
    }
