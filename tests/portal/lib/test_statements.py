"""The short way to the database keeps what Django's layers are for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from portal.jobs.models import ScheduleMark
from portal.lib.statements import run

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO jobs_schedulemark (name, until) VALUES (%s, %s)"
MOMENT = "2026-11-23 02:00:00+00:00"


def names() -> list[str]:
    return sorted(ScheduleMark.objects.filter(name__startswith="甲").values_list("name", flat=True))


@pytest.mark.parametrize("watched", [False, True], ids=["alone", "watched"])
def test_a_statement_gives_its_first_row_or_none(watched: bool) -> None:
    with CaptureQueriesContext(connection) if watched else transaction.atomic():
        assert run(INSERT, ["甲1", MOMENT]) is None
        assert run(f"{INSERT} RETURNING name", ["甲 100% ?", MOMENT])[0] == "甲 100% ?"
        assert run("SELECT name FROM jobs_schedulemark WHERE name = %s", ["乙"]) is None
    assert names() == ["甲 100% ?", "甲1"]


def test_faults_are_djangos_and_the_savepoint_goes_back() -> None:
    run(INSERT, ["甲1", MOMENT])
    with pytest.raises(IntegrityError), transaction.atomic():
        run(f"{INSERT}, (%s, %s)", ["甲2", MOMENT, "甲1", MOMENT])
    with pytest.raises((OperationalError, ProgrammingError)), transaction.atomic():
        run("INSERT INTO no_such_table (name) VALUES (%s)", ["甲3"])
    assert names() == ["甲1"]


def test_a_broken_transaction_takes_nothing() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            run(INSERT, ["甲1", MOMENT])
    assert names() == []


def test_whoever_watches_or_wraps_queries_sees_them() -> None:
    seen: list[str] = []

    def wrap(execute: Any, sql: str, *more: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more)

    with CaptureQueriesContext(connection) as queries:
        run(INSERT, ["甲1", MOMENT])
    with connection.execute_wrapper(wrap):
        run(INSERT, ["甲2", MOMENT])
    assert [query["sql"].startswith("INSERT INTO jobs_schedulemark") for query in queries] == [True]
    assert seen == [INSERT]
