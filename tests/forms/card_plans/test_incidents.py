"""The register of injuries and near misses: told without names, one entry once, files with errors by line."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.plans.actions.incidents import IncidentDraft, enter_incident
from forms.cards.plans.actions.writing import fill_with_suggestions
from forms.cards.plans.enums import Why
from forms.cards.plans.importing import COLUMNS, import_incidents
from forms.cards.plans.models import Incident, Plan, PlanSlot
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.spreadsheets import SpreadsheetRefused, write_xlsx
from tests.forms.card_plans.conftest import NOW
from tests.people import Company


def told(company: Company, **changes: Any) -> IncidentDraft:
    with scopes_disabled():
        fields = {
            "unit": company.units["CREW1"],
            "happened_on": date(2026, 10, 3),
            "area": Area.objects.get(unit=company.units["CREW1"], name="泥漿罐區"),
            "source": "near_miss",
            "category": "positions",
            "severity": "grave",
            "what": "蓋板移位，一人踩空，扶住欄杆",
        }
    return IncidentDraft(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": "龐建國踩空"}, "what"),
        ({"what": " "}, "what"),
        ({"happened_on": date(2026, 12, 1)}, "happened_on"),
        ({"severity": "dreadful"}, "severity"),
    ],
)
def test_an_entry_names_nobody_and_makes_sense(crew: Company, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter_incident(by=crew.users["employee"], submission_id=uuid4(), draft=told(crew, **changes), now=NOW)
    assert refused.value.field == field
    with scopes_disabled():
        assert not Incident.objects.exists()


def test_the_same_entry_twice_is_one(crew: Company) -> None:
    number, by = uuid4(), crew.users["crew_leader"]
    first = enter_incident(by=by, submission_id=number, draft=told(crew), now=NOW)
    assert enter_incident(by=by, submission_id=number, draft=told(crew), now=NOW) == first
    with pytest.raises(Conflict):
        enter_incident(by=by, submission_id=number, draft=told(crew, severity="light"), now=NOW)
    with pytest.raises(NotYours):
        enter_incident(by=crew.users["other_crew_leader"], submission_id=uuid4(), draft=told(crew), now=NOW)


ROWS = [
    ["CREW1", "2026-09-14", "泥漿罐區", "near_miss", "positions", "medium", "蓋板移位"],
    ["CREW1", "2026/09/15", "鑽台", "受傷", "工具和設備", "輕", "大鉗回擺，擦傷手背"],
    ["CREW1", "2026-09-14", "泥漿罐區", "near_miss", "positions", "medium", "蓋板移位"],
    ["CREW9", "2026-09-14", "鑽台", "near_miss", "positions", "medium", "甲"],
    ["CREW1", "14.9.2026", "鑽台", "near_miss", "positions", "medium", "甲"],
    ["CREW1", "2026-09-14", "月球", "near_miss", "positions", "medium", "甲"],
    ["CREW1", "2026-09-14", "鑽台", "near_miss", "positions", "medium", "龐建國踩空"],
]


def test_a_file_is_tried_then_imported_and_may_be_repeated(crew: Company) -> None:
    out = io.BytesIO()
    write_xlsx(ROWS, out, COLUMNS)
    manager = crew.users["unit_manager"]
    trial = import_incidents(out.getvalue(), by=manager, dry_run=True, now=NOW)
    with scopes_disabled():
        assert not Incident.objects.exists()
    done = import_incidents(out.getvalue(), by=manager, now=NOW)
    for report in (trial, done):
        assert (report.rows, report.imported, report.already) == (7, 2, 1)
        places = [(error.line, error.column) for error in report.errors]
        assert places == [(5, "unit"), (6, "happened_on"), (7, "area"), (8, "what")]
    again = import_incidents(out.getvalue(), by=manager, now=NOW)
    assert again.imported == 0
    with scopes_disabled():
        assert Incident.objects.count() == 2
    with pytest.raises(NotYours):
        import_incidents(out.getvalue(), by=crew.users["crew_leader"], now=NOW)
    with pytest.raises(SpreadsheetRefused):
        import_incidents(b"", by=manager, now=NOW)


def test_the_suggested_plan_looks_where_something_happened(crew: Company, begun: Plan) -> None:
    enter_incident(by=crew.users["crew_leader"], submission_id=uuid4(), draft=told(crew), now=NOW)
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    with scopes_disabled():
        slot = PlanSlot.objects.get(why=Why.INCIDENT)
    assert (slot.area.name, slot.why_count) == ("泥漿罐區", 1)
