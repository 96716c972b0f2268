"""What every test may ask for: the company, its people by name, a client that is signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django_scopes import scopes_disabled
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import database, kept_rows
from tests.kept_rows import made_once
from tests.people import Company, build_company

SHARED = Path(settings.BASE_DIR).parent / "shared"

# Other work shares the machine: no example has a deadline, and none is slow to think of.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


def pytest_addoption(parser: pytest.Parser) -> None:
    what = "leave out tests that use no database: a second one changes nothing in them"
    parser.addoption("--database-only", action="store_true", help=what)


LONG_FILES = ("test_killed_server.py", "test_permissions.py")


@pytest.hookimpl(trylast=True)  # after the shuffle
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first: at the end no process works alone while the other has nothing left."""
    items.sort(key=lambda item: (item.path.name not in LONG_FILES, "journeys" not in item.path.parts))
    if config.getoption("--database-only"):
        config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
        items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: Any) -> bool:
    """By a mark, by the fixture `db`, or by one of ours that asks for the whole setup (a world for a module)."""
    if item.get_closest_marker("django_db") or "db" in item.fixturenames:
        return True
    ours = [one for made in item._fixtureinfo.name2fixturedefs.values() for one in made]
    return any(
        "django_db_setup" in one.argnames and not one.func.__module__.startswith("pytest_django") for one in ours
    )


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this run: a copy of a migrated template, made anew after each test that commits."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.test import TransactionTestCase

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        own = database.TestDatabase(connection, Path(settings.DATA_DIR))
        own.renew()

        def renew(test: Any) -> None:
            own.renew()
            if not own.on_sqlite:
                kept_rows.forget()
            ContentType.objects.clear_cache()

        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        yield
        own.drop()


@pytest.fixture
def company(db: None) -> Company:
    """Units, posts, people with accounts; see tests/people.py."""
    return made_once("company", build_company)


@pytest.fixture
def signed_in(company: Company) -> Callable[[str], Client]:
    """signed_in("crew_leader") is a browser in which that person signed in."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(company.users[username], backend=settings.AUTHENTICATION_BACKENDS[1])
        return client

    return sign_in


@pytest.fixture
def no_scope() -> Iterator[None]:
    """For tests that look at rows of every unit."""
    with scopes_disabled():
        yield


@pytest.fixture
def shared_seed() -> Path:
    """The regulations as they came. Where the shared folder is absent, the test says so and is skipped."""
    path = SHARED / "seeds" / "three-regulations.txt"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout; the import is tested on our own sample alone")
    return path
