"""A row written by the short way is the row that Django would have written."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from home.models import HomePage
from portal.jobs.models import OutboxRow
from portal.journal.models import Entry
from portal.lib.rows import insert, insert_values, prepare, prepare_values, write, write_together
from portal.org.models import Contact, Household

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def entry(sequence: int) -> Entry:
    return Entry(
        sequence=sequence, at=NOW, actor="甲", action="a.b", record_type="x.y", record_id="1",
        data={"多": [1, None, "句 ' \""]}, previous_hash="0" * 64, hash="1" * 64,
    )  # fmt: skip


MAKERS: dict[str, Any] = {
    "a key of its own": entry,
    "a key of the database": lambda number: OutboxRow(topic="t", key=str(number), data={"a": "漢"}),
}


def values(row: models.Model) -> dict[str, Any]:
    """The row as the database holds it, without its key and the moment of its making."""
    found = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in ("id", "sequence", "key", "created_at")}


@pytest.mark.parametrize("name", MAKERS)
def test_the_short_way_writes_what_save_writes(name: str) -> None:
    short, long = MAKERS[name](900_001), MAKERS[name](900_002)
    insert(short)
    long.save(force_insert=True)
    assert values(short) == values(long)
    assert short.pk is not None
    assert not short._state.adding
    short.save()
    assert type(short).objects.filter(pk=short.pk).count() == 1


def test_a_row_that_is_no_instance_is_what_save_writes() -> None:
    named = {
        "at": NOW,
        "actor": "甲",
        "action": "a.b",
        "record_type": "x.y",
        "record_id": "1",
        "data": {"多": [1, "句"]},
    }
    hashes = {"previous_hash": "0" * 64, "hash": "1" * 64}
    insert_values(Entry, sequence=900_001, **named, **hashes)
    long = Entry(sequence=900_002, **named, **hashes)
    long.save(force_insert=True)
    assert values(Entry(pk=900_001)) == values(long)
    insert_values(OutboxRow, topic="t", key="defaults")
    found = OutboxRow.objects.get(key="defaults")
    assert (found.data, found.created_at.tzinfo) == ({}, UTC)
    with pytest.raises(TypeError, match="topics"):
        prepare_values(OutboxRow, topics="t")


def test_a_prepared_row_takes_what_was_not_known_before() -> None:
    prepared = prepare(OutboxRow(topic="t", key="", data={"a": 1}))
    write(prepared, key="late", data={"b": "漢"})
    found = OutboxRow.objects.get(key="late")
    assert (found.pk, found.data) == (prepared.row.pk, {"b": "漢"})
    write(prepare_values(OutboxRow, topic="t", key=""), key="later", data={"c": "漢"})
    assert OutboxRow.objects.get(key="later").data == {"c": "漢"}


def test_rows_of_one_table_are_written_together() -> None:
    rows = [prepare(OutboxRow(topic="t", key=key, data={"a": key})) for key in ("甲", "乙")]
    write_together(rows, topic="late")
    write_together([])
    found = OutboxRow.objects.filter(topic="late").order_by("id")
    assert [(row.key, row.data) for row in found] == [("甲", {"a": "甲"}), ("乙", {"a": "乙"})]
    assert all(row.created_at for row in found)
    with pytest.raises(TypeError):
        write_together([*rows, prepare(entry(900_003))])


def test_what_is_encrypted_stays_encrypted(company: Any) -> None:
    contact = Contact(household=Household.objects.get(), name="鄭女士", phone="13800000001")
    insert(contact)
    assert Contact.objects.get(pk=contact.pk).name == "鄭女士"
    assert not Contact.objects.extra(where=["name = '鄭女士'"]).exists()


def test_a_known_key_is_refused_and_the_transaction_goes_on() -> None:
    insert(entry(900_001))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(entry(900_001))
    assert Entry.objects.filter(sequence=900_001).count() == 1


def test_a_row_of_two_tables_is_not_for_the_short_way() -> None:
    with pytest.raises(TypeError):
        insert(HomePage(title=str(uuid.uuid4())))
