"""`verify_journal` says whether the journal is whole, to a person and to a script."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from portal.journal import actions as journal
from portal.journal.models import Entry, Head


@pytest.fixture
def three_entries(company):
    for number in range(3):
        with transaction.atomic():
            journal.record(by=company.users["clerk"], action="test.act", thing=company.units["HQ"], data={"n": number})


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify_journal", *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("three_entries")
class TestVerifyJournal:
    def test_a_whole_journal(self):
        assert "3 entries" in verify()
        report = json.loads(verify("--format", "json"))
        assert report == {"entries": 3, "hash": Head.objects.get().hash, "faults": []}

    def test_a_fault_is_named_and_makes_the_command_fail(self):
        Entry.objects.filter(sequence=2).update(actor="somebody else")
        out = StringIO()
        with pytest.raises(CommandError, match="1 fault"):
            call_command("verify_journal", "--format", "json", stdout=out)
        assert [fault["sequence"] for fault in json.loads(out.getvalue())["faults"]] == [2]

    def test_an_anchor_kept_elsewhere_shows_a_cut_tail(self, tmp_path):
        anchors = tmp_path / "anchors"
        verify("--write-anchor", str(anchors))
        assert "3 entries" in verify("--anchor", str(anchors))
        Entry.objects.filter(sequence=3).delete()
        last = Entry.objects.get(sequence=2)
        Head.objects.update(sequence=2, hash=last.hash)
        assert "2 entries" in verify(), "without the anchor nobody can tell"
        with pytest.raises(CommandError):
            verify("--anchor", str(anchors))

    def test_a_faulty_journal_is_never_anchored(self, tmp_path):
        anchors = tmp_path / "anchors"
        Entry.objects.filter(sequence=2).update(actor="somebody else")
        with pytest.raises(CommandError):
            verify("--write-anchor", str(anchors))
        assert not anchors.exists()

    @pytest.mark.parametrize("content", ["three abc", "3", "3 abc def"])
    def test_a_file_that_holds_no_anchors_is_refused_by_line(self, tmp_path, content):
        anchors = tmp_path / "anchors"
        anchors.write_text(f"1 {'0' * 64}\n{content}\n")
        with pytest.raises(CommandError, match="line 2"):
            verify("--anchor", str(anchors))

    def test_a_missing_file_is_said_in_one_sentence(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            verify("--anchor", str(tmp_path / "nowhere"))


def test_entries_written_while_it_reads_are_no_fault(three_entries, company, monkeypatch):
    """Between the last entry read and the head, the portal writes on."""
    real, asked = journal.anchor, []

    def busy_anchor():
        if not asked:
            asked.append(True)
            with transaction.atomic():
                journal.record(by=company.users["clerk"], action="test.act", thing=company.units["HQ"])
        return real()

    monkeypatch.setattr(journal, "anchor", busy_anchor)
    assert list(journal.faults()) == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_chain():
    from django.contrib.auth.models import Group

    from tests.patience import at_once

    group = Group.objects.create(name="x")

    def write():
        for number in range(10):
            with transaction.atomic():
                journal.record(by=journal.SYSTEM, action="test.act", thing=group, data={"n": number})

    assert at_once(write, write, write) == [None] * 3
    assert list(journal.faults()) == []
    assert journal.anchor().sequence == 30
