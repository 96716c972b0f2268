"""An action that a card of 鑽井一隊 left to do, for the permission matrix: the crew leader sees to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django_scopes import scopes_disabled

from forms.cards.actions import hand_in_card
from forms.cards.models import Area, CardAction, ObservationPage
from forms.cards.rules import CardDraft, FollowUp, ItemDraft
from portal.lib import clock


@dataclass
class PhoneWorld:
    action: CardAction


def build_phone(world: Any) -> PhoneWorld:
    unit, leader = world.company.units["CREW1"], world.company.people["crew_leader"]
    yesterday = clock.today() - timedelta(days=1)
    later = FollowUp("換新吊帶", leader, clock.today() + timedelta(days=3))
    with scopes_disabled():
        draft = CardDraft(
            unit=unit,
            planned=False,
            observers=[leader],
            area=Area.objects.filter(unit=unit).first(),
            observed_on=yesterday,
            observed_at=time(9),
            seconds=60,
            items=[ItemDraft("tools", unsafe_conditions=1, follow_up=later)],
            steps=frozenset({"thank"}),
            out_of_sight=True,
        )
        by, page = world.company.users["crew_leader"], ObservationPage.objects.get()
        card = hand_in_card(by=by, page=page, submission_id=uuid.uuid4(), draft=draft).record
        return PhoneWorld(CardAction.objects.get(item__card=card))


def phone_of(world: Any) -> PhoneWorld:
    assert world.phone is not None
    return world.phone
