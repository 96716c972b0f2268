"""The index follows the outbox, in its order, as often as it is told; the repair finds what went astray."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from portal.jobs.schedule import tick
from portal.lib.registries import Passage as Reading
from portal.lib.registries import drains, scheduled, search_sources
from search import actions
from search.actions import Written
from search.models import Passage, PassageAudience
from tests.search.conftest import Shelf

Rows = Callable[[], dict[str, Passage]]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def state() -> list[Any]:
    """Everything the index holds, except when it was written."""
    rows = Passage.objects.order_by("pk").values_list("pk", "source", "key", "title", "body", "version", "digest")
    return [list(rows), sorted(PassageAudience.objects.values_list("passage__key", "token"))]


# ---- the outbox -----------------------------------------------------------------------------------------------------


def test_the_drain_is_registered_and_takes_what_waits(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投訴", "內容", number="4.5.3", audience=frozenset({"staff", "unit:7"}))
    assert rows() == {}
    assert drains.get("search") is actions.drain
    assert actions.drain() == 1
    row = rows()["a"]
    assert (row.source, row.kind, row.title, row.body, row.number_key) == ("shelf", "clause", "投訴", "內容", "4.5.3")
    assert {audience.token for audience in row.audience.all()} == {"staff", "unit:7"}
    assert actions.drain() == 0
    assert not OutboxRow.objects.exists()


def test_the_same_rows_again_change_nothing(shelf: Shelf) -> None:
    shelf.put("a", "投訴")
    shelf.put("b", "滿意率")
    shelf.index()
    before = state()
    for _again in range(3):
        outbox.changed("shelf", "a")
        outbox.changed("shelf", "a")
        outbox.changed("shelf", "b")
        shelf.index()
    assert state() == before


def test_many_changes_of_one_key_are_one_writing_of_the_last(shelf: Shelf, rows: Rows) -> None:
    for number in range(5):
        shelf.put("a", f"第{number}版", version=number)
    assert actions.drain() == 5
    assert rows()["a"].title == "第4版"


def test_what_yields_nothing_is_removed(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投訴")
    shelf.index()
    shelf.take("a")
    outbox.changed("shelf", "never there")
    shelf.index()
    assert rows() == {}
    assert not PassageAudience.objects.exists()
    assert shelf.find("投訴") == []


def test_an_audience_that_changed_takes_the_place_of_the_old(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投訴", audience=frozenset({"public", "staff"}))
    shelf.index()
    shelf.change("a", audience=frozenset({"staff", "customer"}))
    shelf.index()
    assert {audience.token for audience in rows()["a"].audience.all()} == {"staff", "customer"}


def test_an_older_version_never_overwrites_a_newer_one(shelf: Shelf, rows: Rows) -> None:
    newer, older = (Reading("a", "clause", f"v{v}", "", "/a/", frozenset({"public"}), version=v) for v in (2, 1))
    assert actions.write(source="shelf", readings=[newer]) == Written(written=1)
    assert actions.write(source="shelf", readings=[older]) == Written(unchanged=1)
    assert rows()["a"].title == "v2"
    same_version = Reading("a", "clause", "v2 corrected", "", "/a/", frozenset({"public"}), version=2)
    assert actions.write(source="shelf", readings=[same_version]) == Written(written=1)
    assert actions.write(source="shelf", readings=[older], force=True) == Written(written=1)


def test_a_change_rolled_back_never_reaches_the_index(shelf: Shelf, rows: Rows) -> None:
    with transaction.atomic():
        shelf.put("a", "投訴")
        transaction.set_rollback(True)
    shelf.index()
    assert rows() == {}


def test_a_source_that_fails_holds_up_no_other(shelf: Shelf, rows: Rows, caplog: pytest.LogCaptureFixture) -> None:
    broken = Shelf("broken")
    search_sources.register("broken", broken.source)
    broken.put("x", "壞")
    shelf.put("a", "投訴")
    reads: list[int] = []

    def fail(keys: Any) -> Any:
        reads.append(1)
        raise ValueError("no such table")

    object.__setattr__(broken.source, "passages", fail)
    shelf.index()
    assert list(rows()) == ["a"]
    assert len(reads) == actions.MAX_ATTEMPTS
    assert not OutboxRow.objects.exists()
    assert "gives up on broken:x" in caplog.text
    object.__setattr__(broken.source, "passages", broken._read)
    actions.repair()
    assert set(rows()) == {"a", "x"}


def test_a_row_of_an_unknown_source_is_passed_over(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    outbox.changed("nobody", "1")
    outbox.put("search", "no colon")
    shelf.index()
    assert not OutboxRow.objects.exists()
    assert "nobody" in caplog.text


def test_a_key_may_hold_a_colon(shelf: Shelf, rows: Rows) -> None:
    shelf.put("1:2:3", "投訴")
    shelf.index()
    assert list(rows()) == ["1:2:3"]


def test_odd_text_is_kept(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投\0訴", "x" * 200_000, number="長" * 500, url=None, context=None)
    shelf.index()
    assert rows()["a"].title == "投訴"
    assert rows()["a"].url == rows()["a"].context == ""
    assert shelf.find("投訴") == [""]


# ---- the whole index ------------------------------------------------------------------------------------------------


def drift(shelf: Shelf) -> None:
    """Every way in which an index can differ from the database, behind the outbox's back."""
    for key in ("kept", "lost", "stale", "narrowed", "wordless", "gone"):
        shelf.put(key, f"投訴 {key}", version=3)
    shelf.index()
    Passage.objects.filter(key="lost").delete()
    shelf.change("stale", announce=False, title="滿意率")
    shelf.change("narrowed", announce=False, audience=frozenset({"staff"}))
    shelf.take("gone", announce=False)
    shelf.put("new", "投訴 new", announce=False)
    with connection.cursor() as cursor:
        pk = Passage.objects.get(key="wordless").pk
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM search_tokens WHERE rowid = %s", [pk])
            cursor.execute("INSERT INTO search_tokens (rowid, title) VALUES (999999, '投诉')")
        else:
            cursor.execute("UPDATE search_passage SET search_tokens = NULL WHERE id = %s", [pk])
    Passage.objects.create(source="removed app", key="1", kind="x", title="投訴", url="/", digest="", updated_at=NOW)


