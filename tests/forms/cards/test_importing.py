"""Cards from a file: the guards of the form, errors by line, dry runs, repetition that adds nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from forms.cards import importing
from forms.cards.importing import COLUMNS, EXAMPLE, REQUIRED, import_cards
from forms.cards.models import Card, CardImport, CardItem
from portal.journal.actions import SYSTEM, entries_of
from portal.lib.refusals import NotYours, Refused
from portal.lib.spreadsheets import SpreadsheetRefused, rows_from_dicts, write_csv, write_xlsx
from tests.forms.cards.conftest import NOW, TODAY
from tests.people import Company

pytestmark = pytest.mark.usefixtures("no_scope", "entrance")


def row(company: Company, **changes: Any) -> dict[str, Any]:
    """A line that is in order but for the changes."""
    staff = {name: person.staff_number for name, person in company.people.items()}
    return {
        **EXAMPLE,
        "observers": f"{staff['crew_leader']} {staff['employee']}",
        "observed_on": TODAY.isoformat(),
        "seconds": "60",
        **changes,
    }


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    write_csv(rows_from_dicts(rows, COLUMNS), out)
    return out.getvalue()


def xlsx_of(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    write_xlsx(([record.get(column) for column in COLUMNS] for record in rows), out, COLUMNS)
    return out.getvalue()


@pytest.mark.parametrize("written", [csv_of, xlsx_of])
def test_cards_come_in_with_all_they_say(company: Company, written: Callable[..., bytes]) -> None:
    report = import_cards(written([row(company, shift="早班", kind="有計劃的")]), by=SYSTEM, now=NOW)
    assert (report.rows, report.imported, report.already, report.errors) == (1, 1, 0, [])
    card = Card.objects.get()
    assert (card.planned, card.seconds, card.on_behalf, card.submission) == (True, 60, True, None)
    assert (str(card.area), str(card.shift), card.agreed) == ("鑽台", "早班", EXAMPLE["agreed"])
    assert {person.name for person in card.observers.all()} == {"龐建國", "葉子安"}
    assert [step.value for step in card.steps] == ["praise", "discuss", "thank"]
    assert sorted((i.category, i.safe, i.unsafe_acts) for i in card.items.all()) == [
        ("positions", 0, 1),
        ("protection", 3, 0),
    ]
    assert [entry.action for entry in entries_of(CardImport.objects.get())] == ["cards.import"]


BAD = [  # (what, changes, column)
    ("a unit that is not there", {"unit": "NOWHERE"}, "unit"),
    ("a kind of one's own", {"kind": "maybe"}, "kind"),
    ("an unknown observer", {"observers": "X999 S0007"}, "observers"),
    ("alone", {"observers": "S0007"}, "observers"),
    ("an unknown area", {"area": "月球"}, "area"),
    ("an unknown shift", {"shift": "月球班"}, "shift"),
    ("a day that does not exist", {"observed_on": "2026-02-30"}, "observed_on"),
    ("a day to come", {"observed_on": (TODAY + timedelta(days=1)).isoformat()}, "observed_on"),
    ("too long ago", {"observed_on": (TODAY - timedelta(days=32)).isoformat()}, "observed_on"),
    ("no time", {"observed_at": "25:00"}, "observed_at"),
    ("too short", {"seconds": "29"}, "seconds"),
    ("no number", {"seconds": "一分鐘"}, "seconds"),
    ("below nothing", {"tools_safe": "-1"}, "tools_safe"),
    ("a count out of bounds", {"tools_safe": "100"}, "tools_safe"),
    ("a step of one's own", {"steps": "punish"}, "steps"),
    ("no steps", {"steps": ""}, "steps"),
    ("in sight", {"out_of_sight": "no"}, "out_of_sight"),
    ("neither yes nor no", {"came_close": "perhaps"}, "came_close"),
    ("nothing done", {"positions_action": "", "agreed": ""}, "positions_action"),
    ("a name", {"said": "葉子安沒有扣好"}, "said"),
    ("a name in a note", {"tools_note": "叶 子 安"}, "tools_note"),
    ("a staff number", {"suggestion": "問 S0006"}, "suggestion"),
    ("a book", {"said": "長" * 1001}, "said"),
    ("for a manager", {"observers": "S0007 S0008"}, "observers"),
]


@pytest.mark.parametrize(("changes", "column"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_line_is_reported_and_left_out(company: Company, changes: dict[str, Any], column: str) -> None:
    """The line before and the line after come in."""
    rows = [row(company), row(company, **changes), row(company, seconds="61")]
    report = import_cards(csv_of(rows), by=SYSTEM, now=NOW)
    assert {(error.line, error.column) for error in report.errors} == {(3, column)}
    assert all(error.message for error in report.errors)
    assert (report.rows, report.imported, report.refused) == (3, 2, 1)
    assert Card.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(company: Company) -> None:
    data = csv_of([row(company), row(company), row(company, seconds="3")])
    dry = import_cards(data, by=SYSTEM, dry_run=True, now=NOW)
    assert (Card.objects.count(), CardImport.objects.count()) == (0, 0)
    wet = import_cards(data, by=SYSTEM, now=NOW)
    assert (dry.rows, dry.imported, dry.already, dry.errors) == (wet.rows, wet.imported, wet.already, wet.errors)
    assert (wet.imported, wet.already) == (1, 1)  # the same card stands twice in the file


def test_a_corrected_file_is_imported_again_without_doubles(company: Company) -> None:
    rows = [row(company, seconds=str(60 + n)) for n in range(5)] + [row(company, seconds="5")]
    import_cards(csv_of(rows), by=SYSTEM, now=NOW)
    rows[-1] = row(company, seconds="500")
    report = import_cards(xlsx_of(rows), by=SYSTEM, now=NOW)
    assert (report.imported, report.already, report.refused) == (1, 5, 0)
    assert Card.objects.count() == 6


def test_batches_are_kept_one_by_one(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that breaks off leaves whole batches, and goes on from there when it is run again."""
    monkeypatch.setattr(importing, "BATCH", 2)
    data = csv_of([row(company, seconds=str(60 + n)) for n in range(5)])
    wrote = CardItem.objects.bulk_create
    calls = []

    def breaks(items: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return wrote(items)

    monkeypatch.setattr(CardItem.objects, "bulk_create", breaks)
    with pytest.raises(KeyboardInterrupt):
        import_cards(data, by=SYSTEM, now=NOW)
    assert Card.objects.count() == 2
    report = import_cards(data, by=SYSTEM, now=NOW)
    assert (report.imported, report.already, Card.objects.count()) == (3, 2, 5)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02", b"unit,kind\nCREW1,planned\n", b"PK\x03\x04 no zip"],
    ids=["empty", "binary", "columns missing", "no workbook"],
)
def test_a_file_that_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(SpreadsheetRefused):
        import_cards(data, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("who", "answer"),
    [("unit_manager", 1), ("quality_officer", 1), ("other_unit_manager", 0), ("crew_leader", None), ("clerk", None)],
)
def test_cards_are_imported_by_managers_for_their_units(company: Company, who: str, answer: int | None) -> None:
    data = csv_of([row(company)])
    if answer is None:
        with pytest.raises(NotYours):
            import_cards(data, by=company.users[who], now=NOW)
    else:
        assert import_cards(data, by=company.users[who], now=NOW).imported == answer


