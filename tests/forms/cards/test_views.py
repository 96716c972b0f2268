"""The card on the screen: filled in, refused with everything kept, listed and read by those who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cards.models import Area, Card, ObservationPage
from tests.people import Company

SignedIn = Callable[[str], Client]


def posted(company: Company, unit: str = "CREW1", **changes: Any) -> dict[str, Any]:
    """What the browser sends for a random card that is in order, but for the changes."""
    now = timezone.localtime()
    with scopes_disabled():
        area = Area.objects.get(unit=company.units[unit])
    fields = {
        "submission_id": str(uuid4()),
        "unit": unit,
        "kind": "random",
        "area": area.pk,
        "observed_on": now.date().isoformat(),
        "observed_at": "00:00",
        "i_observed": "on",
        "came_close": "on",
        "seconds": "120",
        "protection_safe": "3",
        "positions_unsafe_acts": "1",
        "positions_action": "請人離開吊物下方",
        "steps": ["discuss", "thank"],
        "said": "談了站位的風險",
        "agreed": "起吊前清空下方",
        "out_of_sight": "on",
    }
    return {**fields, **changes}


def test_a_crew_leader_hands_in_a_card(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    client = signed_in("crew_leader")
    assert client.get("/observe/").status_code == 200
    answer = client.post("/observe/", posted(company))
    assert answer.status_code == 303
    receipt = client.get(answer["Location"])
    assert receipt.status_code == 200
    with scopes_disabled():
        card = Card.objects.get()
    assert [person.name for person in card.observers.all()] == ["龐建國"]
    assert card.submission.receipt_number in receipt.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seconds": "10"}, "30"),
        ({"kind": "planned"}, "team"),
        ({"out_of_sight": ""}, "confirm"),
        ({"said": "葉子安沒有戴護目鏡"}, "葉子安"),
        ({"protection_safe": "-1"}, ""),
        ({"seconds": "百"}, ""),
        ({"observed_on": "2026-02-30"}, ""),
        ({"area": "999999"}, ""),
        ({"submission_id": "nonsense"}, ""),
    ],
)
def test_a_refused_card_is_shown_again_with_everything_typed(
    company: Company, entrance: ObservationPage, signed_in: SignedIn, changes: dict[str, Any], words: str
) -> None:
    client = signed_in("crew_leader")
    client.cookies["language"] = "en"
    answer = client.post("/observe/", posted(company, suggestion="加裝護欄", **changes))
    assert answer.status_code == 400
    body = answer.content.decode()
    assert "加裝護欄" in body
    assert "談了站位的風險" in body or "said" in changes
    assert words in body
    with scopes_disabled():
        assert not Card.objects.exists()


def test_a_name_is_found_even_while_other_fields_are_wrong(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    answer = signed_in("crew_leader").post("/observe/", posted(company, seconds="", said="葉子安站位不對"))
    assert "“葉子安”" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("crew_leader", 200), ("employee", 200), ("quality_officer", 200), ("customer", 404)]
)
def test_the_card_is_for_the_staff(
    company: Company, entrance: ObservationPage, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(who).get("/observe/").status_code == status


def test_who_is_not_signed_in_is_asked_to(entrance: ObservationPage, client: Client) -> None:
    answer = client.get("/observe/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_a_unit_without_areas_says_so(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    answer = signed_in("sales_person").get("/observe/")
    assert answer.status_code == 200
    assert b'<form method="post" enctype' not in answer.content


def test_a_foreign_unit_cannot_be_chosen(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    """Asked for another crew, the crew leader stays at the own one; sent for another crew, the card is refused."""
    client = signed_in("crew_leader")
    assert client.get("/observe/?unit=CREW2").context["unit"].code == "CREW1"
    assert client.post("/observe/", posted(company, unit="CREW2")).status_code == 400


READERS = [
    ("crew_leader", True),
    ("employee", True),
    ("unit_manager", True),
    ("quality_officer", True),
    ("other_crew_leader", False),
    ("other_unit_manager", False),
    ("sales_person", False),
    ("clerk", False),
    ("administrator", False),
    ("customer", False),
]


@pytest.mark.parametrize(("who", "may"), READERS)
def test_a_card_is_read_in_its_unit_and_by_the_safety_department(
    hand_in: Callable[..., Card], signed_in: SignedIn, who: str, may: bool
) -> None:
    card = hand_in("crew_leader")
    client = signed_in(who)
    assert client.get(f"/desk/cards/{card.pk}/").status_code == (200 if may else 404)
    listed = client.get("/desk/cards/")
    assert (listed.status_code == 200 and f"/desk/cards/{card.pk}/" in listed.content.decode()) is may


def test_who_is_above_reads_and_a_colleague_there_does_not(
    company: Company, hand_in: Callable[..., Card], signed_in: SignedIn
) -> None:
    """The manager of the project department reads the cards of its crews; a clerk there does not."""
    card, project = hand_in("crew_leader"), company.units["PROJECT1"]
    for username, may in (("other_unit_manager", True), ("other_crew_leader", False)):
        company.people[username].appointments.update(unit=project)
        assert signed_in(username).get(f"/desk/cards/{card.pk}/").status_code == (200 if may else 404)


def test_the_list_is_filtered_by_unit_period_and_kind(hand_in: Callable[..., Card], signed_in: SignedIn) -> None:
    planned = hand_in("crew_leader", planned=True, team=["crew_leader", "employee"])
    random = hand_in("employee", days_ago=25)
    other = hand_in("other_crew_leader", at="CREW2")
    client = signed_in("quality_officer")

    def shown(query: str) -> set[int]:
        return {card.pk for card in client.get(f"/desk/cards/{query}").context["page_obj"]}

    assert shown("") == {planned.pk, random.pk, other.pk}
    assert shown("?unit=CREW1") == {planned.pk, random.pk}
    assert shown("?unit=PROJECT1&period=2026-11") == {planned.pk, other.pk}
    assert shown("?kind=planned") == {planned.pk}
    assert shown("?kind=random&period=2026-10") == {random.pk}
    assert client.get("/desk/cards/?period=nonsense").status_code == 200
    assert client.get("/desk/cards/?unit=NOWHERE").status_code == 404
    assert {card.pk for card in signed_in("employee").get("/desk/cards/?mine=1").context["page_obj"]} == {
        planned.pk,
        random.pk,
    }


def test_the_sums_above_the_list_are_those_of_its_rows(hand_in: Callable[..., Card], signed_in: SignedIn) -> None:
    for _n in range(3):
        hand_in("crew_leader")
    totals = signed_in("unit_manager").get("/desk/cards/").context["totals"]
    assert totals == {"cards": 3, "seconds": 360, "safe": 12, "unsafe_acts": 3, "unsafe_conditions": 0}


def test_the_list_asks_the_database_the_same_however_long(
    hand_in: Callable[..., Card], signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for _n in range(8):
        hand_in("crew_leader")
    client = signed_in("unit_manager")
    client.get("/desk/cards/")
    with django_assert_max_num_queries(18):
        client.get("/desk/cards/")


def test_withdrawing_on_the_screen(hand_in: Callable[..., Card], signed_in: SignedIn, settings: Any) -> None:
    card = hand_in("crew_leader")
    with scopes_disabled():
        Card.objects.update(handed_in_at=timezone.now())
    client = signed_in("crew_leader")
    assert client.get(f"/desk/cards/{card.pk}/withdraw/").status_code == 200
    assert signed_in("unit_manager").get(f"/desk/cards/{card.pk}/withdraw/").status_code == 404
    assert client.post(f"/desk/cards/{card.pk}/withdraw/").status_code == 302
    assert f"/desk/cards/{card.pk}/" not in client.get("/desk/cards/").content.decode()


def test_areas_on_the_screen(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    client, unit = signed_in("unit_manager"), company.units["CREW1"]
    assert signed_in("employee").get("/desk/cards/areas/").status_code == 404
    assert client.post("/desk/cards/areas/", {"unit": unit.pk, "name": "泵房"}).status_code == 302
    assert client.post("/desk/cards/areas/", {"unit": unit.pk, "name": "泵房"}).status_code == 409
    assert client.post("/desk/cards/areas/", {"unit": company.units["CREW2"].pk, "name": "泵房"}).status_code == 400
    with scopes_disabled():
        area, foreign = Area.objects.get(name="泵房"), Area.objects.get(unit=company.units["CREW2"])
    assert client.post(f"/desk/cards/areas/{foreign.pk}/close/").status_code == 404
    assert client.post(f"/desk/cards/areas/{area.pk}/close/").status_code == 302
    with scopes_disabled():
        assert Area.objects.get(pk=area.pk).closed
