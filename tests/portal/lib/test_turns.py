"""Writers of one SQLite file come one after the other; who holds a transaction waits for nobody."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from portal.lib import turns


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "portal.sqlite3-turn"
    monkeypatch.setattr(turns, "_queue", lambda: str(place))
    return place


def _second(entered: threading.Event) -> threading.Thread:
    def work() -> None:
        with turns.writing_turn():
            entered.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_the_second_enters_when_the_first_is_done(queue: Path) -> None:
    entered = threading.Event()
    with turns.writing_turn():
        thread = _second(entered)
        assert not entered.wait(0.2)
    assert entered.wait(5)
    thread.join(5)


def test_a_turn_is_given_back_after_a_failure(queue: Path) -> None:
    with pytest.raises(ValueError, match="broken"), turns.writing_turn():
        raise ValueError("broken")
    entered = threading.Event()
    _second(entered).join(5)
    assert entered.is_set()


def test_who_waits_too_long_goes_on(queue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    entered = threading.Event()
    with turns.writing_turn():
        _second(entered).join(5)
        assert entered.is_set()


@pytest.mark.django_db
def test_inside_a_transaction_nobody_waits(queue: Path) -> None:
    with transaction.atomic(), turns.writing_turn():
        assert connection.in_atomic_block
    assert not queue.exists()


def test_only_a_file_of_sqlite_has_a_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "none.sqlite3"))
    assert turns._queue() is None
