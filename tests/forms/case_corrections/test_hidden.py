"""A case with plan, cause, measure and report goes to the leaders: from then on nothing of it exists for the office it
is about, whoever there owned a part of it (SRV-18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django_scopes import scope

from forms.cases import board
from forms.cases.actions import transfer_case
from forms.cases.corrections import actions, permissions, tiles
from forms.cases.corrections.actions.reminding import remind_due
from forms.cases.corrections.measures import MEASURES
from forms.cases.corrections.models import CorrectionReminder, PlanItem
from forms.cases.corrections.sources import report_keys
from forms.cases.models import Case
from portal.files.models import PrivateFile
from portal.journal.actions import SYSTEM
from portal.lib.periods import Period
from portal.lib.refusals import NotYours
from portal.org.readers import reader_for
from tests.forms.case_corrections.conftest import TODAY
from tests.forms.case_corrections.test_causes import prevent, record
from tests.forms.case_corrections.test_reports import written
from tests.forms.complaints import NOW, picture, uploads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
OFFICE = ("director", "clerk")


@pytest.fixture
def gone_up(house: Any, company_case: Case, items: list[PlanItem]) -> Case:
    """The clerk's item has its proof, the director's is late, the director's measure is late; a draft waits."""
    clerk = house.users["clerk"]
    actions.report_item(by=clerk, item=items[0], proof="已修好", files=uploads(picture()), now=NOW)
    record(house, company_case)
    prevent(house, company_case)
    report = written(house, company_case)
    actions.submit_report(by=house.users["second_officer"], report=report, now=NOW)
    leader = house.users["leader"]
    transfer_case(case=company_case, by=leader, reason="原來針對主任", about_director=True, now=NOW)
    PlanItem.objects.update(due_on=TODAY - timedelta(days=1))
    company_case.preventions.update(due_on=TODAY - timedelta(days=1))
    return Case.objects.get(pk=company_case.pk)


def file_address() -> str:
    return reverse("private_file", args=[PrivateFile.objects.get().pk])


def test_nothing_of_it_is_left_for_the_office(house: Any, gone_up: Case, signed_in: Any) -> None:
    item, measure = PlanItem.objects.order_by("position")[0], gone_up.preventions.get()
    report = gone_up.corrective_reports.get()
    for who in OFFICE:  # who also works for the quality department is still of that office
        house.people[who].appointments.create(
            post=house.posts["quality_officer"], unit=house.units["QHSE"], starts_on="2020-01-01"
        )
    closed = [
        item.get_absolute_url(), measure.get_absolute_url(), f"/desk/corrections/reports/{report.number}/",
        report.get_absolute_url(), gone_up.get_absolute_url(), file_address(),
        *(f"/desk/cases/{gone_up.number}/{room}/" for room in ("plan", "cause", "major", "report")),
    ]  # fmt: skip
    lists = ("/desk/corrections/", "/desk/corrections/prevention/", "/desk/corrections/reports/")
    for who in OFFICE:
        reader, browser = reader_for(house.users[who]), signed_in(who)
        assert {address: browser.get(address).status_code for address in closed} == dict.fromkeys(closed, 404)
        for address in lists:
            page = browser.get(f"{address}?view=all")
            assert list(page.context["rows"]) == []
            assert {tab["count"] for tab in page.context["tabs"]} == {0}
        assert tiles.correction_tiles(reader) == []
        with scope(unit=reader.unit_ids):
            assert {figure.value for figure in board.board_for(reader, NOW).others} == {0}
        with pytest.raises(NotYours):
            actions.report_item(by=house.users[who], item=item, proof="x")
        with pytest.raises(NotYours):
            actions.do_prevention(by=house.users[who], measure=measure, proof="x")
    assert remind_due(by=SYSTEM, now=NOW) == 0
    assert not CorrectionReminder.objects.exists()
    assert list(report_keys()) == []
    for measured in MEASURES.values():
        found = measured(house.units["OFFICE1"], Period.parse("2026-11"))
        assert (found.due, found.missed) == (0, 0)


def test_for_the_company_it_is_all_there(house: Any, gone_up: Case, signed_in: Any) -> None:
    """The twin: what the office must not see stands where it belongs."""
    reader = reader_for(house.users["quality_officer"])
    assert permissions.visible_items(reader).count() == 2
    assert permissions.visible_preventions(reader).count() == 1
    assert [tile.count for tile in tiles.correction_tiles(reader)] == [1, 1, 1]
    assert signed_in("quality_officer").get(file_address()).status_code == 200
