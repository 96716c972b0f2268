"""The pages of compliance: who sees what, every state with its word, numbers that lead to their rows, few queries."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from policies import actions
from policies.compliance import tiles
from policies.compliance.wording import WORDINGS
from policies.models import CurrentCount
from portal.journal.actions import SYSTEM
from portal.lib import registries
from portal.lib.periods import Period
from portal.org.enums import UnitKind
from portal.org.readers import reader_for
from tests.policies.compliance.conftest import duty

MARCH = Period.parse("2026-03")


def page(client, name="compliance", **query):
    return client.get(reverse(name), query, headers={"Accept-Language": "en"})


def cell_url(unit: str, code: str, period: str = "") -> str:
    return reverse("compliance_cell", args=[unit, code]) + (f"?period={period}" if period else "")


@pytest.fixture
def spring(company, safety, ledger, on):
    """March is closed: crew 1 missed two reports, crew 2 none. It is 6 April; April's are open."""
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=1, missed=2, rows_url=reverse("card_list") + "?unit=CREW1")
    ledger.say("SAF-17", "CREW2", "2026-03", due=6, done=6)
    ledger.say("SAF-17", "PROJECT1", "2026-03", due=9, done=7, missed=2)
    ledger.say("SAF-17", "HQ", "2026-03", due=9, done=7, missed=2)
    ledger.say("SAF-17", "CREW1", "2026-04", due=3, done=1)
    ledger.say("SAF-16", "CREW1", "2026-W15", due=1, done=0)
    ledger.say("SAF-14", "CREW1", "2026-04-06", due=12, done=12)
    now = on(date(2026, 4, 6))
    actions.freeze_period(by=SYSTEM, period=MARCH, now=now)
    return now


# ---- who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("employee", {"CREW1"}),
        ("crew_leader", {"CREW1"}),
        ("unit_manager", {"CREW1"}),
        ("other_unit_manager", {"CREW2"}),
        ("clerk", set()),
        ("director", set()),
        ("quality_officer", {"CREW1", "CREW2", "PROJECT1"}),
        ("administrator", {"CREW1", "CREW2", "PROJECT1"}),
        ("editor", {"CREW1", "CREW2", "PROJECT1"}),  # of the department that owns the regulation
    ],
)
def test_who_sees_which_unit(company, signed_in, spring, username, seen):
    client = signed_in(username)
    for code in ("CREW1", "CREW2", "PROJECT1"):
        expected = 200 if code in seen else 404
        assert client.get(cell_url(code, "SAF-17")).status_code == expected, code
        assert page(client, unit=code).status_code == expected, code
        assert page(client, "compliance_matrix", unit=code).status_code == expected, code
        assert page(client, "compliance_export", unit=code).status_code == expected, code


def test_owners_see_their_regulation_everywhere_and_no_other(company, signed_in, spring):
    """SAL-04 binds crews, too, but stands in no regulation of the department."""
    client = signed_in("editor")
    assert client.get(cell_url("CREW1", "SAF-17")).status_code == 200
    assert client.get(cell_url("CREW1", "SAL-04")).status_code == 404
    assert "SAL-04" not in page(client, unit="CREW1").content.decode()
    assert signed_in("employee").get(cell_url("CREW1", "SAL-04")).status_code == 200


def test_a_duty_that_does_not_concern_the_unit_has_no_cell(signed_in, spring):
    assert signed_in("quality_officer").get(cell_url("CREW1", "SRV-09")).status_code == 404
    assert signed_in("quality_officer").get(cell_url("CREW1", "NO-01")).status_code == 404
    assert signed_in("quality_officer").get(cell_url("NOWHERE", "SAF-17")).status_code == 404


def test_customers_know_nothing_of_it(company, client, signed_in, spring):
    assert page(signed_in("customer")).status_code == 404
    assert page(client).status_code == 302
    reader = reader_for(company.users["customer"])
    assert tiles.compliance_door(reader) == tiles.soon_tile(reader) == []


# ---- what the pages say ---------------------------------------------------------------------------------------------


def test_a_red_cell_leads_to_its_rows(signed_in, spring):
    shown = page(signed_in("unit_manager"), period="2026-03").content.decode()
    assert "Not kept" in shown
    assert "1/3" in shown
    assert reverse("card_list") + "?unit=CREW1" in shown
    assert "#c-5.4.2" in shown, "it stands under its clause"
    assert "Not measured yet" in shown


def test_late_is_said_and_stays_beside_the_miss(signed_in, spring, ledger):
    ledger.say("SAF-17", "CREW1", "2026-03", due=3, done=3, missed=0)
    shown = signed_in("unit_manager").get(cell_url("CREW1", "SAF-17", "2026-03"), headers={"Accept-Language": "en"})
    text = shown.content.decode()
    cell = shown.context["cell"]
    assert (cell.word, cell.measured.done, cell.measured.missed, cell.measured.late) == ("late", 1, 2, 2)
    assert "Made good late" in text
    assert "Closed and frozen at" in text


