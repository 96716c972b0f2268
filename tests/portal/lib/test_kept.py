"""What a process keeps for a while, and for how long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from portal.lib import clock, kept
from portal.lib.kept import CostlyFigures, KeptAWhile


class Watch:
    """A monotonic clock that goes on only where the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(kept, "time", watch)
    return watch


def test_a_table_is_read_again_after_its_seconds_and_after_an_edit(watch: Watch) -> None:
    readings: list[int] = []
    table = KeptAWhile(lambda: readings.append(1) or len(readings), seconds=5)
    assert [table(), table()] == [1, 1]
    watch.now += 5.1
    assert table() == 2
    table.forget()
    assert table() == 3


NOW, BESIDE, NOT = "while one waits", "beside", "not"
# from which cost figures are kept, what they cost, after how many seconds they are asked for again, counted anew how?
COSTS = [
    (0.25, 0.2, 0.0, NOW),
    (0.25, 0.25, 4.9, NOT),
    (0.25, 0.25, 5.1, BESIDE),
    (0.25, 2.0, 39.0, NOT),
    (0.25, 30.0, 59.0, NOT),
    (0.25, 30.0, 61.0, BESIDE),
    (0.25, 30.0, 599.0, BESIDE),
    (0.25, 30.0, 601.0, NOW),
    (None, 30.0, 0.0, NOW),
]


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What would run in threads."""
    works: list[Callable[[], None]] = []
    monkeypatch.setattr(kept, "start", lambda context, work: works.append(work))
    return works


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
    counted: list[int] = []

    def count() -> int:
        watch.now += cost
        counted.append(1)
        return len(counted)

    figures: CostlyFigures[int] = CostlyFigures()
    assert figures.get("company", count).figures == 1
    watch.now += later
    assert figures.get("company", count).figures == (2 if how == NOW else 1)
    assert figures.get("company", count).figures == (
        3 if kept_from is None or cost < kept_from else 2 if how == NOW else 1
    )
    assert len(beside) == (how == BESIDE)  # once, though two asked
    for work in beside:
        work()
        assert figures.get("company", count).figures == 2


def test_each_question_has_its_own_figures_and_only_a_few_are_kept(watch: Watch, settings: Any) -> None:
    settings.FIGURES_KEPT_FROM = 0
    figures: CostlyFigures[str] = CostlyFigures(most=2)
    for key in ("a", "b", "c"):
        assert figures.get(key, lambda key=key: key).figures == key  # type: ignore[misc]
    watch.now -= 1  # what cost nothing is kept for no time: look at it a moment earlier
    assert figures.get("c", lambda: "new").figures == "c"
    assert figures.get("a", lambda: "new").figures == "new"
    figures.forget()
    assert figures.get("c", lambda: "new").figures == "new"


def test_a_page_says_of_when_old_figures_are(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = CostlyFigures[int]().get("company", lambda: 1)
    assert not made.is_old
    later = made.at + timedelta(seconds=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert made.is_old


def test_a_count_beside_that_fails_leaves_what_is_there_and_may_be_tried_again(
    watch: Watch, settings: Any, beside: list[Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    settings.FIGURES_KEPT_FROM = 0
    figures: CostlyFigures[int] = CostlyFigures()
    assert figures.get("company", lambda: 1).figures == 1

    def fail() -> int:
        raise ValueError("away")

    watch.now += 60
    assert figures.get("company", fail).figures == 1
    beside.pop()()
    assert "figures were not counted anew" in caplog.text
    assert figures.get("company", fail).figures == 1
    assert len(beside) == 1


def test_a_thread_counts_in_the_language_of_who_asked(watch: Watch, settings: Any) -> None:
    settings.FIGURES_KEPT_FROM = 0
    figures: CostlyFigures[str] = CostlyFigures()
    counted = threading.Event()
    seen: list[tuple[str | None, bool]] = []

    def count() -> str:
        seen.append((translation.get_language(), threading.current_thread() is threading.main_thread()))
        counted.set()
        return "figures"

    with translation.override("en"):
        figures.get("company", lambda: "first")
        watch.now += 60
        figures.get("company", count)
    assert counted.wait(10)
    assert seen == [("en", False)]