@pytest.mark.parametrize("again", [actions.rebuild, actions.repair])
def test_the_index_is_brought_in_step(shelf: Shelf, rows: Rows, again: Callable[..., Written]) -> None:
    drift(shelf)
    again(now=NOW)
    assert set(rows()) == {"kept", "lost", "stale", "narrowed", "wordless", "new"}
    assert set(shelf.find("投訴")) == {"kept", "lost", "wordless", "new"}
    assert shelf.find("滿意率") == ["stale"]
    assert actions.repair() == Written(unchanged=6)


def test_the_repair_writes_only_what_differs(shelf: Shelf, rows: Rows) -> None:
    drift(shelf)
    Passage.objects.update(updated_at=NOW)
    done = actions.repair(now=NOW + timedelta(days=1))
    assert done.written == 5  # lost, stale, narrowed, wordless, new
    assert done.unchanged == 2  # kept; wordless, whose passage stood and whose words did not
    later = {key for key, row in rows().items() if row.updated_at == NOW + timedelta(days=1)}
    assert later == {"lost", "stale", "narrowed", "new"}


def test_the_rebuild_writes_everything_and_search_goes_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(25):
        shelf.put(f"k{number}", "投訴")
    shelf.index()
    monkeypatch.setattr(actions, "BATCH", 10)
    seen: list[int] = []
    read = shelf._read

    def watched(keys: Any) -> Any:
        seen.append(len(shelf_find("投訴")))
        return read(keys)

    shelf_find = lambda query: Passage.objects.filter(title=query)  # noqa: E731
    object.__setattr__(shelf.source, "passages", watched)
    assert actions.rebuild() == Written(written=25)
    assert seen == [25, 25, 25]


def test_what_came_into_being_during_the_rebuild_stays(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投訴")
    shelf.index()
    keys = list(shelf.passages)
    object.__setattr__(shelf.source, "keys", lambda: keys)
    shelf.put("b", "滿意率")
    shelf.index()
    actions.rebuild()
    assert set(rows()) == {"a", "b"}


def test_an_older_version_is_put_right_by_the_rebuild(shelf: Shelf, rows: Rows) -> None:
    shelf.put("a", "投訴", version=9)
    shelf.index()
    shelf.change("a", version=1, title="滿意率", announce=False)
    actions.repair()
    assert rows()["a"].title == "投訴"
    actions.rebuild()
    assert rows()["a"].title == "滿意率"


def test_the_command_says_what_it_did(shelf: Shelf) -> None:
    shelf.put("a", "投訴", announce=False)
    out = StringIO()
    call_command("rebuild_index", "--format", "json", stdout=out)
    assert json.loads(out.getvalue()) == {"written": 1, "removed": 0, "unchanged": 0}
    out = StringIO()
    call_command("rebuild_index", "--repair", stdout=out)
    assert out.getvalue().strip() == "0 written, 0 removed, 1 unchanged."


def test_the_repair_is_asked_for_once_a_night(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    work = scheduled.get("search.repair")
    assert work is not None
    monkeypatch.setattr(scheduled, "_entries", {"search.repair": (1, work)})
    for _again in range(3):
        assert not [done for done in tick(at=NOW) if done.problem]
    assert DBTaskResult.objects.filter(task_path="search.tasks.repair_index").count() == 1
