"""A card that is in order, and the entrance it is handed in at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from django_scopes import scopes_disabled
from wagtail.models import Locale, Page

from forms.cards.actions import hand_in_card
from forms.cards.models import Area, Card, ObservationPage
from forms.cards.rules import CardDraft, ItemDraft
from portal.org.models import Shift
from tests.people import Company

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
TODAY = NOW.astimezone(timezone.get_default_timezone()).date()


@pytest.fixture
def entrance(company: Company) -> ObservationPage:
    """The entrance, and an area in each crew."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)  # a test that commits empties the tables
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    with scopes_disabled():
        for unit in ("CREW1", "CREW2", "PROJECT1"):
            Area.objects.create(unit=company.units[unit], name="鑽台")
    Shift.objects.create(unit=company.units["CREW1"], name="早班", starts_at=time(8), ends_at=time(16))
    return root.add_child(instance=ObservationPage(title="安全觀察卡", slug="observe-card", audience="staff"))


@pytest.fixture
def draft(company: Company, entrance: ObservationPage) -> Callable[..., CardDraft]:
    """draft(seconds=20) is a random card of the crew leader that is in order but for that."""

    def make(**changes: Any) -> CardDraft:
        unit = company.units[changes.pop("at", "CREW1")]
        observers = [company.people[name] for name in changes.pop("team", ["crew_leader"])]
        with scopes_disabled():
            area = Area.objects.get(unit=unit)
        fields = {
            "unit": unit,
            "planned": False,
            "observers": observers,
            "area": area,
            "observed_on": TODAY,
            "observed_at": time(9, 30),
            "seconds": 120,
            "items": [
                ItemDraft("protection", safe=3),
                ItemDraft("positions", safe=1, unsafe_acts=1, action="請人離開"),
            ],
            "steps": frozenset({"stop", "discuss", "thank"}),
            "came_close": True,
            "out_of_sight": True,
            "said": "討論了起吊時站位的風險",
            "agreed": "起吊前先清空吊物下方",
        }
        return CardDraft(**{**fields, **changes})

    return make


@pytest.fixture
def hand_in(company: Company, entrance: ObservationPage, draft: Callable[..., CardDraft]) -> Callable[..., Card]:
    """hand_in("crew_leader", seconds=60) is a card that was taken; `days_ago` sets both the day and the clock."""

    def take(username: str = "crew_leader", *, days_ago: int = 0, **changes: Any) -> Card:
        now = NOW - timedelta(days=days_ago)
        changes.setdefault("observed_on", TODAY - timedelta(days=days_ago))
        changes.setdefault("team", [username])
        by = changes.pop("by", username)
        accepted = hand_in_card(
            by=company.users[by], page=entrance, submission_id=uuid4(), draft=draft(**changes), now=now
        )
        return accepted.record

    return take
