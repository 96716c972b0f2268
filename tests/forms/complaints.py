"""An entrance for complaints, what a customer sends there, and pictures to send with it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Page

from forms.cases import clocks, limits, places
from forms.cases.actions import Filing, file_complaint
from forms.cases.models import Case, ComplaintPage
from forms.intake import lookups
from forms.intake.actions import Accepted
from forms.intake.attachments import Upload, examine_files
from portal.journal.actions import CUSTOMER
from portal.org.models import Estate
from tests.people import Company

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Shanghai
SECRET = "13800000001"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What a process keeps for some seconds is forgotten between tests."""
    for forget in (lookups.forget_entrances, clocks.forget_calendar, places.forget_estates, limits.forget_limits):
        forget()
    yield
    for forget in (lookups.forget_entrances, clocks.forget_calendar, places.forget_estates, limits.forget_limits):
        forget()


@pytest.fixture(autouse=True)
def private_place(settings: Any, tmp_path: Path) -> Path:
    """Attachments of each test lie apart."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return tmp_path


@pytest.fixture
def page(company: Company) -> ComplaintPage:
    return root_page().add_child(
        instance=ComplaintPage(title="投訴", slug="complaint", routing_unit=company.units["PROPERTY"])
    )


def root_page() -> Page:
    """The root of the page tree; a test that commits has emptied the table which a migration filled."""
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    return Page.objects.filter(depth=1).first() or Page.add_root(instance=Page(title="Root", slug="root"))


@pytest.fixture
def fields(company: Company) -> Callable[..., dict[str, Any]]:
    """fields(subject="") is what a browser sends for a complaint in order but for that."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "submission_id": str(uuid.uuid4()),
            "kind": "complaint",
            "estate": str(Estate.objects.get(code="CUIHU").pk),
            "house": "3棟1602",
            "subject": "電梯經常故障",
            "text": "三棟電梯本週停了兩次。",
            "contact_name": "鄭女士",
            "contact_phone": SECRET,
            **changes,
        }

    return make


@pytest.fixture
def file_case(company: Company, page: ComplaintPage) -> Callable[..., Case]:
    """file_case(compensation=True) is a case as the verb makes it, at the moment `at`, about `office`."""

    def make(*, at: datetime = NOW, office: str = "OFFICE1", by: Any = CUSTOMER, **changes: Any) -> Case:
        return file_accepted(page, at=at, office=office, by=by, **changes).record

    return make


def file_accepted(
    page: ComplaintPage,
    *,
    at: datetime = NOW,
    office: str = "OFFICE1",
    by: Any = CUSTOMER,
    submission_id: uuid.UUID | None = None,
    files: list[Upload] | None = None,
    address: str = "",
    **changes: Any,
) -> Accepted:
    filing = Filing(
        **{
            "subject": "電梯經常故障",
            "text": "三棟電梯本週停了兩次。",
            "estate": Estate.objects.select_related("office").get(office__code=office),
            "house": "3棟1602",
            "contact_name": "鄭女士",
            "contact_phone": SECRET,
            **changes,
        }
    )
    return file_complaint(
        page=page,
        submission_id=submission_id or uuid.uuid4(),
        by=by,
        filing=filing,
        files=files or [],
        address=address,
        now=at,
    )


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), name: str = "photo.jpg") -> SimpleUploadedFile:
    """A photo that says where it was taken."""
    out = io.BytesIO()
    image = Image.new("RGB", size, (180, 60, 40))
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    image.save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return SimpleUploadedFile(name, out.getvalue(), content_type=f"image/{kind.lower()}")


def uploads(*files: SimpleUploadedFile) -> list[Upload]:
    return examine_files(files)


def send(client: Client, data: dict[str, Any], **headers: Any) -> Any:
    return client.post("/complaint/", data, headers=headers or None)
