"""SAL-04: nobody but those named meets a confidential entry, and every reading is recorded.

Each secret carries words that occur nowhere else: in its title, summary, text, number, file name and file.
"""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from home.library import views
from home.library.actions import READ, change_entry, read_confidential_entry
from home.library.enums import ReadOf
from home.library.measures import confidential_kept
from home.library.models import EntryQuerySet, LibraryEntry
from portal.files.actions import files_of
from portal.journal import actions as journal
from portal.journal.models import Entry
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Appointment
from portal.org.readers import ANONYMOUS, Reader, reader_for
from search.actions import rebuild
from search.models import Passage
from tests.home.library.conftest import docx
from tests.home.library.test_actions import draft_of

CANARY = "鴟梟"
WRONG = [
    None, "customer", "employee", "clerk", "director", "second_editor", "approver", "administrator", "quality_officer",
    "unit_manager",
]  # fmt: skip
RIGHT = ["sales_person", "finance_clerk", "editor"]


@pytest.fixture
def secret(company, publish) -> LibraryEntry:
    """For the sales site and the finance clerk; the editor owns it."""
    entry = publish(
        f"{CANARY}底價表",
        kind="internal",
        summary=f"{CANARY}摘要",
        body=f"不得外傳的{CANARY}正文",
        number=f"{CANARY}-1",
        search_text=f"{CANARY}詞",
        unit="SALES1",
        audience="named",
        confidential=True,
        named=(company.units["SALES1"], company.users["finance_clerk"]),
        files=[(f"{CANARY}.docx", docx(f"{CANARY}附件"))],
    )
    publish("觀察小組", body="人人可讀")
    rebuild()
    return entry


@pytest.fixture
def browser(company, signed_in) -> Any:
    return lambda name: signed_in(name) if name else Client()


def addresses(entry: LibraryEntry) -> list[str]:
    """Every address that could show something of the entry."""
    file = files_of(entry).get()
    return [
        reverse("library_entry", args=[entry.pk]),
        reverse("library_file", args=[entry.pk, file.pk]),
        reverse("private_file", args=[file.pk]),
        reverse("library_edit", args=[entry.pk]),
        reverse("library_withdraw", args=[entry.pk]),
        reverse("library_reads", args=[entry.pk]),
    ]


LISTS = ["/library/", "/library/?q=鴟梟", "/library/?kind=internal", "/desk/library/", "/", "/notices/"]
SEARCHES = ["/search/?q=不得外傳", "/search/?q=底價表", "/search/?q=附件", "/search/?q=摘要&kind=document"]
ADMIN = ["/admin/", "/admin/pages/", "/admin/documents/", "/admin/reports/site-history/", "/admin/search/?q=鴟梟"]


def leaks(browser: Any, entry: LibraryEntry) -> list[str]:
    """Where this browser meets the canary, or gets what is not its own."""
    met = []
    for address in addresses(entry):
        answer = browser.get(address)
        if answer.status_code not in {302, 404}:
            met.append(f"{address}: {answer.status_code}")
    for address in (*LISTS, *SEARCHES, *ADMIN):
        text = browser.get(address, follow=True).content.decode()
        if CANARY in text.replace(f'value="{CANARY}"', ""):  # what was typed stands in its field
            met.append(address)
    return met


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_reader_meets_nothing(secret, browser, name):
    assert leaks(browser(name), secret) == []
    assert not journal.entries_of(secret).filter(action=READ).exists(), "nothing was read"


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("query", [CANARY, f"{CANARY}底價表", "不得外傳", f"{CANARY}-1", f"{CANARY}附件"])
def test_a_script_of_a_wrong_reader_finds_nothing(secret, company, name, query):
    out = io.StringIO()
    call_command("search_portal", query, "--format", "json", *(["--as", name] if name else []), stdout=out)
    assert CANARY not in json.dumps(json.loads(out.getvalue())["hits"], ensure_ascii=False)


@pytest.mark.parametrize("name", RIGHT)
def test_who_is_named_finds_it_and_each_reading_is_recorded(secret, company, browser, name):
    person = browser(name)
    assert secret.title in person.get("/library/").content.decode()
    assert CANARY in person.get("/search/", {"q": f"{CANARY}摘要"}).content.decode()
    page, file = addresses(secret)[:2]
    assert f"不得外傳的{CANARY}正文" in person.get(page).content.decode()
    assert person.get(file).status_code == 200
    readings = journal.entries_of(secret).filter(action=READ)
    assert [(reading.user, reading.data["what"]) for reading in readings] == [
        (company.users[name], "page"),
        (company.users[name], "file"),
    ]
    assert readings[1].data["file"] == str(files_of(secret).get().pk)


