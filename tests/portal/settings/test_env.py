"""A typing error in the environment stops the start; it never becomes a default."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env

LOCAL = Path("/data/portal.sqlite3")


@pytest.fixture
def having(monkeypatch):
    """having(text) sets the variable THING, having(None) removes it."""

    def put(value, name="THING"):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    return put


class TestText:
    def test_what_is_set_comes_back(self, having):
        having("聯禾")
        assert env.text("THING") == "聯禾"

    @pytest.mark.parametrize("value", [None, ""])
    def test_without_a_default_it_must_be_set(self, having, value):
        having(value)
        with pytest.raises(ImproperlyConfigured, match="THING"):
            env.text("THING")

    def test_an_empty_default_is_a_default(self, having):
        having(None)
        assert env.text("THING", "") == ""


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("1", True),
        ("true", True),
        ("YES", True),
        ("0", False),
        ("False", False),
        ("no", False),
        ("", True),
        (None, True),
    ],
)
def test_a_flag_is_yes_or_no(having, value, answer):
    having(value)
    assert env.flag("THING", default=True) is answer


@pytest.mark.parametrize("value", ["maybe", "2", "on ", "是"])
def test_a_flag_that_is_neither_stops_the_start(having, value):
    having(value)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.flag("THING")


@pytest.mark.parametrize(("value", "answer"), [("30", 30), ("-1", -1), ("", 7), (None, 7)])
def test_a_number(having, value, answer):
    having(value)
    assert env.number("THING", 7) == answer


@pytest.mark.parametrize("value", ["thirty", "3.5", "30s"])
def test_a_number_that_is_none_stops_the_start(having, value):
    having(value)
    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.number("THING", 7)


@pytest.mark.parametrize(("value", "answer"), [("a, b,,c ", ["a", "b", "c"]), ("", []), (None, [])])
def test_words(having, value, answer):
    having(value)
    assert env.words("THING") == answer


class TestDatabase:
    def test_without_an_address_it_is_the_local_file_safe_under_load(self, having):
        having(None, "DATABASE_URL")
        found = env.database(LOCAL)
        assert found["NAME"] == str(LOCAL)
        assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout"):
            assert pragma in found["OPTIONS"]["init_command"]

    def test_another_file(self, having):
        having("sqlite:////srv/portal.sqlite3", "DATABASE_URL")
        assert env.database(LOCAL)["NAME"] == "/srv/portal.sqlite3"

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
    def test_a_server(self, having, scheme):
        having(f"{scheme}://portal:p%40ss@db.example:5433/clauses", "DATABASE_URL")
        found = env.database(LOCAL)
        assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("clauses", "portal", "p@ss")
        assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
        assert found["CONN_MAX_AGE"] > 0

    @pytest.mark.parametrize("url", ["mysql://x/y", "postgres://host", "postgres://host/", "portal.sqlite3"])
    def test_what_is_not_understood_stops_the_start(self, having, url):
        having(url, "DATABASE_URL")
        with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
            env.database(LOCAL)