def test_every_state_has_a_word(company, signed_in, spring, ledger):
    ledger.say("SAF-14", "CREW1", "2026-04", due=12, done=12)
    shown = page(signed_in("unit_manager"))
    words = {cell.word for _page, cells in shown.context["groups"] for cell in cells}
    assert {"not_measured", "due", "done"} <= words
    for word in words:
        assert str(WORDINGS[word].label)


def test_the_matrix_sets_the_crews_side_by_side(company, signed_in, spring):
    shown = page(signed_in("quality_officer"), "compliance_matrix", unit="PROJECT1", period="2026-03")
    row = next(cells for one, cells in shown.context["rows"] if one.code == "SAF-17")
    assert [(cell.unit.code, cell.word) for cell in row] == [("CREW1", "missed"), ("CREW2", "done")]
    top = page(signed_in("quality_officer"), "compliance_matrix", period="2026-03")
    units = [child.code for child, _parameters, _deeper in top.context["children"]]
    assert "PROJECT1" in units
    row = next(cells for one, cells in top.context["rows"] if one.code == "SAF-17")
    assert [cell.word for cell in row if cell.state] == ["missed"], "departments are not bound"


def test_a_leaf_has_nothing_to_compare(signed_in, spring):
    assert "empty-state" in page(signed_in("unit_manager"), "compliance_matrix").content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "2026-04"),
        ("2026-03", "2026-03"),
        ("2026Q1", "2026Q1"),
        ("2026-W14", "2026-W14"),
        ("soon", "2026-04"),
        ("2031-01", "2026-04"),
        ("9" * 400, "2026-04"),
    ],
)
def test_a_period_that_cannot_be_shown_is_said(signed_in, spring, asked, shown):
    answer = page(signed_in("unit_manager"), period=asked)
    assert answer.status_code == 200
    assert answer.context["period"].code == shown
    assert bool(answer.context["period_problem"]) == (asked not in {"", shown})


def test_a_regulation_can_be_chosen(signed_in, safety, spring):
    shown = page(signed_in("employee"), regulation=str(safety.regulation_id))
    assert {cell.obligation.group for _page, cells in shown.context["groups"] for cell in cells} == {"SAF"}
    assert page(signed_in("employee"), regulation="x").status_code == 200


def test_one_state_can_be_shown_alone(signed_in, spring):
    shown = page(signed_in("employee"), period="2026-03", state="missed")
    assert [cell.obligation.code for _page, cells in shown.context["groups"] for cell in cells] == ["SAF-17"]
    assert len(shown.context["summary"]) > 1
    assert page(signed_in("employee"), state="nonsense").context["chosen_state"] == ""


def test_the_trend_shows_six_periods(signed_in, spring):
    shown = page(signed_in("unit_manager"))
    rows = shown.context["trend"].rows
    assert len(rows) == 7
    history = signed_in("unit_manager").get(cell_url("CREW1", "SAF-17")).context["history"]
    assert [cell.chosen.code for cell in history] == ["2026-04", "2026-03", "2026-02", "2026-01", "2025-12", "2025-11"]


def test_small_numbers_stay_within_the_unit(company, signed_in, spring, ledger):
    """The administrator sees every unit, but not what three cards say of three people."""
    ledger.say("SAF-17", "CREW1", "2026-04", due=3, done=1, smallest=5)
    for username, word in (("administrator", "suppressed"), ("quality_officer", "due"), ("unit_manager", "due")):
        shown = signed_in(username).get(cell_url("CREW1", "SAF-17", "2026-04"))
        assert shown.context["cell"].word == word, username
        assert (shown.context["cell"].measured is None) == (word == "suppressed")
    ledger.say("SAF-17", "CREW1", "2026-04", due=5, done=1, smallest=5)
    CurrentCount.objects.all().delete()
    assert signed_in("administrator").get(cell_url("CREW1", "SAF-17", "2026-04")).context["cell"].word == "due"


def test_rows_are_linked_only_where_they_open(company, signed_in, spring, monkeypatch):
    cell = signed_in("unit_manager").get(cell_url("CREW1", "SAF-17", "2026-03")).context["cell"]
    assert cell.rows_url
    monkeypatch.setitem(registries.rows_guards._entries, "card_list", (50, lambda reader: False))
    cell = signed_in("unit_manager").get(cell_url("CREW1", "SAF-17", "2026-03")).context["cell"]
    assert cell.rows_url == ""


def test_the_export_holds_what_the_page_shows(signed_in, spring):
    answer = page(signed_in("quality_officer"), "compliance_export", unit="PROJECT1", period="2026-03")
    book = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [row for row in book.iter_rows(values_only=True) if row[3] == "SAF-17"]
    assert [(row[0], *row[8:13]) for row in rows] == [
        ("川東項目部", "Not kept", 9, 7, 2, 0),
        ("鑽井一隊", "Not kept", 3, 1, 2, 0),
        ("鑽井二隊", "Kept", 6, 6, 0, 0),
    ]
    assert all(row[13] for row in rows)


