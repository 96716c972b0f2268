"""Three hotlines, their roster, calls as the verb writes them, and mails as they lie in a maildir."""

from __future__ import annotations

import mailbox
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from forms.cases.calls import actions
from forms.cases.calls.actions import NewCall
from forms.cases.calls.models import Call, Hotline
from portal.lib.phones import phone_digest
from portal.org.models import Contact, Estate, Household
from tests.kept_rows import made_once
from tests.people import Company

NOW = timezone.make_aware(datetime(2026, 11, 23, 10, 0))  # a Monday
LINES = [
    ("complaints", "投訴熱線", "028-5550 0111"),
    ("services", "服務熱線", "028-5550 0122"),
    ("duty", "值班熱線", "028-5550 0133"),
]


def build_hotlines(company: Company) -> dict[str, Hotline]:
    """The three, set a month ago; the households' numbers can be looked up; a household of the other office."""
    officer = company.users["quality_officer"]
    before = NOW - timedelta(days=30)
    made = {
        kind: actions.set_hotline(by=officer, kind=kind, label=label, number=number, now=before)
        for kind, label, number in LINES
    }
    Contact.objects.filter(user=company.users["customer"]).update(phone_digest=phone_digest("13800000001"))
    home = Household.objects.create(estate=Estate.objects.get(code="FENGLIN"), house="1棟101")
    Contact.objects.create(household=home, name="楊先生", phone="13900000009", phone_digest=phone_digest("13900000009"))
    return made


@pytest.fixture
def hotlines(company: Company) -> dict[str, Hotline]:
    return made_once("hotlines", lambda: build_hotlines(company))


def estate_of(office: str = "OFFICE1") -> Estate:
    return Estate.objects.select_related("office").get(office__code=office)


@pytest.fixture
def take(company: Company, hotlines: dict[str, Hotline], page: Any) -> Callable[..., Call]:
    """take(outcome="note", reason="wrong") is a call of `by` on a hotline, written down when it ended."""

    def make(
        *, by: str = "clerk", line: str = "services", at: datetime = NOW, key: uuid.UUID | None = None, **what: Any
    ) -> Call:
        values = {
            "hotline": hotlines[line],
            "began_at": at,
            "phone": "13800000001",
            "estate": estate_of(),
            "house": "3棟1602",
            "text": "三棟電梯停了。",
            "outcome": "" if what.get("missed") else "case",
            **what,
        }
        with scopes_disabled():
            return actions.record_call(
                by=company.users[by], key=key or uuid.uuid4(), new=NewCall(**values), now=at + timedelta(minutes=4)
            )

    return make


def day_of(number: int) -> date:
    return timezone.localdate(NOW) + timedelta(days=number)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day_of(day), time(hour, minute)))


# ---- mails ----------------------------------------------------------------------------------------------------------
def mail(text: str = "三棟電梯停了兩次。", **headers: str) -> EmailMessage:
    """A mail of a customer; `headers` in small letters with _ for -: mail(message_id="<1@example.org>")."""
    message = EmailMessage()
    said = {
        "From": "鄭女士 <zheng@example.org>",
        "To": "service@portal.example.org",
        "Subject": "翠湖苑電梯",
        "Message-ID": "<1@example.org>",
    } | {name.replace("_", "-").title().replace("-Id", "-ID"): value for name, value in headers.items()}
    for name, value in said.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def lay(box: Path, *messages: EmailMessage | bytes) -> Path:
    """A maildir at `box` with these mails in it."""
    kept = mailbox.Maildir(box, create=True)
    for message in messages:
        kept.add(message if isinstance(message, bytes) else message.as_bytes())
    kept.close()
    return box


def lying(box: Path, folder: str = "") -> int:
    """How many mails lie in the inbox, or in a folder of the maildir."""
    below = box / f".{folder}" if folder else box
    return sum(1 for part in ("new", "cur") for _file in (below / part).glob("*")) if below.exists() else 0
