"""manage.py import_regulation: the report of a dry run, what it refuses, and that it saves."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from policies.models import Edition
from tests.people import Company
from tests.policies.parsing.documents import SAMPLES

SAMPLE = str(SAMPLES / "hot-work.txt")


@pytest.fixture(autouse=True)
def _sentences_in_english():
    with translation.override("en"):
        yield


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_regulation", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_reports_in_json_without_a_database() -> None:
    """No database fixture: a query would fail the test."""
    report = json.loads(run(SAMPLE, "--dry-run", "--format", "json"))
    assert set(report) == {"regulations", "ignored_lines"}
    assert report["regulations"] == [
        {"title": "動火作業管理規定", "clauses": {"1": 3, "2": 6, "3": 5}, "items": 0, "paragraphs": 2},
        {"title": "鑰匙管理辦法", "clauses": {"1": 3, "2": 5}, "items": 2, "paragraphs": 4},
    ]
    assert [one["line"] for one in report["ignored_lines"]][:3] == [1, 5, 7]


def test_a_dry_run_reports_in_text() -> None:
    lines = run(SAMPLE, "--dry-run").splitlines()
    assert lines[0] == "動火作業管理規定 - clauses by level 1: 3, 2: 6, 3: 5; starred rules 0; paragraphs 2"
    assert lines[2].startswith("line 1: breadcrumb of a web page: 首頁 > 安全管理")
    assert lines[-1] == "Read as TXT, encoding UTF-8."


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"%PDF-1.4", "PDF"), (b"\x00\x01\x02\x03", "not text"), (b"PK\x03\x04zip", "damaged")],
)
def test_a_refused_file_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words) as refusal:
        run(str(path), "--dry-run")
    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be opened"):
        run("/nowhere/規定.txt", "--dry-run")


def test_the_command_saves_drafts_and_the_same_text_only_once(company: Company) -> None:
    out = run(SAMPLE, "--by", "editor")
    assert "動火作業管理規定" in out
    editions = Edition.objects.order_by("pk")
    assert [edition.title for edition in editions] == ["動火作業管理規定", "鑰匙管理辦法"]
    assert editions[0].clauses.filter(number="第三條").count() == 1
    run(SAMPLE)
    assert Edition.objects.count() == 2


@pytest.mark.django_db
def test_an_unknown_account_is_refused() -> None:
    with pytest.raises(CommandError, match="no account named nobody"):
        run(SAMPLE, "--by", "nobody")


def test_only_an_editor_imports(company: Company) -> None:
    with pytest.raises(CommandError, match="editor"):
        run(SAMPLE, "--by", "employee")
    assert not Edition.objects.exists()
