"""Figures that took long: kept by a process, stored for all, counted anew beside the reader or by the worker."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from portal.jobs import figures
from portal.jobs.figures import CostlyFigures, Count, Parts, digest_of, packed, renew, unpacked
from portal.jobs.models import KeptFigures
from portal.jobs.schedule import tick
from portal.jobs.tasks import renew_figures
from portal.lib import clock
from portal.lib.registries import Registry, scheduled
from tests.patience import at_once

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
COMPANY = {"unit": ""}
NOW, BESIDE, NOT = "while one waits", "beside", "not"


Sums = list[int]  # figures, and one more each time they are counted


def parts_of(sums: Sums) -> Parts:
    return Parts({"many": len(sums)}, [bytes(sums), b"some\nmore"])


def sums_of(parts: Parts) -> Sums:
    if len(parts.columns[0]) != parts.head["many"]:
        raise ValueError("these do not fit")
    return list(parts.columns[0])


class Watch:
    """Both clocks; they go on only where the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def moment(self) -> datetime:
        return START + timedelta(seconds=self.now)


class Kind:
    """One kind of figures in as many processes as a test wants. `cost`: seconds a count takes."""

    def __init__(self, watch: Watch, cost: float = 2.0) -> None:
        self.watch, self.cost, self.counted = watch, cost, 0
        self.day = "today"

    def process(self, most: int = 3, code: Any = ()) -> CostlyFigures[Any]:
        made = CostlyFigures("test.sums", lambda question: self.count(question["unit"]), code=code, most=most)
        made.register()
        return made

    def count(self, unit: str = "") -> Count[Any]:
        def make() -> Sums:
            self.watch.now += self.cost
            self.counted += 1
            return [self.counted]

        return Count((unit, self.day, frozenset({3, 1})), make, parts_of, sums_of)

    def asked(self, process: CostlyFigures[Any], unit: str = "") -> int:
        return int(process.get({"unit": unit}, self.count(unit)).figures[0])


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Watch:
    watch = Watch()
    monkeypatch.setattr(figures, "time", watch)
    monkeypatch.setattr(clock, "now", watch.moment)
    monkeypatch.setattr(CostlyFigures, "known", {})
    settings.FIGURES_KEPT_FROM = 0.25
    return watch


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What would count in threads. What stores is done at once."""
    works: list[Callable[[], None]] = []

    class Thread:
        def __init__(self, target: Any, args: Any, name: str, daemon: bool) -> None:
            self.work, self.name = (lambda: target(*args)), name

        def start(self) -> None:
            if self.name == "store figures":
                self.work()
            else:
                works.append(self.work)

    monkeypatch.setattr(figures.threading, "Thread", Thread)
    monkeypatch.setattr(figures.connections, "close_all", lambda: None)
    return works


# ---- one process -----------------------------------------------------------------------------------------------------
# from which cost figures are kept, what they cost, after how many seconds they are asked for again, counted anew how?
COSTS = [
    (0.25, 0.2, 0.0, NOW),
    (0.25, 0.25, 4.9, NOT),
    (0.25, 0.25, 5.1, BESIDE),
    (0.25, 2.0, 39.0, NOT),
    (0.25, 30.0, 59.0, NOT),
    (0.25, 30.0, 61.0, BESIDE),
    (0.25, 30.0, 1769.0, BESIDE),
    (0.25, 30.0, 1801.0, NOW),
    (None, 30.0, 0.0, NOW),
]


@pytest.mark.parametrize(("kept_from", "cost", "later", "how"), COSTS)
def test_figures_are_kept_in_proportion_to_what_they_cost(
    watch: Watch,
    settings: Any,
    beside: list[Callable[[], None]],
    kept_from: float | None,
    cost: float,
    later: float,
    how: str,
) -> None:
    settings.FIGURES_KEPT_FROM = kept_from
    kind = Kind(watch, cost)
    process = kind.process()
    assert kind.asked(process) == 1
    watch.now += later
    assert kind.asked(process) == (2 if how == NOW else 1)
    assert kind.asked(process) == (3 if kept_from is None or cost < kept_from else 2 if how == NOW else 1)
    assert len(beside) == (how == BESIDE)  # once, though two asked
    for work in beside:
        work()
        assert kind.asked(process) == 2


def test_each_question_has_its_own_figures_and_only_a_few_stay_in_a_process(
    watch: Watch, beside: list[Callable[[], None]]
) -> None:
    kind = Kind(watch)
    process = kind.process(most=2)
    assert [kind.asked(process, unit) for unit in ("a", "b", "c")] == [1, 2, 3]
    KeptFigures.objects.all().delete()
    assert [kind.asked(process, unit) for unit in ("c", "a")] == [3, 4]
    process.forget()
    KeptFigures.objects.all().delete()
    assert kind.asked(process, "c") == 5


def test_a_page_says_of_when_old_figures_are(watch: Watch, beside: list[Callable[[], None]]) -> None:
    kind = Kind(watch, cost=1)
    made = kind.process().get(COMPANY, kind.count())
    assert not made.is_old
    watch.now += 6
    assert made.is_old


def test_a_count_beside_that_fails_leaves_what_is_there_and_may_be_tried_again(
    watch: Watch, beside: list[Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    kind = Kind(watch)
    process = kind.process()
    assert kind.asked(process) == 1

    def fail() -> Sums:
        raise ValueError("away")

    watch.now += 60
    broken = Count(kind.count().key, fail, parts_of, sums_of)
    assert process.get(COMPANY, broken).figures == [1]
    beside.pop()()
    assert "figures were not counted anew" in caplog.text
    assert process.get(COMPANY, broken).figures == [1]
    assert len(beside) == 1


def test_a_thread_counts_in_the_language_of_who_asked(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind(watch)
    monkeypatch.setattr(CostlyFigures, "store", lambda *_arguments: None)
    process = kind.process()
    counted = threading.Event()
    seen: list[tuple[str | None, bool]] = []

    def count() -> Sums:
        seen.append((translation.get_language(), threading.current_thread() is threading.main_thread()))
        counted.set()
        return [9]

    with translation.override("en"):
        kind.asked(process)
        watch.now += 60
        process.get(COMPANY, Count(kind.count().key, count, parts_of, sums_of))
    assert counted.wait(10)
    assert seen == [("en", False)]


# ---- all processes ---------------------------------------------------------------------------------------------------
def spoil(**changes: Any) -> None:
    assert KeptFigures.objects.update(**changes) == 1


def cut_short() -> None:
    spoil(data=bytes(KeptFigures.objects.get().data)[:-3])


def one_bit() -> None:
    data = bytearray(KeptFigures.objects.get().data)
    data[-1] ^= 1  # of the checksum
    spoil(data=bytes(data))


# what happened to what the first process stored: is it read by the second?
STORED: dict[str, tuple[Callable[[Watch, Kind], Any], bool]] = {
    "nothing": (lambda watch, kind: None, True),
    "29 minutes": (lambda watch, kind: setattr(watch, "now", watch.now + 1740), True),
    "half an hour": (lambda watch, kind: setattr(watch, "now", watch.now + 1800), False),
    "the next day": (lambda watch, kind: setattr(kind, "day", "tomorrow"), False),
    "a clock put back": (lambda watch, kind: spoil(counted_at=watch.moment() + timedelta(hours=1)), False),
    "cut short": (lambda watch, kind: cut_short(), False),
    "a bit that fell over": (lambda watch, kind: one_bit(), False),
    "parts that do not fit": (lambda watch, kind: spoil(data=packed(2.0, Parts({"many": 7}, [b"a"]))), False),
    "no parts": (lambda watch, kind: spoil(data=packed(2.0, Parts({}))), False),
    "empty": (lambda watch, kind: spoil(data=b""), False),
}


@pytest.mark.parametrize("happened", STORED)
def test_a_new_process_reads_what_another_counted(
    watch: Watch, beside: list[Callable[[], None]], happened: str
) -> None:
    change, is_read = STORED[happened]
    kind = Kind(watch)
    assert kind.asked(kind.process()) == 1
    change(watch, kind)
    second = kind.process()
    assert kind.asked(second) == (1 if is_read else 2)
    assert kind.asked(second) == (1 if is_read else 2)  # from its own memory
    assert len(KeptFigures.objects.all()) == 1


def test_figures_of_other_code_are_not_read(watch: Watch, beside: list[Callable[[], None]], tmp_path: Path) -> None:
    code = ModuleType("rules")
    code.__file__ = str(tmp_path / "rules.py")
    (tmp_path / "rules.py").write_text("late = 14")
    kind = Kind(watch)
    assert [kind.asked(kind.process(code=[code])) for _process in range(2)] == [1, 1]
    (tmp_path / "rules.py").write_text("late = 15")
    assert kind.asked(kind.process(code=[code])) == 2


def test_a_process_takes_what_another_counted_meanwhile(watch: Watch, beside: list[Callable[[], None]]) -> None:
    """However old its own are: neither it nor its thread counts while the worker does."""
    kind = Kind(watch)
    process, worker = kind.process(), kind.process()
    assert kind.asked(process) == 1
    for number, minutes in ((2, 5), (3, 45)):
        watch.now += 60 * minutes
        assert renew(watch.moment()) == 1
        assert [kind.asked(process), kind.asked(process)] == [number, number]
    assert (kind.counted, beside) == (3, [])
    assert worker.forget() is None


@pytest.mark.parametrize("happened", ["nothing newer", "half an hour"])
def test_what_is_of_no_use_is_not_read(
    watch: Watch, beside: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch, happened: str
) -> None:
    """Its own, stored before, or what is too old: some hundred thousand bytes stay where they are."""
    read: list[bytes] = []
    monkeypatch.setattr(figures, "unpacked", lambda data: read.append(data) or (2.0, parts_of([1])))
    kind = Kind(watch)
    process = kind.process()
    kind.asked(process)
    watch.now += 120 if happened == "nothing newer" else 1800
    kind.asked(process if happened == "nothing newer" else kind.process())
    assert read == []


def test_what_another_process_counted_is_kept_no_longer_for_it(watch: Watch, beside: list[Callable[[], None]]) -> None:
    """Twenty times as long as it took, from when it was counted."""
    kind = Kind(watch, cost=0.5)
    kind.asked(kind.process())
    second = kind.process()
    watch.now += 9
    kind.asked(second)
    assert beside == []
    watch.now += 2
    kind.asked(second)
    assert len(beside) == 1


def test_a_small_company_stores_nothing(watch: Watch, beside: list[Callable[[], None]]) -> None:
    kind = Kind(watch, cost=0.1)
    assert kind.asked(kind.process()) == 1
    assert not KeptFigures.objects.exists()


def test_a_small_company_asks_the_store_once_a_look(
    watch: Watch, beside: list[Callable[[], None]], django_assert_num_queries: Any
) -> None:
    kind = Kind(watch, cost=0.1)
    with django_assert_num_queries(1):
        kind.asked(kind.process())


def test_what_cannot_be_stored_is_shown_all_the_same(
    watch: Watch,
    beside: list[Callable[[], None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(KeptFigures.objects, "bulk_create", full)
    kind = Kind(watch)
    assert kind.asked(kind.process()) == 1
    assert "figures were not stored" in caplog.text


def test_the_worker_counts_anew_what_was_asked_for_lately(watch: Watch, beside: list[Callable[[], None]]) -> None:
    kind = Kind(watch)
    worker = kind.process()
    kind.asked(worker, "old")
    spoil(asked_at=watch.moment() - timedelta(days=15))
    kind.asked(worker, "crew")
    kind.day = "tomorrow"
    assert renew(watch.moment()) == 0  # both are fresh, but nobody asked for one of them
    assert [row.question for row in KeptFigures.objects.all()] == [{"unit": "crew"}]
    watch.now += 300
    assert renew(watch.moment()) == 1
    assert kind.asked(kind.process(), "crew") == 3  # of the new day, counted by the worker
    assert kind.counted == 3


def test_the_worker_leaves_out_what_it_cannot_count_and_what_costs_nothing_any_more(
    watch: Watch, beside: list[Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    kind = Kind(watch)
    process = kind.process()
    kind.asked(process, "crew")
    KeptFigures.objects.create(
        name="test.sums",
        question={},
        question_digest=digest_of({}),
        key_digest="",
        data=b"",
        counted_at=START,
        asked_at=watch.moment(),
    )
    watch.now += 300
    assert renew(watch.moment()) == 2
    assert "cannot be counted anew" in caplog.text
    assert [row.question for row in KeptFigures.objects.all()] == [{"unit": "crew"}]
    kind.cost = 0.1
    watch.now += 300
    assert renew(watch.moment()) == 1
    assert not KeptFigures.objects.exists()


def test_one_turn_of_the_worker_ends(watch: Watch, beside: list[Callable[[], None]]) -> None:
    kind = Kind(watch, cost=40)
    process = kind.process()
    for unit in ("a", "b", "c"):
        kind.asked(process, unit)
    watch.now += 300
    assert [renew(watch.moment()), kind.counted] == [2, 5]


def test_a_question_asked_again_stays(watch: Watch, beside: list[Callable[[], None]]) -> None:
    kind = Kind(watch)
    kind.asked(kind.process())
    first = KeptFigures.objects.get().asked_at
    watch.now += 7200
    spoil(counted_at=watch.moment())
    kind.asked(kind.process())
    assert KeptFigures.objects.get().asked_at - first >= timedelta(seconds=7200)


def test_equal_keys_are_equal_in_every_process() -> None:
    assert digest_of(["甲", frozenset({1, 2, 33}), START]) == digest_of(("甲", frozenset({33, 2, 1}), START))
    assert digest_of([1, [2]]) != digest_of([[1], 2])


def test_packed_figures_are_small_and_whole() -> None:
    parts = Parts({"regulation": "動火\n作業", "none": None}, [bytes(100_000), b"", b"\n\n\0"])
    stored = packed(1.5, parts)
    assert unpacked(stored) == (1.5, parts)
    assert len(stored) < 1000


@pytest.mark.parametrize("rest", [b"", b"abc", b"abcdef"])
def test_columns_of_another_length_are_refused(rest: bytes) -> None:
    line = b'{"took":1,"head":{},"columns":[2,3]}'
    assert unpacked(zlib.compress(line + b"\nabcde"))[1].columns == [b"ab", b"cde"]
    with pytest.raises(ValueError, match="as long"):
        unpacked(zlib.compress(line + b"\n" + rest))


# ---- the worker's job ------------------------------------------------------------------------------------------------
def jobs() -> list[str]:
    return list(DBTaskResult.objects.values_list("task_path", flat=True))


def ticked(monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    """Five minutes later the schedule is looked at, with nothing else in it."""
    only: Registry[Any] = Registry("scheduled work")
    only.register("jobs.renew_figures", scheduled.get("jobs.renew_figures"))
    monkeypatch.setattr("portal.jobs.schedule.scheduled", only)
    watch.now += 300
    assert [done.problem for done in tick(at=watch.moment())] == [""]


def test_the_schedule_leaves_the_counting_to_a_job(
    watch: Watch, beside: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick is a transaction: who counted in it would keep SQLite's one writer from everybody for a minute."""
    kind = Kind(watch)
    kind.asked(kind.process())
    ticked(monkeypatch, watch)
    assert (kind.counted, jobs()) == (1, ["portal.jobs.tasks.renew_figures"])
    renew_figures.call()
    assert kind.counted == 2


def test_a_small_company_has_no_such_job(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked(monkeypatch, watch)
    assert jobs() == []


def test_a_database_that_is_away_costs_no_question(
    watch: Watch, beside: list[Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    kind = Kind(watch)
    process = kind.process()
    kind.asked(process)

    def away(question: Any) -> Count[Any]:
        raise DatabaseError("database is locked")

    process.count = away
    watch.now += 300
    assert renew(watch.moment()) == 0
    assert "were not counted anew" in caplog.text
    assert KeptFigures.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_processes_that_store_at_once_leave_one_row(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FIGURES_KEPT_FROM = 0
    monkeypatch.setattr(CostlyFigures, "known", {})
    processes = [Kind(Watch()).process() for _number in range(4)]
    question = {"unit": "crew"}
    answers = at_once(*[lambda one=one: one.count_and_store(question, one.count(question)) for one in processes])
    assert [answer.figures for answer in answers] == [[1]] * 4
    row = KeptFigures.objects.get()
    assert (row.question, unpacked(bytes(row.data))[1].columns[0]) == (question, b"\1")
