"""`search_portal` as scripts use it."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.people import Company
from tests.search.conftest import Shelf


@pytest.fixture
def full(shelf: Shelf, company: Company) -> Shelf:
    shelf.put("a", "觀察報告", "客戶投訴應及時處理", number="4.5.3", context="安全規定")
    shelf.put("b", "投訴電話", "只給員工", kind="guide", audience=frozenset({"staff"}))
    shelf.index()
    return shelf


def search(*arguments: str) -> Any:
    out = StringIO()
    call_command("search_portal", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_what_a_visitor_gets(full: Shelf) -> None:
    assert search("投诉") == {
        "query": "投诉",
        "count": 1,
        "hits": [
            {
                "kind": "clause",
                "title": "觀察報告",
                "number": "4.5.3",
                "url": "/a/",
                "context": "安全規定",
                "snippet": [
                    {"text": "客戶", "marked": False},
                    {"text": "投訴", "marked": True},
                    {"text": "應及時處理", "marked": False},
                ],
            }
        ],
    }


def test_what_an_employee_gets(full: Shelf) -> None:
    assert [hit["title"] for hit in search("投訴", "--as", "employee")["hits"]] == ["投訴電話", "觀察報告"]
    assert search("投訴", "--as", "employee", "--limit", "1")["count"] == 2
    assert search("投訴", "--as", "employee", "--kind", "guide")["count"] == 1


def test_what_a_person_reads(full: Shelf) -> None:
    out = StringIO()
    call_command("search_portal", "投訴", stdout=out)
    assert "客戶[投訴]應及時處理" in out.getvalue()
    assert out.getvalue().startswith("1 found")


def test_the_other_answers(full: Shelf) -> None:
    assert search("鯨魚") == {"query": "鯨魚", "count": 0, "hits": []}
    assert search("投訴\udcff")["count"] == 1
    for arguments in (["投訴", "--as", "nobody"], ["投" * 201], ["投訴", "--limit", "0"]):
        with pytest.raises(CommandError):
            search(*arguments)
