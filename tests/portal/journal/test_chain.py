"""The journal notices every way of changing it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.journal import actions as journal
from portal.journal import triggers
from portal.journal.models import Entry, Head


@pytest.fixture
def ten_entries(company):
    for number in range(10):
        with transaction.atomic():
            journal.record(by=company.users["clerk"], action="test.act", thing=company.units["HQ"], data={"n": number})


def edit():
    Entry.objects.filter(sequence=4).update(data={"n": 99})


def edit_and_rehash():
    entry = Entry.objects.get(sequence=4)
    entry.data = {"n": 99}
    entry.hash = journal.chained_hash(entry)
    entry.save()


def delete():
    Entry.objects.filter(sequence=5).delete()


def swap():
    first, second = Entry.objects.get(sequence=3), Entry.objects.get(sequence=4)
    first.data, second.data = second.data, first.data
    first.save()
    second.save()


def insert():
    last = Entry.objects.get(sequence=10)
    extra = Entry(**{f.attname: getattr(last, f.attname) for f in Entry._meta.fields} | {"sequence": 11})
    extra.save(force_insert=True)


def cut_tail():
    Entry.objects.filter(sequence__gt=8).delete()


@pytest.mark.usefixtures("ten_entries")
class TestFaults:
    def test_an_untouched_journal_holds(self):
        assert list(journal.faults([journal.anchor()])) == []

    @pytest.mark.parametrize("tamper", [edit, edit_and_rehash, delete, swap, insert, cut_tail])
    def test_tampering_is_found(self, tamper):
        tamper()
        assert list(journal.faults())

    def test_a_tail_cut_with_the_head_is_found_only_against_an_anchor(self):
        kept = journal.anchor()
        cut_tail()
        last = Entry.objects.get(sequence=8)
        Head.objects.update(sequence=8, hash=last.hash)
        assert list(journal.faults()) == []
        assert [fault.sequence for fault in journal.faults([kept])] == [10]


def test_an_entry_outside_a_transaction_is_refused(transactional_db):
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="x")
    with pytest.raises(RuntimeError):
        journal.record(by=journal.SYSTEM, action="test.act", thing=group)


def test_an_act_without_an_actor_is_refused(company):
    with pytest.raises(TypeError):
        journal.record(by=None, action="test.act", thing=company.units["HQ"])


@pytest.mark.usefixtures("ten_entries")
@pytest.mark.parametrize("change", [edit, delete])
def test_the_database_refuses_to_change_an_entry(change):
    triggers.install(connection)
    try:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    finally:
        if connection.vendor == "sqlite":
            triggers.remove(connection)
