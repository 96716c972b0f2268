"""Closing the accounts: a period that ended freezes what its duties came to; running periods are counted anew."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies import freezing
from policies.binding import UnitTree
from policies.models import CurrentCount, Obligation, PeriodResult
from policies.obligations import count_of
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.periods import Period, PeriodKind
from portal.lib.refusals import Refused
from portal.lib.registries import Measured, measures
from portal.org.models import Unit

logger = logging.getLogger(__name__)
Question = tuple[Obligation, Unit, Period]
# How many periods back it is still looked for what was made good late.
LATE_FOR = 6
BATCH = 500


def _ask(obligation: Obligation, unit: Unit, period: Period) -> Measured | None:
    """What the measure says; None where none is registered. One that fails holds up no other: it is asked again."""
    measure = measures.get(obligation.measure_name)
    if measure is None:
        return None
    try:
        with _apart(), scopes_disabled():
            return measure(unit, period)
    except Exception:
        logger.exception("the measure of %s failed for %s in %s", obligation.code, unit.code, period.code)
        return None


def _apart() -> AbstractContextManager[Any]:
    """Within a transaction a savepoint, so that a failing query spoils nothing else; outside no lock is taken."""
    return transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext()


@transaction.atomic
def freeze_period(*, by: journal.Actor, period: Period, now: datetime | None = None) -> int:
    """Writes down, once, how an ended period came out: for each duty that closes in periods of its kind, each unit
    bound by it and each unit above. Returns how many results are new.

    What was due and is not done by now is missed, for good. Refused while the period runs.
    """
    now = now or clock.now()
    if period.end >= clock.today(now):
        raise Refused(_("%(period)s is not over yet. It is closed when it ends.") % {"period": period.label})
    tree = UnitTree(period.start)
    known = set(PeriodResult.objects.filter(period_code=period.code).values_list("obligation_id", "unit_id"))
    rows = []
    for obligation, unit in _concerned(tree, [period.kind]):
        if (obligation.pk, unit.pk) in known:
            continue
        found = _ask(obligation, unit, period)
        if found is not None:
            rows.append(_result(tree, obligation, unit, period, found, now))
    with freezing.verb():
        PeriodResult.objects.bulk_create(rows, batch_size=BATCH)
    if rows:
        data = {"period": period.code, "results": len(rows), "missed": sum(row.missed > 0 for row in rows)}
        thing = rows[0].obligation
        journal.record(by=by, action="policies.freeze_period", thing=thing, data=data, now=now)
    return len(rows)


def freeze_ended(*, by: journal.Actor, now: datetime | None = None) -> int:
    """Of every kind, the period that ended last; one frozen already is left as it is (SAF-14: the day is over)."""
    now = now or clock.now()
    today = clock.today(now)
    return sum(freeze_period(by=by, period=Period.of(kind, today).previous(), now=now) for kind in PeriodKind)


def _result(
    tree: UnitTree, obligation: Obligation, unit: Unit, period: Period, found: Measured, now: datetime
) -> PeriodResult:
    count = count_of(obligation, unit, period, found)
    return PeriodResult(
        obligation=obligation,
        unit=unit,
        period_code=period.code,
        starts_on=period.start,
        ends_on=period.end,
        bound=unit.pk in tree.binding(obligation).bound,
        due=count.due,
        done=count.done,
        missed=max(count.missed, count.due - count.done),
        late=count.late,
        smallest=count.smallest,
        rows_url=count.rows_url,
        note=count.note,
        frozen_at=now,
    )


def _concerned(tree: UnitTree, kinds: Iterable[str]) -> Iterator[tuple[Obligation, Unit]]:
    """Each measured duty that closes in periods of these kinds, with each unit that it binds or that stands above."""
    wanted = set(kinds)
    for obligation in Obligation.objects.select_related("regulation"):
        if obligation.closing_kind in wanted and measures.get(obligation.measure_name) is not None:
            for pk in sorted(tree.binding(obligation).concerned):
                yield obligation, tree.by_id[pk]


def count_anew(
    *, questions: Iterable[Question], tree: UnitTree, now: datetime | None = None, most: int | None = None
) -> int:
    """Asks the measures and keeps their answers in place of the earlier ones. Returns how many were asked.

    Keeps what can be counted again at any time, so it is nobody's act and not journalled. `most` ends it early: what
    was not asked shows as not counted yet.
    """
    rows = []
    for asked, (obligation, unit, period) in enumerate(questions):
        if most is not None and asked >= most:
            break
        found = _ask(obligation, unit, period)
        if found is not None:
            row = count_of(obligation, unit, period, found)
            row.bound = unit.pk in tree.binding(obligation).bound
            row.measured_at = now or clock.now()
            rows.append(row)
    CurrentCount.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["obligation", "unit", "period_code"],
        update_fields=["bound", "due", "done", "missed", "late", "smallest", "rows_url", "note", "measured_at"],
    )
    return len(rows)


def count_running(*, now: datetime | None = None) -> int:
    """Every running period of every measured duty, for all units concerned; the counts of long ago are dropped."""
    now = now or clock.now()
    today = clock.today(now)
    tree = UnitTree(today)
    questions = (
        (obligation, unit, Period.of(obligation.closing_kind, today))
        for obligation, unit in _concerned(tree, PeriodKind)
    )
    asked = count_anew(questions=questions, tree=tree, now=now)
    CurrentCount.objects.filter(ends_on__lt=Period.of("year", today).previous().start).delete()
    return asked


def count_late(*, now: datetime | None = None) -> int:
    """Asks again about closed periods in which something was missed, to see what was made good since."""
    now = now or clock.now()
    today = clock.today(now)
    tree = UnitTree(today)
    open_misses = PeriodResult.objects.filter(missed__gt=0, ends_on__gte=_earliest("year", today))
    questions = []
    for row in open_misses.select_related("obligation__regulation", "unit"):
        if row.ends_on >= _earliest(row.obligation.closing_kind, today):
            questions.append((row.obligation, row.unit, Period.parse(row.period_code)))
    return count_anew(questions=questions, tree=tree, now=now)


def _earliest(kind: str, today: date) -> date:
    period = Period.of(kind, today)
    for _back in range(LATE_FOR):
        period = period.previous()
    return period.start
