"""What a process keeps for a while."""

from __future__ import annotations

import pytest

from portal.lib import kept
from portal.lib.kept import KeptAWhile


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