# ---- counting -------------------------------------------------------------------------------------------------------


def test_measures_are_asked_once_and_then_remembered(signed_in, spring, ledger, django_assert_max_num_queries):
    client = signed_in("unit_manager")
    page(client)
    asked = len(ledger.asked)
    with django_assert_max_num_queries(16):
        page(client)
    assert len(ledger.asked) == asked
    client = signed_in("quality_officer")
    page(client, "compliance_matrix", unit="HQ")
    with django_assert_max_num_queries(16):
        page(client, "compliance_matrix", unit="HQ")


def test_who_just_acted_can_count_anew(signed_in, spring, ledger):
    client = signed_in("unit_manager")
    page(client)
    ledger.say("SAF-17", "CREW1", "2026-04", due=3, done=3)
    cells = [cell for _page, cells in page(client).context["groups"] for cell in cells]
    assert next(cell for cell in cells if cell.obligation.code == "SAF-17").word == "due"
    answer = client.post(reverse("compliance_count"), {"unit": "CREW1", "period": "2026-04"}, follow=True)
    cells = [cell for _page, cells in answer.context["groups"] for cell in cells]
    assert next(cell for cell in cells if cell.obligation.code == "SAF-17").word == "done"
    other = signed_in("other_unit_manager")
    assert other.post(reverse("compliance_count"), {"unit": "CREW1"}).status_code == 404


# ---- what will be missed --------------------------------------------------------------------------------------------


def soon(client):
    return [
        (one.row.obligation.code, one.row.unit.code, one.days)
        for one in page(client, "compliance_soon").context["found"]
    ]


def test_what_ends_within_seven_days_and_is_not_done(company, signed_in, spring, ledger, on):
    actions.count_running(now=spring)
    assert soon(signed_in("unit_manager")) == [("SAF-16", "CREW1", 6)], "the month ends later, the day is done"
    assert soon(signed_in("quality_officer")) == [("SAF-16", "CREW1", 6)], "not once more for the units above"
    assert soon(signed_in("other_unit_manager")) == soon(signed_in("clerk")) == []
    ledger.say("SAF-14", "CREW1", "2026-04-06", due=12, done=3)
    actions.count_running(now=spring)
    assert soon(signed_in("employee")) == [("SAF-14", "CREW1", 0), ("SAF-16", "CREW1", 6)]


def test_managers_find_it_on_the_home_page(company, spring, ledger, django_assert_max_num_queries):
    actions.count_running(now=spring)
    [tile] = tiles.soon_tile(reader_for(company.users["unit_manager"]))
    assert (tile.count, tile.urgent) == (1, False)
    ledger.say("SAF-14", "CREW1", "2026-04-06", due=12, done=3)
    actions.count_running(now=spring)
    reader = reader_for(company.users["unit_manager"])
    with django_assert_max_num_queries(4):
        [tile] = tiles.soon_tile(reader)
    assert (tile.count, tile.urgent) == (2, True)
    assert tile.rows[0][1] == cell_url("CREW1", "SAF-14", "2026-04-06")
    assert tiles.soon_tile(reader_for(company.users["employee"])) == []


# ---- on the clause itself -------------------------------------------------------------------------------------------


def marks_of(reader, edition):
    provider = registries.clause_marks.get("compliance")
    return {mark.text.split(" · ")[0]: mark for mark in provider(reader, edition)}


@pytest.mark.parametrize(
    ("username", "tone"),
    [("employee", "danger"), ("other_crew_leader", "success"), ("quality_officer", "danger"), ("editor", "danger")],
)
def test_the_clause_says_whether_the_readers_unit_keeps_it(company, safety, spring, username, tone):
    actions.count_running(now=spring)
    found = marks_of(reader_for(company.users[username]), safety)
    assert found["SAF-17"].tone == tone
    assert found["SAF-17"].clause_id == duty("SAF-17").clause_id
    assert found["SAF-15"].tone == "gap"


def test_the_mark_leads_to_the_cell_and_tells_both_periods(company, signed_in, safety, spring):
    actions.count_running(now=spring)
    mark = marks_of(reader_for(company.users["employee"]), safety)["SAF-17"]
    assert mark.url == cell_url("CREW1", "SAF-17", "2026-03")
    assert signed_in("employee").get(mark.url).status_code == 200
    assert "1" in mark.text
    assert "3" in mark.text


def test_marks_cost_few_queries_and_ask_no_measure(company, safety, spring, ledger, django_assert_max_num_queries):
    actions.count_running(now=spring)
    asked = len(ledger.asked)
    reader = reader_for(company.users["employee"])
    assert reader.units
    with django_assert_max_num_queries(6):
        assert marks_of(reader, safety)
    assert len(ledger.asked) == asked


def test_a_customer_meets_no_such_mark(company, safety, spring):
    assert marks_of(reader_for(company.users["customer"]), safety) == {}
    assert company.units["CREW1"].kind == UnitKind.CREW
