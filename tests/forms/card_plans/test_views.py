"""The pages of the plan, as the crew leader and the manager meet them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django_scopes import scopes_disabled

from forms.cards.models import Area, Card
from forms.cards.plans.keeping import CARD_PLAN
from forms.cards.plans.models import Plan, PlanSlot
from forms.cards.plans.tiles import plan_tiles
from portal.lib import clock
from portal.org.models import Shift
from portal.org.readers import reader_for
from tests.forms.card_plans.conftest import NOW, TODAY
from tests.people import Company

SignedIn = Callable[[str], Client]
BASE = "/desk/cards/plans/"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_from_nothing_to_an_approved_plan(crew: Company, signed_in: SignedIn) -> None:
    leader = signed_in("crew_leader")
    assert "鑽井一隊" in leader.get(BASE).content.decode()
    frame = {"unit": "CREW1", "year": "2026", "first_month": "12", "report_day": "5", "report_needs": "完成情況"}
    answer = leader.post(f"{BASE}new/", frame)
    assert answer.status_code == 302
    assert leader.post(f"{BASE}new/", frame).status_code == 409
    with scopes_disabled():
        plan = Plan.objects.get()
    home = plan.get_absolute_url()
    alone = {"name": "第一小組", "members": [crew.people["crew_leader"].pk], "leader": crew.people["crew_leader"].pk}
    refused = leader.post(f"{home}teams/", alone | {"per_month": "3"})
    assert refused.status_code == 400
    assert "第一小組" in refused.content.decode()  # nothing typed is lost
    both = [crew.people[name].pk for name in ("crew_leader", "unit_manager")]
    assert leader.post(f"{home}teams/", alone | {"per_month": "3", "members": both}).status_code == 302
    assert leader.post(f"{home}submit/", {}).status_code == 400
    assert leader.post(f"{home}suggest/", {}).status_code == 302
    shown = leader.get(f"{home}?month=2026-12")
    assert shown.content.decode().count('name="slot"') == 3
    assert leader.post(f"{home}submit/", {}).status_code == 302
    assert leader.post(f"{home}approve/", {}).status_code == 404
    manager = signed_in("unit_manager")
    assert [tile.count for tile in plan_tiles(reader_for(crew.users["unit_manager"], TODAY))][:1] == [1]
    assert manager.post(f"{home}approve/", {"note": "同意"}).status_code == 302
    assert manager.post(f"{home}approve/", {}).status_code == 409
    with scopes_disabled():
        plan.refresh_from_db()
    assert plan.approved_by == crew.users["unit_manager"]
    assert leader.get(f"{home}reports/").status_code == 404
    assert manager.post(f"{home}slots/drop/", {"slot": ["1"]}).status_code == 400  # without a reason


def test_numbers_lead_to_their_rows(
    crew: Company, approved: Plan, slot: PlanSlot, card: Callable[..., Card], signed_in: SignedIn
) -> None:
    made = card()
    CARD_PLAN.take(card=made, slot_pk=slot.pk, by=crew.users["crew_leader"], now=NOW)
    client = signed_in("crew_leader")
    page = client.get(f"{approved.get_absolute_url()}done/")
    assert page.status_code == 200
    total = page.context["figures"].total
    rows = client.get(total.done_url)
    assert rows.context["page_obj"].paginator.count == total.done == 1
    assert made.get_absolute_url() in rows.content.decode()
    for line in page.context["figures"].leaders:
        assert client.get(line.url).context["page_obj"].paginator.count == line.took_part
        assert client.get(f"{line.tally.url}&show=counted").context["page_obj"].paginator.count == line.tally.due
    sheet = client.get(f"{approved.get_absolute_url()}done.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.active is not None
    assert book.active.max_row == 1 + 2 + 2  # two months of one team, two leaders
    assert signed_in("other_crew_leader").get(total.done_url).status_code == 404


def test_the_map_says_in_words_what_its_colours_say(
    crew: Company,
    approved: Plan,
    signed_in: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in("crew_leader")
    client.get(f"{BASE}coverage/")
    with django_assert_max_num_queries(20):
        page = client.get(f"{BASE}coverage/?unit=CREW1&period=2026")
    content = page.content.decode()
    coverage = page.context["coverage"]
    assert content.count("cell-hole") == coverage.holes == 10
    assert content.count("cell-planned") == coverage.planned_cells == 4
    assert client.get(f"{BASE}coverage/?unit=CREW2").status_code == 404


def test_a_hole_is_planned_from_the_map(crew: Company, approved: Plan, signed_in: SignedIn) -> None:
    with scopes_disabled():
        area, shift = Area.objects.filter(unit=approved.unit).first(), Shift.objects.filter(unit=approved.unit).first()
    assert area is not None
    assert shift is not None
    client = signed_in("unit_manager")
    page = client.get(f"{approved.get_absolute_url()}slots/?area={area.pk}&pair={shift.pk}:morning")
    assert page.context["form"]["pair"].value() == f"{shift.pk}:morning"


def test_tiles_say_what_waits(crew: Company, approved: Plan, slot: PlanSlot) -> None:
    tiles = plan_tiles(reader_for(crew.users["employee"], TODAY))
    assert [tile.count for tile in tiles] == [2]
    assert tiles[0].url.endswith("mine=1&show=week")
    other = plan_tiles(reader_for(crew.users["other_crew_leader"], TODAY))
    assert [(tile.count, tile.urgent) for tile in other] == [(1, True)]
    assert plan_tiles(reader_for(crew.users["clerk"], TODAY)) == []
