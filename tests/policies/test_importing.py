"""Saving what was read: once, with identity kept, whatever format it came in."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from policies import actions
from policies.enums import ImportOutcome
from policies.importing import import_parsed, plan
from policies.models import Clause, Edition, EditionClause, RegulationPage
from policies.parsing import ParseResult, parse, read_file
from portal.journal import actions as journal
from portal.lib.refusals import NotYours, Refused
from tests.policies.conftest import NOW, TEXT, clause


def read(text: str) -> ParseResult:
    return parse(read_file(text.encode()))


def outcomes(company, text: str) -> list[str]:
    found = import_parsed(by=company.users["editor"], result=read(text), source_name="a.txt", now=NOW)
    return [one.outcome for one in found]


def test_the_real_regulations(company, shared_seed):
    """Step 2: three regulations, with the counts that were asked for."""
    result = parse(read_file(shared_seed))
    saved = import_parsed(by=company.users["editor"], result=result, source_name=shared_seed.name, now=NOW)
    sales, service, safety = [one.edition for one in saved]
    assert [one.outcome for one in saved] == [ImportOutcome.CREATED] * 3
    assert safety.title == "安全觀察溝通管理規定"
    numbered = safety.clauses.filter(kind__in=["chapter", "clause"])
    assert [numbered.filter(depth=depth).count() for depth in (1, 2, 3)] == [7, 28, 35]
    assert sales.clauses.filter(kind="item").count() == 13
    assert sales.clauses.filter(kind="chapter").count() == 4
    assert service.clauses.filter(kind="chapter").count() == 3
    assert clause(safety, "4.5.3").text == "安全觀察與溝通報告中不得記錄被觀察人員的姓名。"
    assert safety.clauses.get(text__startswith="本規范應定期評審").parent == clause(safety, "6.4")
    introduction = service.clauses.get(text__startswith="服務中心是物業公司")
    assert introduction.order < service.clauses.get(number="1").order


def test_importing_twice_writes_once_and_says_so(company, shared_seed):
    result = parse(read_file(shared_seed))
    import_parsed(by=company.users["editor"], result=result, source_name="a", now=NOW)
    before = (RegulationPage.objects.count(), Edition.objects.count(), EditionClause.objects.count())
    entries = journal.anchor().sequence
    again = import_parsed(by=company.users["second_editor"], result=result, source_name="b", now=NOW)
    assert [one.outcome for one in again] == [ImportOutcome.UNCHANGED] * 3
    assert (RegulationPage.objects.count(), Edition.objects.count(), EditionClause.objects.count()) == before
    assert journal.anchor().sequence == entries


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "issued"])
def test_the_same_text_again_is_known_in_every_state(request, company, state):
    request.getfixturevalue(state)
    assert outcomes(company, TEXT) == [ImportOutcome.UNCHANGED]


def test_another_text_under_a_known_title_waits_for_the_open_draft(company, draft):
    assert outcomes(company, TEXT.replace("十米", "二十米")) == [ImportOutcome.OPEN_DRAFT]
    assert Edition.objects.count() == 1


def test_another_text_under_a_known_title_is_its_next_draft(company, issued):
    changed = TEXT.replace("十米", "二十米").replace("*發現火種立即報告。", "*發現火種立即報告。\n\n*下班關閘。")
    assert outcomes(company, changed) == [ImportOutcome.NEW_DRAFT]
    draft = issued.regulation.editions.get(number=2)
    assert draft.based_on == issued
    assert clause(draft, "2.2.1").clause == clause(issued, "2.2.1").clause, "known by its number"
    said = "發現火種立即報告。"
    assert draft.clauses.get(text=said).clause == issued.clauses.get(text=said).clause, "known by its words"
    assert draft.clauses.get(text="下班關閘。").clause.texts.count() == 1
    assert Clause.objects.filter(regulation=issued.regulation).count() == 11


def test_a_simplified_title_is_the_same_regulation(company, issued):
    assert outcomes(company, TEXT.replace("倉庫用火管理規定", "仓库用火管理规定")) == [ImportOutcome.NEW_DRAFT]


@pytest.mark.parametrize("username", ["approver", "administrator", "employee", "clerk", "customer"])
def test_only_editors_import(company, username):
    with pytest.raises(NotYours):
        import_parsed(by=company.users[username], result=read(TEXT), source_name="a")
    assert not RegulationPage.objects.exists()


@pytest.mark.parametrize("by", [None, journal.CUSTOMER, "editor"])
def test_nobody_else_imports(db, by):
    with pytest.raises(NotYours):
        import_parsed(by=by, result=read(TEXT), source_name="a")


def test_a_file_without_a_regulation_is_refused(company):
    with pytest.raises(Refused):
        import_parsed(by=company.users["editor"], result=ParseResult([], []), source_name="a")


def test_the_plan_writes_nothing_and_comes_true(company, issued):
    result = read(TEXT.replace("十米", "二十米"))
    assert [outcome for _parsed, outcome, _page in plan(result)] == [ImportOutcome.NEW_DRAFT]
    assert Edition.objects.count() == 1
    assert outcomes(company, TEXT.replace("十米", "二十米")) == [ImportOutcome.NEW_DRAFT]


def test_two_regulations_of_like_title_have_addresses_of_their_own(company):
    outcomes(company, TEXT)
    outcomes(company, TEXT.replace("倉庫用火管理規定", "倉庫用火管理規定！"))
    slugs = list(RegulationPage.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 2


def test_numbers_that_repeat_get_places_of_their_own(company, imported):
    draft = imported("分章規定\n\n第一章 甲\n\n1. 第一。\n\n第二章 乙\n\n1. 又一。\n")
    submitted = actions.submit_edition(by=company.users["editor"], edition=draft)
    anchors = list(submitted.clauses.values_list("anchor", flat=True))
    assert len(set(anchors)) == len(anchors)


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "規定.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("import_regulation", *[str(argument) for argument in arguments], stdout=out)
    return out.getvalue()


def test_the_dry_run_writes_nothing(db, file):
    report = json.loads(run(file, "--dry-run", "--format", "json"))
    assert report["regulations"][0] == {
        "title": "倉庫用火管理規定",
        "clauses": {"1": 3, "2": 2, "3": 2},
        "items": 2,
        "paragraphs": 1,
    }
    assert set(report) == {"regulations", "ignored_lines"}
    assert not RegulationPage.objects.exists()


def test_the_command_saves_as_the_portal_or_as_an_editor(company, file):
    run(file)
    edition = Edition.objects.get()
    assert edition.drafted_by is None
    assert journal.entries_of(edition).get().actor == "portal"
    assert json.loads(run(file, "--format", "json", "--by", "editor"))["saved"][0]["outcome"] == "unchanged"
    assert Edition.objects.count() == 1


def test_the_command_refuses_with_a_sentence(company, file, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    for arguments in ((empty,), (tmp_path / "none.txt",), (file, "--by", "nobody"), (file, "--by", "employee")):
        with pytest.raises(CommandError) as refusal:
            run(*arguments)
        assert str(refusal.value)
