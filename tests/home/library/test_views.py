"""The library's pages: lists by kind and estate, the desk's form, wrong input, files."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from home.library.models import LibraryEntry
from portal.files.actions import files_of
from portal.lib import clock
from portal.org.models import Estate
from tests.home.library.conftest import docx


def estate(code: str) -> Estate:
    return Estate.objects.get(code=code)


@pytest.fixture
def shelf(publish) -> None:
    publish("翠湖苑公約", estate=estate("CUIHU"))
    publish("楓林苑公約", estate=estate("FENGLIN"), unit="OFFICE2")
    publish("通用手冊", kind="handbook")
    publish("翠湖苑須知", kind="customer_note", audience="customers", estate=estate("CUIHU"))
    publish("楓林苑須知", kind="customer_note", audience="customers", estate=estate("FENGLIN"), unit="OFFICE2")
    publish("通用須知", kind="customer_note", audience="customers")
    publish("交接要點", kind="internal", audience="staff")


ALL = {"翠湖苑公約", "楓林苑公約", "通用手冊", "翠湖苑須知", "楓林苑須知", "通用須知", "交接要點"}


def titles(client: Client, **asked: str) -> set[str]:
    page = client.get("/library/", asked).content.decode()
    return {title for title in ALL if f">{title}<" in page}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        (None, {"翠湖苑公約", "楓林苑公約", "通用手冊"}),
        ("customer", {"翠湖苑公約", "通用手冊", "翠湖苑須知", "通用須知"}),
        ("clerk", ALL),
        ("employee", ALL),
    ],
)
def test_everybody_sees_their_own(shelf, signed_in, name, seen):
    assert titles(signed_in(name) if name else Client()) == seen


def test_a_customer_reaches_no_note_of_another_estate(shelf, signed_in):
    other = LibraryEntry.objects.get(title="楓林苑須知")
    assert signed_in("customer").get(other.get_absolute_url()).status_code == 404
    assert Client().get(other.get_absolute_url()).status_code == 302
    assert signed_in("customer").get(LibraryEntry.objects.get(title="翠湖苑須知").get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"q": "手册"}, {"通用手冊"}),
        ({"q": "須知 翠湖"}, {"翠湖苑須知"}),
        ({"kind": "handbook"}, {"通用手冊"}),
        ({"kind": "nonsense", "estate": "x²"}, ALL),
        ({"q": "沒有這個"}, set()),
    ],
)
def test_the_list_is_filtered_without_a_script(shelf, signed_in, asked, seen):
    assert titles(signed_in("clerk"), **asked) == seen


def test_the_list_is_filtered_by_estate(shelf, signed_in):
    seen = titles(signed_in("clerk"), estate=str(estate("FENGLIN").pk))
    assert seen == {"楓林苑公約", "通用手冊", "楓林苑須知", "通用須知", "交接要點"}


def test_the_list_asks_a_fixed_number_of_times(publish, signed_in, django_assert_max_num_queries):
    for number in range(25):
        publish(f"公約{number}", estate=estate("CUIHU"))
    client = signed_in("customer")
    client.get("/library/")
    with django_assert_max_num_queries(10):
        client.get("/library/")


def sent(company: Any, **more: Any) -> dict[str, Any]:
    return {
        "submission_id": str(uuid.uuid4()),
        "kind": "convention",
        "title": "業主公約",
        "summary": "一句話",
        "unit": company.units["OFFICE1"].pk,
        "publish_on": clock.today().isoformat(),
        "audience": "customers",
    } | more


def test_a_director_publishes_with_a_file(company, signed_in):
    director = signed_in("director")
    given = sent(company, estate=estate("CUIHU").pk, files=SimpleUploadedFile("公約.docx", docx("第一條")))
    answer = director.post(reverse("library_new"), given)
    entry = LibraryEntry.objects.get()
    assert (answer.status_code, answer.url) == (302, entry.get_absolute_url())
    page = director.get(answer.url).content.decode()
    assert "公約.docx" in page
    file = director.get(reverse("library_file", args=[entry.pk, files_of(entry).get().pk]))
    assert "attachment" in file["Content-Disposition"]
    again = given | {"files": SimpleUploadedFile("公約.docx", docx("第一條"))}
    assert director.post(reverse("library_new"), again).status_code == 302
    assert LibraryEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": ""}, "required"),
        ({"audience": "named"}, "Name at least one"),
        ({"audience": "named", "people": "查無此人"}, "查無此人"),
        ({"confidential": "on"}, "names its readers"),
        ({"expires_on": "2020-01-01"}, "before the first"),
        ({"files": SimpleUploadedFile("x.exe", b"MZ whatever")}, "x.exe"),
        ({"files": SimpleUploadedFile("x.docx", b"PK\x03\x04 broken")}, "damaged"),
    ],
)
def test_wrong_input_is_told_and_nothing_typed_is_lost(company, signed_in, more, words):
    answer = signed_in("editor").post(reverse("library_new"), sent(company, summary="我寫的摘要", **more))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words.removesuffix(".exe") in page
    assert "我寫的摘要" in page
    assert not LibraryEntry.objects.exists()


def test_readers_are_named_by_line_and_number(company, signed_in):
    given = sent(
        company,
        kind="internal",
        unit=company.units["SALES1"].pk,
        audience="named",
        confidential="on",
        unit_0=company.units["SALES1"].pk,
        unit_1=company.units["OFFICE1"].pk,
        post_1="office_director",
        post_2="finance_clerk",
        people=f"{company.people['employee'].staff_number}\n秦品質",
    )
    assert signed_in("editor").post(reverse("library_new"), given).status_code == 302
    entry = LibraryEntry.objects.get()
    tokens = {row.token for row in entry.readers.all()}
    office, site = company.units["OFFICE1"], company.units["SALES1"]
    people = {f"user:{company.users[name].pk}" for name in ("employee", "quality_officer")}
    assert tokens == {f"unit:{site.pk}", f"unit:{office.pk}+post:office_director", "post:finance_clerk"} | people
    form = signed_in("editor").get(reverse("library_edit", args=[entry.pk])).content.decode()
    assert company.people["employee"].staff_number in form


def test_a_stale_change_is_told(company, signed_in, publish):
    entry = publish()
    editor, address = signed_in("editor"), reverse("library_edit", args=[entry.pk])
    assert editor.post(address, sent(company, version=1, title="先改的")).status_code == 302
    late = editor.post(address, sent(company, version=1, title="後改的"))
    assert late.status_code == 409
    assert "後改的" in late.content.decode()
    assert LibraryEntry.objects.get().title == "先改的"


def test_withdrawing_asks_first(signed_in, publish):
    entry = publish()
    editor, address = signed_in("editor"), reverse("library_withdraw", args=[entry.pk])
    assert editor.get(address).status_code == 200
    assert editor.post(address).status_code == 302
    assert Client().get(entry.get_absolute_url()).status_code == 302
    assert titles(editor) == set()
