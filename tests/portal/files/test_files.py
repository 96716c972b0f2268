"""Files of a record of any app: kept together with it, served to whom its guard admits; strays are swept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from portal.files import actions, storage
from portal.files.models import PrivateFile
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.registries import file_guards
from portal.org.models import Unit
from tests.forms.complaints import picture, uploads
from tests.people import Company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_files_of_other_tests() -> None:
    for folder in storage.folders(actions.FOLDER):
        storage.remove_files(f"{folder}/{name}" for name in _names(folder))


@pytest.fixture
def owner(company: Company, monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A unit whose files, during this test, only crew leaders may see."""
    monkeypatch.setattr(file_guards, "_entries", {})
    unit = Unit.objects.get(code="CREW1")
    file_guards.register("org.unit", lambda reader, pk: reader.has_role("crew_leader") and pk == str(unit.pk))
    return unit


def keep(company: Company, owner: Unit, *names: str, purpose: str = "") -> list[PrivateFile]:
    files = uploads(*[picture(name=name) for name in names])
    return actions.keep_files(
        by=company.users["crew_leader"], owner=owner, uploads=files, purpose=purpose, now=clock.now()
    )


def test_files_stand_with_their_record_in_their_order(company: Company, owner: Unit) -> None:
    keep(company, owner, "甲.jpg", "乙.jpg")
    keep(company, owner, "丙.jpg")
    keep(company, owner, "丁.jpg", purpose="scan")
    assert [file.name for file in actions.files_of(owner, "")] == ["甲.jpg", "乙.jpg", "丙.jpg"]
    assert [file.name for file in actions.files_of(owner, "scan")] == ["丁.jpg"]
    assert actions.files_of(Unit.objects.get(code="CREW2")).count() == 0


@pytest.mark.parametrize(("who", "status"), [("crew_leader", 200), ("unit_manager", 404), ("administrator", 404)])
def test_the_guard_of_the_record_decides(
    company: Company, owner: Unit, signed_in: Callable[[str], Client], who: str, status: int
) -> None:
    (file,) = keep(company, owner, "甲.jpg")
    answer = signed_in(who).get(f"/files/{file.pk}/")
    assert answer.status_code == status
    if status == 200:
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"


def test_without_a_guard_nobody_sees_it(
    company: Company, owner: Unit, signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = keep(company, owner, "甲.jpg")
    monkeypatch.setattr(file_guards, "_entries", {})
    assert signed_in("crew_leader").get(f"/files/{file.pk}/").status_code == 404
    assert Client().get(f"/files/{uuid4()}/").status_code == 404


def test_rows_that_cannot_be_written_leave_no_file(
    company: Company, owner: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(PrivateFile.objects, "bulk_create", fails)
    with pytest.raises(RuntimeError):
        keep(company, owner, "甲.jpg")
    assert [name for folder in storage.folders(actions.FOLDER) for name in _names(folder)] == []


def test_the_sweep_takes_what_no_row_names(company: Company, owner: Unit) -> None:
    (kept,) = keep(company, owner, "甲.jpg")
    storage.write_files(uploads(picture()), folder=actions.FOLDER, now=clock.now())
    assert actions.sweep(clock.now()) == 0, "it may still be on its way into the database"
    assert actions.sweep(clock.now() + timedelta(days=2)) == 1
    assert storage.private_storage().exists(kept.path)


def test_what_is_no_picture_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        storage.examine_files([picture(name="甲.jpg")] * 6, field="facts")
    assert refused.value.field == "facts"


def _names(folder: str) -> list[str]:
    return storage.private_storage().listdir(folder)[1]
