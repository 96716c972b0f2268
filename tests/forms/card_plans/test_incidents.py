"""The register of injuries and near misses: told without names, one entry once, files with errors by line."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django_scopes import scopes_disabled

from forms.cards.models import Area
from forms.cards.plans.actions.incidents import IncidentDraft, correct_incident, enter_incident, withdraw_incident
from forms.cards.plans.actions.writing import fill_with_suggestions
from forms.cards.plans.enums import Why
from forms.cards.plans.importing import COLUMNS, import_incidents
from forms.cards.plans.models import Incident, IncidentChange, Plan, PlanSlot
from portal.journal.actions import entries_of
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


# ---- corrected, withdrawn -------------------------------------------------------------------------------------------
@pytest.fixture
def entered(crew: Company) -> Incident:
    return enter_incident(by=crew.users["employee"], submission_id=uuid4(), draft=told(crew), now=NOW)


@pytest.mark.parametrize("who", ["employee", "crew_leader", "unit_manager", "quality_officer"])
def test_an_entry_is_corrected_with_its_reason(crew: Company, entered: Incident, who: str) -> None:
    draft = told(crew, severity="light", what="蓋板移位，無人受傷")
    correct_incident(by=crew.users[who], incident=entered, version=1, draft=draft, why="當時寫得過重", now=NOW)
    with scopes_disabled():
        kept = Incident.objects.get()
        assert (kept.severity, kept.what, kept.version) == ("light", "蓋板移位，無人受傷", 2)
        change = IncidentChange.objects.get(verb="correct")
    assert (change.by, change.at, change.why) == (crew.users[who], NOW, "當時寫得過重")
    assert change.about == [["severity", "grave", "light"], ["what", "", ""]]  # the old words are not kept
    assert [entry.action for entry in entries_of(kept)] == ["plans.enter_incident", "plans.correct_incident"]


@pytest.mark.parametrize(
    ("changes", "why", "field"),
    [
        ({"severity": "light"}, " ", "why"),
        ({"severity": "light"}, "龐建國說的", "why"),
        ({"what": "龐建國踩空"}, "更正", "what"),
        ({"happened_on": date(2027, 1, 1)}, "更正", "happened_on"),
        ({}, "更正", None),
    ],
    ids=["no reason", "a name in the reason", "a name in the words", "a day to come", "nothing changed"],
)
def test_a_correction_keeps_the_rules(
    crew: Company, entered: Incident, changes: dict[str, Any], why: str, field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        correct_incident(
            by=crew.users["crew_leader"], incident=entered, version=1, draft=told(crew, **changes), why=why, now=NOW
        )
    assert refused.value.field == field
    with scopes_disabled():
        assert Incident.objects.get().version == 1


def test_the_second_of_two_is_told(crew: Company, entered: Incident) -> None:
    leader, manager = crew.users["crew_leader"], crew.users["unit_manager"]
    correct_incident(by=leader, incident=entered, version=1, draft=told(crew, severity="light"), why="較輕", now=NOW)
    with pytest.raises(Conflict):
        withdraw_incident(by=manager, incident=entered, version=1, why="重複", now=NOW)
    withdraw_incident(by=manager, incident=entered, version=2, why="重複", now=NOW)
    with pytest.raises(Conflict):
        withdraw_incident(by=manager, incident=entered, version=3, why="重複", now=NOW)


def test_a_colleague_neither_corrects_nor_withdraws(crew: Company, entered: Incident) -> None:
    with scopes_disabled():
        IncidentChange.objects.update(by=crew.users["crew_leader"])
    for who in ("employee", "other_crew_leader"):
        with pytest.raises(NotYours):
            withdraw_incident(by=crew.users[who], incident=entered, version=1, why="重複", now=NOW)


def test_a_withdrawn_entry_weighs_nothing(crew: Company, entered: Incident, begun: Plan) -> None:
    withdraw_incident(by=crew.users["employee"], incident=entered, version=1, why="與上一條重複", now=NOW)
    fill_with_suggestions(by=crew.users["crew_leader"], plan=begun, now=NOW)
    with scopes_disabled():
        assert not PlanSlot.objects.filter(why=Why.INCIDENT).exists()
        assert Incident.objects.get().is_withdrawn


def test_the_register_shows_what_became_of_an_entry(
    crew: Company, entered: Incident, signed_in: Callable[..., Any]
) -> None:
    client = signed_in("employee")
    data = {
        "version": 1, "why": "補充", "source": "near_miss", "happened_on": "2026-10-03", "area": entered.area_id,
        "category": "positions", "severity": "medium", "what": "蓋板移位",
    }  # fmt: skip
    page = client.post(f"/desk/cards/plans/incidents/{entered.pk}/correct/", data | {"why": ""})
    assert page.status_code == 400
    assert "蓋板移位" in page.content.decode()
    assert client.post(f"/desk/cards/plans/incidents/{entered.pk}/correct/", data).status_code == 302
    again = client.post(f"/desk/cards/plans/incidents/{entered.pk}/correct/", data)
    assert again.status_code == 409
    assert "Corrected" in client.get("/desk/cards/plans/incidents/").content.decode()
    client.post(f"/desk/cards/plans/incidents/{entered.pk}/withdraw/", {"version": 2, "why": "重複"})
    page = client.get(f"/desk/cards/plans/incidents/{entered.pk}/").content.decode()
    assert all(word in page for word in ("補充", "重複", "Grave → Medium", "other words"))
    assert "Withdrawn" in client.get("/desk/cards/plans/incidents/").content.decode()
    assert client.get(f"/desk/cards/plans/incidents/{entered.pk}/correct/").status_code == 404