# ---- the command ----------------------------------------------------------------------------------------------------
def run(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("import_cards", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_the_command_reports_as_json(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.lib.clock.now", lambda: NOW)
    file = tmp_path / "cards.csv"
    file.write_bytes(csv_of([row(company), row(company, seconds="5")]))
    said, code = run(str(file), "--dry-run", "--format", "json")
    report = json.loads(said)
    assert code == 1
    assert (report["rows"], report["imported"], report["refused"], report["dry_run"]) == (2, 1, 1, True)
    assert (report["errors"][0]["line"], report["errors"][0]["rule"]) == (3, "SAF-02")
    assert Card.objects.count() == 0
    file.write_bytes(csv_of([row(company)]))
    said, code = run(str(file), "--as", "unit_manager")
    assert (code, Card.objects.count()) == (0, 1)


@pytest.mark.parametrize("arguments", [[], ["/nowhere/cards.csv"], [__file__], [__file__, "--as", "nobody"]])
def test_the_command_says_what_is_wrong(company: Company, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as problem:
        run(*arguments)
    assert str(problem.value)


def test_the_template_is_itself_in_order(company: Company) -> None:
    assert set(REQUIRED) < set(COLUMNS)
    assert set(EXAMPLE) <= set(COLUMNS)
    assert import_cards(csv_of([row(company)]), by=SYSTEM, now=NOW).imported == 1


def test_a_file_name_that_points_at_a_person_is_refused(company: Company) -> None:
    with pytest.raises(Refused, match="葉子安"):
        import_cards(csv_of([row(company)]), by=SYSTEM, name="葉子安的卡片.csv", now=NOW)
    assert not Card.objects.exists()


def test_a_killed_import_is_run_again_and_adds_nothing_twice(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the first batch: what was committed stays, the second run brings the rest."""
    monkeypatch.setattr(importing, "BATCH", 2)
    data = csv_of([row(company, seconds=str(60 + n)) for n in range(5)])

    def killed(report: importing.ImportReport) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_cards(data, by=SYSTEM, progress=killed, now=NOW)
    assert Card.objects.count() == 2
    again = import_cards(data, by=SYSTEM, now=NOW)
    assert (again.imported, again.already, Card.objects.count()) == (3, 2, 5)
