"""Two kinds of notification about units, an inbox of the employee, and a gateway that really listens."""

from __future__ import annotations

import json
import threading
import time as clocks
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils.translation import ngettext_lazy

from portal.notifications import actions
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind, notification_kinds
from portal.notifications.models import Gateway, Notification
from portal.org.models import Unit, User
from tests.people import Company

SECRET = "a secret of sixteen"
SEEN: set[str] = {"CREW1", "CREW2"}  # codes of the units that may be seen, whoever asks


def records(reader: Any) -> Any:
    return Unit.objects.filter(code__in=SEEN)


MANY = ngettext_lazy("%(count)s unit", "%(count)s units", "count")
KINDS = {
    "test.plain": Kind(
        "Plain",
        "Unit %(subject)s",
        many=MANY,
        concerns=lambda reader: reader.is_staff_member,
        records=records,
        mail=MailChoice.AT_ONCE,
    ),
    "test.digest": Kind("Digest", "Later %(subject)s", concerns=lambda reader: True, records=records),
    "test.urgent": Kind(
        "Urgent", "Now %(subject)s", concerns=lambda reader: True, urgent=True, mail=MailChoice.AT_ONCE
    ),
}


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Only these kinds are there, and both crews may be seen."""
    before = dict(notification_kinds._entries)
    notification_kinds._entries.clear()
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)
    yield
    notification_kinds._entries.clear()
    notification_kinds._entries.update(before)
    SEEN.update({"CREW1", "CREW2"})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """at(moment): the portal's clock shows it."""

    def show(moment: datetime) -> datetime:
        monkeypatch.setattr("portal.lib.clock.now", lambda: moment)
        return moment

    return show


@pytest.fixture
def employee(company: Company) -> User:
    user = company.users["employee"]
    user.email = "employee@example.org"
    user.save()
    return user


@pytest.fixture
def tell(company: Company) -> Callable[..., Notification]:
    """tell(kind, moment, who="employee", unit="CREW1") tells one person of one unit."""

    def make(
        kind: str = "test.plain", now: datetime | None = None, who: str = "employee", unit: str = "CREW1", key: str = ""
    ) -> Notification:
        key = key or f"{kind}:{unit}:{now}"
        actions.notify(
            people=[company.people[who]],
            kind=kind,
            about=company.units[unit].pk,
            subject=unit,
            url="/accounts/",
            key=key,
            now=now,
        )
        return Notification.objects.get(user=company.users[who], key=key)

    return make


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Listener:
    """A gateway on a loopback port. `answers` are given in turn, the last one for ever; "hang" waits past the limit."""

    url: str = ""
    answers: list[Any] = field(default_factory=lambda: [200])
    received: list[Received] = field(default_factory=list)
    hung: float = 0.6


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.GATEWAYS_MAY_BE_PRIVATE, settings.GATEWAY_SECONDS = True, 0.3
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append(Received(self.path, dict(self.headers), body))
            answer = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            if answer == "hang":
                clocks.sleep(found.hung)
                return
            self.send_response(answer)
            if answer == 302:
                self.send_header("Location", found.url + "elsewhere")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def gateway(company: Company, listener: Listener) -> Gateway:
    """SMS for two kinds, where the listener listens."""
    return actions.keep_gateway(
        by=company.users["administrator"],
        name="SMS",
        address=listener.url,
        secret=SECRET,
        kinds=["test.plain", "test.urgent"],
    )
