"""What a phone asks and is told: who is signed in, which cards arrived, what was refused; photos; the plan's slots."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scopes_disabled

from forms.cards import registries
from forms.cards.models import Card, ObservationPage
from forms.cards.registries import SlotChoice
from forms.intake.models import Attachment, Submission
from portal.lib import clock
from portal.lib.refusals import Refused
from tests.forms.cards.test_views import posted
from tests.forms.complaints import picture
from tests.people import Company

SignedIn = Callable[[str], Client]
JSON = {"Accept": "application/json"}


def test_the_queue_is_told_the_receipt_and_told_it_again(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    client, card = signed_in("crew_leader"), posted(company)
    first = client.post("/observe/", card, headers=JSON)
    again = client.post("/observe/", card, headers=JSON)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["receipt"] == again.json()["receipt"] == Submission.objects.get().receipt_number
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert client.get(first.json()["location"]).status_code == 200


def test_the_queue_is_told_what_is_wrong_by_field(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    answer = signed_in("crew_leader").post(
        "/observe/", posted(company, seconds="10", said="葉子安沒有戴護目鏡", protection_safe=""), headers=JSON
    )
    told = answer.json()
    assert (answer.status_code, told["state"], told["fresh_id"]) == (400, "refused", False)
    assert {"said"} <= set(told["errors"]) or {"seconds"} <= set(told["errors"])
    assert "葉子安" in told["errors"]["said"][0]
    assert not Submission.objects.exists()


def test_a_known_id_with_other_content_gets_an_id_of_its_own(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    client, card = signed_in("crew_leader"), posted(company)
    client.post("/observe/", card, headers=JSON)
    answer = client.post("/observe/", card | {"said": "另一張卡"}, headers=JSON)
    assert (answer.status_code, answer.json()["state"], answer.json()["fresh_id"]) == (409, "refused", True)


def test_nobody_hands_in_the_cards_of_another_on_the_same_phone(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    card = posted(company, writer=str(company.users["crew_leader"].pk))
    client = signed_in("employee")
    answer = client.post("/observe/", card, headers=JSON)
    assert (answer.status_code, answer.json()["state"]) == (409, "other_writer")
    assert client.post("/observe/", card).status_code == 409
    assert not Submission.objects.exists()
    assert signed_in("crew_leader").post("/observe/", card, headers=JSON).status_code == 201


def test_who_is_no_longer_signed_in_is_told_so(company: Company, entrance: ObservationPage, client: Client) -> None:
    answer = client.post("/observe/", posted(company), headers=JSON)
    assert (answer.status_code, answer.json()["state"]) == (401, "sign_in")
    assert client.get("/observe/queue/").json()["signed_in"] is False


def test_the_queue_asks_which_cards_arrived(company: Company, entrance: ObservationPage, signed_in: SignedIn) -> None:
    mine, never = posted(company), str(uuid4())
    leader = signed_in("crew_leader")
    receipt = leader.post("/observe/", mine, headers=JSON).json()["receipt"]
    told = leader.get("/observe/queue/", {"id": [mine["submission_id"], never, "nonsense"]}).json()
    assert told["writer"] == str(company.users["crew_leader"].pk)
    assert told["token"]
    assert told["cards"][mine["submission_id"]]["receipt"] == receipt
    assert told["cards"][never] == {"state": "unknown"}
    # To a colleague on the same phone, another's card is as unknown as one that never came.
    other = signed_in("employee").get("/observe/queue/", {"id": mine["submission_id"]}).json()
    assert other["cards"][mine["submission_id"]] == {"state": "unknown"}


def test_a_customer_has_no_queue(entrance: ObservationPage, signed_in: SignedIn) -> None:
    assert signed_in("customer").get("/observe/queue/").json()["signed_in"] is False


def test_the_worker_and_the_manifest(client: Client) -> None:
    worker = client.get("/observe/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert b"addEventListener" in worker.content
    manifest = client.get("/observe/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    told = json.loads(manifest.content)
    assert (told["start_url"], told["scope"], told["display"]) == ("/observe/", "/observe/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}


# ---- photos ---------------------------------------------------------------------------------------------------------
def test_photos_are_kept_without_place_time_and_name(
    company: Company, entrance: ObservationPage, signed_in: SignedIn
) -> None:
    client = signed_in("crew_leader")
    photos = [picture(name="IMG_13912345678.jpg"), picture("PNG", name="泥漿罐.png")]
    answer = client.post("/observe/", posted(company, files=photos, no_faces="on"), headers=JSON)
    assert answer.status_code == 201, answer.content.decode()
    kept = list(Attachment.objects.order_by("position"))
    assert [one.name for one in kept] == ["photo-1.jpg", "photo-2.png"]
    with scopes_disabled():
        card = Card.objects.get()
    assert f"/attachments/{kept[0].pk}/" in client.get(card.get_absolute_url()).content.decode()
    picture_shown = client.get(f"/attachments/{kept[0].pk}/")
    assert b"secret place" not in b"".join(picture_shown.streaming_content)
    assert signed_in("other_crew_leader").get(f"/attachments/{kept[0].pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({}, "no_faces", ""),
        ({"names": ["葉子安.jpg"], "no_faces": "on"}, "files", "葉子安"),
        ({"names": ["1.jpg", "2.jpg", "3.jpg", "4.jpg"], "no_faces": "on"}, "files", "3"),
        ({"names": ["1.pdf"], "no_faces": "on"}, "files", ""),
    ],
)
def test_photos_that_are_not_taken(
    company: Company,
    entrance: ObservationPage,
    signed_in: SignedIn,
    changes: dict[str, Any],
    field: str,
    words: str,
) -> None:
    paper = SimpleUploadedFile("1.pdf", b"%PDF-1.7\n%%EOF", content_type="application/pdf")
    names = changes.pop("names", ["1.jpg"])
    files = [paper if name.endswith("pdf") else picture(name=name) for name in names]
    answer = signed_in("crew_leader").post("/observe/", posted(company, files=files, **changes), headers=JSON)
    told = answer.json()
    assert told["state"] == "refused"
    assert words in " ".join(told["errors"][field])
    assert not Attachment.objects.exists()
    assert not Submission.objects.exists()


# ---- the plan -------------------------------------------------------------------------------------------------------
class OneSlot:
    """A plan with one observation in it."""

    def __init__(self, company: Company, area_id: int) -> None:
        team = (company.people["crew_leader"].pk, company.people["employee"].pk)
        day, unit = clock.today(), company.units["CREW1"].pk
        self.slot = SlotChoice(7, "第48週 鑽台 早班", unit, area_id, None, day, day + timedelta(days=6), team)
        self.taken: list[int] = []

    def open_slots(self, reader: Any, day: Any) -> list[SlotChoice]:
        return [] if self.taken else [self.slot]

    def take(self, *, card: Any, slot_pk: int, by: Any, now: Any) -> None:
        if self.taken:
            raise Refused("Another card filled it.", field="slot")
        self.taken.append(card.pk)

    def slot_of(self, card: Any) -> SlotChoice | None:
        return self.slot if card.pk in self.taken else None


@pytest.fixture
def plan(company: Company, entrance: ObservationPage, monkeypatch: pytest.MonkeyPatch) -> OneSlot:
    made = OneSlot(company, posted(company)["area"])
    monkeypatch.setattr(registries.card_plan, "_entries", {"plan": (50, made)})
    return made


def planned(company: Company, **changes: Any) -> dict[str, Any]:
    return posted(company, kind="planned", colleague_1=company.people["employee"].pk, **changes)


def test_a_planned_card_fills_the_slot_it_names(company: Company, plan: OneSlot, signed_in: SignedIn) -> None:
    client = signed_in("crew_leader")
    page = client.get("/observe/").content.decode()
    assert plan.slot.label in page
    assert f'data-team="{plan.slot.team[0]} {plan.slot.team[1]}"' in page
    refused = client.post("/observe/", planned(company), headers=JSON)
    assert list(refused.json()["errors"]) == ["slot"]
    assert client.post("/observe/", planned(company, slot="7"), headers=JSON).status_code == 201
    with scopes_disabled():
        card = Card.objects.get()
    assert plan.taken == [card.pk]
    assert plan.slot.label in client.get(card.get_absolute_url()).content.decode()


def test_a_random_card_fills_none(company: Company, plan: OneSlot, signed_in: SignedIn) -> None:
    assert signed_in("crew_leader").post("/observe/", posted(company, slot="7"), headers=JSON).status_code == 201
    assert plan.taken == []


def test_a_slot_that_was_filled_meanwhile_refuses_the_card(
    company: Company, plan: OneSlot, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan.taken.append(0)
    monkeypatch.setattr(plan, "open_slots", lambda reader, day: [plan.slot])
    answer = signed_in("crew_leader").post("/observe/", planned(company, slot="7"), headers=JSON)
    assert answer.json()["errors"] == {"slot": ["Another card filled it."]}
    assert not Submission.objects.exists()


# ---- other rooms ----------------------------------------------------------------------------------------------------
@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cards that another room was told of."""
    told: list[int] = []

    def follow(card: Any, by: Any, now: Any) -> None:
        if card.seconds == 4242:
            raise Refused("Not today.")
        told.append(card.pk)

    monkeypatch.setattr(registries.after_hand_in, "_entries", {"room": (50, follow)})
    monkeypatch.setattr(registries.card_notices, "_entries", {"room": (50, lambda card, reader: ["A word of a room."])})
    return told


def test_other_rooms_follow_in_the_same_transaction(
    company: Company, entrance: ObservationPage, signed_in: SignedIn, followed: list[int]
) -> None:
    client = signed_in("crew_leader")
    assert client.post("/observe/", posted(company), headers=JSON).status_code == 201
    refused = client.post("/observe/", posted(company, seconds="4242"), headers=JSON)
    assert refused.json()["errors"] == {"": ["Not today."]}
    with scopes_disabled():
        card = Card.objects.get()
    assert followed == [card.pk]
    assert "A word of a room." in client.get(card.get_absolute_url()).content.decode()
