"""The home page: what waits for whom, urgent first; what a visitor finds."""

from __future__ import annotations

import pytest
from django.test import Client

from home.models import HomePage, Hotline
from home.tiles import board_for
from portal.lib import registries
from portal.lib.registries import Registry, Tile
from portal.org.readers import ANONYMOUS, reader_for

IN_ENGLISH = {"headers": {"Accept-Language": "en"}}


@pytest.fixture
def tiles(monkeypatch) -> list[Tile]:
    """The only tiles that there are: put into this list, they stand on everybody's home page."""
    shown: list[Tile] = []
    registry: Registry = Registry("home tile")
    registry.register("test", lambda reader: shown)
    monkeypatch.setattr("home.tiles.home_tiles", registry)
    return shown


def test_urgent_comes_first_then_what_waits_then_what_is_good_to_know(tiles):
    tiles += [
        Tile("to read", "/a", count=2),
        Tile("all done", "/b", count=0),
        Tile("overdue", "/c", count=3, urgent=True),
        Tile("plain", "/d"),
    ]
    board = board_for(ANONYMOUS)
    assert [tile.title for tile in board.waiting] == ["overdue", "to read"]
    assert [tile.title for tile in board.standing] == ["all done", "plain"]
    assert (board.matters, board.urgent) == (2, 1)


def test_the_page_says_how_much_waits(company, signed_in, tiles):
    tiles += [Tile("Overdue", "/late/", count=3, urgent=True, rows=(("The first", "/late/1/"),)), Tile("Known", "/k/")]
    page = signed_in("clerk").get("/", **IN_ENGLISH).content.decode()
    assert "1 matter waits for you." in page
    assert "1 is urgent." in page
    assert page.index("/late/") < page.index("/late/1/") < page.index("/k/")
    assert "Urgent" in page  # the colour has its word


def test_nothing_to_do_is_said(company, signed_in, tiles):
    page = signed_in("employee").get("/", **IN_ENGLISH).content.decode()
    assert "Nothing waits for you" in page


def test_a_visitor_finds_doors_hotlines_and_search(company):
    home = HomePage.objects.get()
    home.welcome = "有事，請告訴我們"
    home.hotlines = [Hotline(label="投訴熱線", number="028-5550 0111", hours="24 小時")]
    home.save_revision().publish()
    page = Client().get("/", headers={"Accept-Language": "zh-TW"}).content.decode()
    assert "有事，請告訴我們" in page
    assert 'href="tel:02855500111"' in page
    assert page.count('name="q"') == 2
    for address in ("/complaint/", "/track/", "/guide/"):
        assert f'href="{address}"' in page
    assert "waiting-heading" not in page


def test_staff_are_not_shown_the_customers_hotlines(company, signed_in):
    home = HomePage.objects.get()
    home.hotlines = [Hotline(label="投訴熱線", number="028-5550 0111")]
    home.save_revision().publish()
    assert "tel:" not in signed_in("employee").get("/").content.decode()
    assert "tel:" in signed_in("customer").get("/").content.decode()


@pytest.mark.parametrize("username", ["administrator", "editor", "employee", "clerk", "director", "customer"])
def test_every_role_has_a_home_page(company, signed_in, username):
    answer = signed_in(username).get("/")
    assert answer.status_code == 200
    assert company.users[username].first_name in answer.content.decode()


def test_entrances_ask_the_database_nothing(company, django_assert_num_queries):
    """They stand at the foot of every page."""
    reader = reader_for(company.users["employee"])
    assert reader.tokens
    assert reader.contact is None
    assert reader.person
    with django_assert_num_queries(0):
        for entrance in registries.entrances:
            entrance(reader)
