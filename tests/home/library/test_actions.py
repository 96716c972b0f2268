"""Publishing, changing, withdrawing; what begins and ends by itself; the words of files; SRV-02."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from home.actions import publish_notice
from home.enums import AudienceGroup
from home.library import sources
from home.library.actions import EntryDraft, change_entry, entries_turn, withdraw_entry
from home.library.enums import REQUIRED_KINDS
from home.library.measures import library_kept
from home.library.models import LibraryEntry
from home.library.schedule import turn
from portal.files.actions import files_of
from portal.jobs.models import OutboxRow
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.pdf import render_pdf
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate
from tests.home.library.conftest import docx

DAY = timedelta(days=1)


def draft_of(entry: LibraryEntry, **more: Any) -> EntryDraft:
    names = ("kind", "title", "summary", "unit", "audience", "body", "estate", "confidential", "expires_on")
    return EntryDraft(**({name: getattr(entry, name) for name in names} | more))


def told(entry: LibraryEntry) -> bool:
    return OutboxRow.objects.filter(topic="search", key=f"library:{entry.pk}").exists()


def readable(entry: LibraryEntry) -> list[Any]:
    return list(sources.passages([str(entry.pk)]))


# ---- publishing -----------------------------------------------------------------------------------------------------


def test_publishing_reaches_search_and_journal_without_its_words(company, publish):
    entry = publish("翠湖苑業主公約", body="第一條")
    assert told(entry)
    written = journal.entries_of(entry).get()
    assert (written.action, written.unit_id) == ("home.publish_entry", company.units["OFFICE1"].pk)
    assert "公約" not in str(written.data)


def test_the_same_submission_twice_is_one_entry(publish):
    key = uuid.uuid4()
    first = publish(submission_id=key)
    assert publish(submission_id=key).pk == first.pk
    with pytest.raises(Conflict):
        publish("別的", submission_id=key)
    assert LibraryEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("by", "unit", "estate", "allowed"),
    [
        ("editor", "OFFICE2", "FENGLIN", True),
        ("director", "OFFICE1", "CUIHU", True),
        ("director", "OFFICE1", None, True),
        ("director", "OFFICE2", None, False),
        ("director", "OFFICE1", "FENGLIN", False),
        ("unit_manager", "CREW1", None, True),
        ("clerk", "OFFICE1", "CUIHU", False),
        ("approver", "OFFICE1", None, False),
        ("administrator", "OFFICE1", None, False),
        ("employee", "CREW1", None, False),
        ("customer", "OFFICE1", None, False),
    ],
)
def test_who_publishes_for_whom(publish, by, unit, estate, allowed):
    given = {"by": by, "unit": unit, "estate": Estate.objects.get(code=estate) if estate else None}
    if allowed:
        assert publish(**given).pk
    else:
        with pytest.raises(NotYours):
            publish(**given)
        assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"confidential": True}, "audience"),
        ({"audience": "named"}, "audience"),
        ({"kind": "internal", "audience": "customers"}, "audience"),
        ({"expires_on": clock.today() - DAY}, "expires_on"),
    ],
)
def test_what_is_refused(publish, more, field):
    with pytest.raises(Refused) as refusal:
        publish(**more)
    assert refusal.value.field == field


def test_the_database_itself_keeps_the_confidential_named(publish):
    entry = publish()
    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryEntry.objects.filter(pk=entry.pk).update(confidential=True)


# ---- changing, withdrawing ------------------------------------------------------------------------------------------


def test_two_at_once_the_second_is_told(company, publish):
    entry = publish()
    changed = change_entry(by=company.users["editor"], entry=entry, version=1, draft=draft_of(entry, title="新公約"))
    assert (changed.title, changed.version) == ("新公約", 2)
    with pytest.raises(Conflict):
        change_entry(by=company.users["second_editor"], entry=entry, version=1, draft=draft_of(entry, title="另一個"))
    assert LibraryEntry.objects.get().title == "新公約"


def test_a_neighbouring_office_changes_nothing_here(company, publish):
    entry = publish(by="director")
    for username in ("other_director", "clerk", "customer", "administrator"):
        with pytest.raises(NotYours):
            change_entry(by=company.users[username], entry=entry, version=1, draft=draft_of(entry, title="x"))
        with pytest.raises(NotYours):
            withdraw_entry(by=company.users[username], entry=entry)


def test_withdrawn_is_gone_at_once_and_stays_so(company, publish):
    entry = publish()
    OutboxRow.objects.all().delete()
    withdraw_entry(by=company.users["editor"], entry=entry)
    withdraw_entry(by=company.users["editor"], entry=entry)
    assert told(entry)
    assert readable(entry) == []
    assert journal.entries_of(entry).filter(action="home.withdraw_entry").count() == 1
    with pytest.raises(Refused, match="withdrawn"):
        change_entry(by=company.users["editor"], entry=entry, version=2, draft=draft_of(entry))


def test_files_go_and_come(company, publish):
    entry = publish(files=[("甲.docx", docx("綠化率百分之三十五"))])
    [first] = files_of(entry)
    assert "綠化率" in LibraryEntry.objects.get().file_text
    change_entry(by=company.users["editor"], entry=entry, version=1, draft=draft_of(entry), remove=[first])
    assert not files_of(entry).exists()
    assert LibraryEntry.objects.get().file_text == ""


# ---- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "valid"), [(0, None, True), (0, 0, True), (-5, -1, False), (1, None, False), (-5, 3, True)]
)
def test_an_entry_holds_from_its_first_to_its_last_day(publish, starts, ends, valid):
    today = clock.today()
    expires = None if ends is None else today + ends * DAY
    entry = publish(publish_on=today + starts * DAY, expires_on=expires)
    assert LibraryEntry.objects.valid_on(today).exists() == entry.is_valid_on(today) == bool(readable(entry)) == valid


def test_search_is_told_when_an_entry_turns(publish):
    today = clock.today()
    ended = publish("到期", publish_on=today - 9 * DAY, expires_on=today - DAY)
    begun = publish("開始", publish_on=today)
    still = publish("還有效", publish_on=today - 9 * DAY, expires_on=today)
    OutboxRow.objects.all().delete()
    turn(timezone.make_aware(datetime.combine(today, time(0, 5))))
    assert (told(ended), told(begun), told(still)) == (True, True, False)
    assert entries_turn(since=today + 5 * DAY, day=today + 8 * DAY) == 0


# ---- the words of files ---------------------------------------------------------------------------------------------


def test_the_words_of_a_pdf_are_found(publish):
    head = '<html lang="zh-Hant"><head><title>公約</title></head>'
    html = f"{head}<body><h1>公約</h1><p>飼養犬隻應當登記免疫。</p></body></html>"
    entry = publish(files=[("公約.pdf", render_pdf(html))])
    [passage] = readable(entry)
    assert "飼養犬隻應當登記免疫" in passage.body.replace("\n", "")


def test_words_typed_for_a_scan_are_found(publish):
    [passage] = readable(publish(search_text="掃描件裡的紅頭文件"))
    assert "紅頭文件" in passage.body


# ---- SRV-02 ---------------------------------------------------------------------------------------------------------


def test_srv_02_kinds_times_estates(company, publish):
    month = Period.of("month", clock.today())
    office, everybody = company.units["OFFICE1"], None
    assert (library_kept(office, month).due, library_kept(office, month).missed) == (6, 6)
    assert library_kept(everybody, month).due == 12
    assert library_kept(company.units["CREW1"], month).due == 0
    publish(kind="handbook")
    publish(kind="convention", estate=Estate.objects.get(code="CUIHU"))
    publish(kind="convention", estate=Estate.objects.get(code="FENGLIN"), unit="OFFICE2")
    found = library_kept(office, month)
    assert (found.done, found.missed) == (2, 4)
    assert library_kept(everybody, month).done == 4
    publish(kind="government", audience="staff")
    assert library_kept(office, month).done == 2, "what customers cannot read is not published"
    publish(kind="association", publish_on=clock.today() - 9 * DAY, expires_on=clock.today() - DAY)
    assert library_kept(office, month).done == 2, "expired"
    assert "翠湖苑" in str(library_kept(office, month).note)


def test_a_notice_counts_as_one(company, publish):
    month = Period.of("month", clock.today())
    publish_notice(
        by=company.users["editor"],
        title="停水",
        summary="停水",
        body="<p>停水</p>",
        audience=[AudienceGroup.PUBLIC],
        unit=company.units["OFFICE1"],
    )
    assert library_kept(company.units["OFFICE1"], month).done == 1
    assert library_kept(company.units["OFFICE2"], month).done == 0


def test_srv_02_is_complete_when_each_kind_is_there(company, publish):
    for kind in REQUIRED_KINDS:
        publish(kind=kind)
    found = library_kept(None, Period.of("month", clock.today()))
    assert (found.due, found.done, found.missed, found.note) == (12, 12, 0, "")