def test_the_text_and_the_file_never_enter_the_index(secret):
    """A snippet would be a reading that nobody recorded."""
    row = Passage.objects.get(source="library", key=str(secret.pk))
    assert "摘要" in row.body
    assert "正文" not in row.body
    assert "附件" not in row.body
    assert f"{CANARY}詞" not in row.body
    assert LibraryEntry.objects.get(pk=secret.pk).file_text == ""


def test_the_journal_holds_none_of_its_words(secret, browser):
    browser("sales_person").get(addresses(secret)[0])
    assert CANARY not in str(list(Entry.objects.values_list("data", flat=True)))


def test_the_owner_alone_sees_who_read_it(secret, company, browser):
    browser("sales_person").get(addresses(secret)[0])
    log = browser("editor").get(reverse("library_reads", args=[secret.pk]))
    assert company.users["sales_person"].first_name in log.content.decode()
    for name in ("sales_person", "finance_clerk", "second_editor", "administrator", "director"):
        assert browser(name).get(reverse("library_reads", args=[secret.pk])).status_code == 404


def test_changing_it_is_a_reading_too(secret, browser):
    assert browser("editor").get(reverse("library_edit", args=[secret.pk])).status_code == 200
    assert journal.entries_of(secret).filter(action=READ).count() == 1


def test_who_leaves_the_site_reads_no_more(secret, company, browser):
    Appointment.objects.filter(person=company.people["sales_person"]).update(ends_on=date(2021, 1, 1))
    assert leaks(browser("sales_person"), secret) == []


def test_it_never_becomes_public_by_a_form(secret, company):
    for more in ({"confidential": False}, {"confidential": False, "audience": "public"}):
        with pytest.raises(Refused):
            change_entry(by=company.users["editor"], entry=secret, version=1, draft=draft_of(secret, **more))
    assert LibraryEntry.objects.get(pk=secret.pk).confidential


def test_the_verb_lets_nobody_else_read(secret, company):
    for reader in (ANONYMOUS, *(reader_for(company.users[name]) for name in WRONG if name)):
        with pytest.raises(NotYours):
            read_confidential_entry(by=reader, entry=secret, what=ReadOf.PAGE)


# ---- the measure ----------------------------------------------------------------------------------------------------


def month() -> Period:
    return Period.of("month", clock.today())


def test_sal_04_counts_entries_read_by_those_named(secret, company, browser):
    for name in RIGHT:
        browser(name).get(addresses(secret)[0])
    for unit in (None, company.units["HQ"], company.units["SALES1"]):
        found = confidential_kept(unit, month())
        assert (found.due, found.done, found.missed) == (1, 1, 0)
    assert confidential_kept(company.units["OFFICE1"], month()).due == 0


def test_sal_04_is_missed_when_somebody_else_read_it(secret, company, monkeypatch):
    """The broken twin: with the guard taken out, the measure sees whom it let in, from the appointments of the day."""
    monkeypatch.setattr(Reader, "may_read", lambda self, audience: True)
    read_confidential_entry(by=reader_for(company.users["clerk"]), entry=secret, what=ReadOf.PAGE)
    monkeypatch.undo()
    assert confidential_kept(None, month()).missed == 1


def test_sal_04_holds_when_a_reader_moves_on_later(secret, company, browser):
    browser("sales_person").get(addresses(secret)[0])
    Appointment.objects.filter(person=company.people["sales_person"]).update(ends_on=clock.today())
    company.users["sales_person"].is_active = False
    company.users["sales_person"].save()
    assert confidential_kept(None, month()).missed == 0


# ---- broken twins ---------------------------------------------------------------------------------------------------


def test_twin_without_the_guard_of_the_list(secret, browser, monkeypatch):
    monkeypatch.setattr(EntryQuerySet, "readable_by", lambda self, reader: self)
    assert leaks(browser("clerk"), secret)


def test_twin_without_the_guard_of_the_page(secret, browser, monkeypatch):
    monkeypatch.setattr(views.permissions, "reader_can_read_entry", lambda reader, entry, day: True)
    monkeypatch.setattr(views.actions, "read_confidential_entry", lambda **given: None)
    assert leaks(browser("clerk"), secret)


def test_the_record_is_a_second_lock(secret, browser, monkeypatch):
    """Where the page forgets to ask, the verb that records the reading still refuses."""
    monkeypatch.setattr(views.permissions, "reader_can_read_entry", lambda reader, entry, day: True)
    client = browser("clerk")
    client.raise_request_exception = True
    with pytest.raises(NotYours):
        client.get(addresses(secret)[0])
