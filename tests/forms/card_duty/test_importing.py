"""Rosters from a spreadsheet: by line, as a whole day, the same file again changes nothing."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from forms.cards.duty.importing import COLUMNS, import_roster
from portal.journal.actions import SYSTEM
from portal.lib.refusals import NotYours
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import RosterEntry

pytestmark = pytest.mark.usefixtures("no_scope")
HEAD = "unit,staff_number,day,shift,state,reason\n"


def number(company, username="employee"):
    return company.people[username].staff_number


def read(text, by=SYSTEM, **more):
    return import_roster((HEAD + text).encode(), by=by, **more)


def test_a_file_is_taken_and_the_same_file_again_changes_nothing(company, shifts):
    who = number(company)
    text = f"CREW1,{who},2026-11-24,早班,,\nCREW1,{who},2026-11-24,夜班,,\nCREW1,{who},2026-11-25,,休假,年休假\n"
    dry = read(text, dry_run=True)
    assert (dry.new, dry.errors, RosterEntry.objects.count()) == (2, [], 0)
    report = read(text)
    assert (report.rows, report.new, report.changed, report.already, report.errors) == (3, 2, 0, 0, [])
    assert RosterEntry.objects.count() == 3
    again = read(text)
    assert (again.new, again.changed, again.already) == (0, 0, 2)
    other = read(f"CREW1,{who},2026-11-24,,off,\n")
    assert (other.changed, RosterEntry.objects.count()) == (1, 2)


def test_a_workbook_is_read_as_well(company, shifts):
    out = io.BytesIO()
    write_xlsx([["CREW1", number(company), "2026-11-24", "早班", "", ""]], out, COLUMNS)
    assert import_roster(out.getvalue(), by=SYSTEM).new == 1


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("NOWHERE,{who},2026-11-24,早班,,", "unit"),
        ("OFFICE1,{who},2026-11-24,早班,,", "unit"),  # owes no cards
        ("CREW1,S9999,2026-11-24,早班,,", "staff_number"),
        ("CREW1,{who},24.11.2026,早班,,", "day"),
        ("CREW1,{who},2019-11-24,早班,,", "staff_number"),  # before the appointment
        ("CREW1,{who},2026-11-24,晚班,,", "shift"),
        ("CREW1,{who},2026-11-24,,,", "shift"),
        ("CREW1,{who},2026-11-24,早班,leave,年休假", "shift"),
        ("CREW1,{who},2026-11-24,,leave,", "reason"),
        ("CREW1,{who},2026-11-24,,holiday,", "state"),
    ],
)
def test_a_line_with_an_error_is_reported_and_not_taken(company, shifts, line, column):
    report = read(line.format(who=number(company)) + "\n")
    assert [(error.line, error.column) for error in report.errors] == [(2, column)]
    assert not RosterEntry.objects.exists()


def test_a_day_with_an_error_on_one_of_its_lines_is_left_as_it_is(company, shifts):
    who = number(company)
    report = read(f"CREW1,{who},2026-11-24,早班,,\nCREW1,{who},2026-11-24,晚班,,\nCREW1,{who},2026-11-25,早班,,\n")
    assert [error.line for error in report.errors] == [2, 3]
    assert [str(row.day) for row in RosterEntry.objects.all()] == ["2026-11-25"]


def test_managers_import_for_their_own_units(company, shifts):
    text = f"CREW1,{number(company)},2026-11-24,早班,,\n"
    assert read(text, by=company.users["unit_manager"]).new == 1
    assert [error.column for error in read(text, by=company.users["other_unit_manager"]).errors] == ["unit"]
    with pytest.raises(NotYours):
        read(text, by=company.users["crew_leader"])


def test_the_command_speaks_to_scripts(company, shifts, tmp_path):
    file, out = tmp_path / "roster.csv", io.StringIO()
    file.write_text(HEAD + f"CREW1,{number(company)},2026-11-24,早班,,\n", encoding="utf-8")
    call_command("import_roster", str(file), "--dry-run", "--format", "json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "rows": 1,
        "new": 1,
        "changed": 0,
        "already": 0,
        "refused": 0,
        "dry_run": True,
        "errors": [],
    }
    with pytest.raises(CommandError):
        call_command("import_roster", str(tmp_path / "nothing.csv"))
