"""Messages to a gateway that really listens: signed, tried again, given up, sent again; what hangs holds nobody up."""

from __future__ import annotations

import hashlib
import hmac
import time as clocks
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from portal.jobs.models import OutboxRow
from portal.journal.models import Entry
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.notifications import actions, schedule, tasks
from portal.notifications.actions.delivering import MOST_TRIES, WAITS, gateways_with_due, send_due
from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings
from tests.portal.notifications.conftest import SECRET, SEEN

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 24, 10))
LATE = timezone.make_aware(datetime(2026, 11, 24, 23))
MINUTE = timedelta(minutes=1)


def work() -> int:
    """What the worker does, with each job run twice."""
    from django_tasks_db.models import DBTaskResult

    while tasks.drain_messages():
        pass
    jobs = list(DBTaskResult.objects.filter(task_path__endswith="deliver"))
    for job in jobs:
        tasks.deliver.call(*job.args_kwargs["args"])
        tasks.deliver.call(*job.args_kwargs["args"])
        job.delete()
    return len(jobs)


def test_a_message_is_signed_and_sent_once(
    company: Any, employee: Any, gateway: Any, listener: Any, tell: Any, at: Any
):
    company.people["employee"].phone = "13900000001"
    company.people["employee"].save()
    NotificationSettings.objects.create(user=employee, wecom="ye.zian")
    row = tell(now=at(NOW))
    assert work() == 1
    (received,) = listener.received
    delivery = Delivery.objects.get()
    assert received.message == {
        "id": str(delivery.pk),
        "kind": "test.plain",
        "text": "Unit CREW1",
        "urgent": False,
        "created": NOW.isoformat(),
        "url": f"http://127.0.0.1:8000/notifications/{row.pk}/",
        "to": {"staff_number": "S0006", "phone": "13900000001", "wecom": "ye.zian"},
    }
    stamp = received.headers["X-Portal-Timestamp"]
    # As docs/notifications.md tells the receiver to check it.
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + received.body, hashlib.sha256).hexdigest()
    assert received.headers["X-Portal-Signature"] == "sha256=" + expected
    assert received.headers["X-Portal-Delivery"] == str(delivery.pk)
    assert int(stamp) == int(NOW.timestamp())
    assert (delivery.state, delivery.tries, delivery.sent_at) == ("sent", 1, NOW)


@pytest.mark.parametrize(
    ("kind", "chosen", "now", "due"),
    [
        ("test.plain", {}, NOW, NOW),
        ("test.plain", {}, LATE, LATE + timedelta(hours=8)),
        ("test.urgent", {"urgent_passes": True}, LATE, LATE),
        ("test.plain", {"not_by_gateway": ["test.plain"]}, NOW, None),
        ("test.digest", {}, NOW, None),  # not among the gateway's kinds
        ("test.plain", {"mail": {"test.plain": "none"}}, NOW, NOW),  # mail and gateway are chosen apart
    ],
)
def test_what_a_gateway_is_given(employee: Any, gateway: Any, tell: Any, kind: str, chosen: Any, now: Any, due: Any):
    NotificationSettings.objects.create(user=employee, **chosen)
    tell(kind, now)
    assert [one.due_at for one in Delivery.objects.all()] == ([due] if due else [])


def test_tried_again_with_growing_waits_then_failed_then_sent_again(
    company: Any, employee: Any, gateway: Any, listener: Any, tell: Any, at: Any
):
    """The gateway refuses each message (400), so it is not left alone in between."""
    listener.answers = [400]
    tell(now=at(NOW))
    moment, waits = NOW, []
    for _try in range(MOST_TRIES):
        send_due(gateway_id=gateway.pk, now=moment)
        assert send_due(gateway_id=gateway.pk, now=moment) == 0
        found = Delivery.objects.get()
        if found.state == "waiting":
            waits.append(found.due_at - moment)
            assert gateways_with_due(found.due_at - MINUTE / 2) == []
            moment = found.due_at
            assert gateways_with_due(moment) == [gateway.pk]
    assert (waits, len(listener.received)) == (list(WAITS), MOST_TRIES)
    assert (found.state, found.tries) == ("failed", MOST_TRIES)
    assert "400" in found.problem
    assert len({one.headers["X-Portal-Delivery"] for one in listener.received}) == 1
    with pytest.raises(NotYours):
        actions.send_again(by=company.users["director"], delivery=found)
    listener.answers = [204]
    actions.send_again(by=company.users["administrator"], delivery=found, now=at(moment))
    work()
    found.refresh_from_db()
    assert (found.state, found.tries, found.problem) == ("sent", 1, "")
    with pytest.raises(Conflict):
        actions.send_again(by=company.users["administrator"], delivery=found)


@pytest.mark.parametrize(
    ("answer", "said", "left_alone"),
    [(302, "302", False), (404, "404", False), (429, "429", True), (500, "500", True), ("hang", "not answer", True)],
)
def test_what_an_answer_means(
    employee: Any, gateway: Any, listener: Any, tell: Any, answer: Any, said: str, left_alone: bool
):
    """A redirect is not followed; a gateway that is not there or has too much is left alone for a while."""
    listener.answers = [answer]
    for unit in ("CREW1", "CREW2"):
        tell(now=NOW, unit=unit)
    begin = clocks.monotonic()
    assert send_due(gateway_id=gateway.pk, now=NOW) == 0
    assert clocks.monotonic() - begin < 2
    assert len(listener.received) == (1 if left_alone else 2)
    assert all(one.path == "/send" for one in listener.received)
    tried = Delivery.objects.filter(tries=1)
    assert all(said in one.problem for one in tried)
    gateway.refresh_from_db()
    assert (gateway.paused_until == NOW + WAITS[0]) is left_alone
    listener.answers = [200]
    later = NOW + 10 * MINUTE
    assert send_due(gateway_id=gateway.pk, now=later) == 2
    gateway.refresh_from_db()
    assert (gateway.failures, gateway.paused_until) == (0, None)


def test_pauses_grow_and_end_with_the_day(employee: Any, gateway: Any, listener: Any, tell: Any):
    """While one gateway is away, another one gets its own; after a day what waits has failed."""
    Gateway.objects.filter(pk=gateway.pk).update(address="http://127.0.0.1:9/")  # nobody listens there
    for unit in ("CREW1", "CREW2"):
        tell(now=NOW, unit=unit)
    moment, pauses = NOW, []
    for _try in range(5):
        send_due(gateway_id=gateway.pk, now=moment)
        gateway.refresh_from_db()
        pauses.append(gateway.paused_until - moment)
        assert gateways_with_due(moment) == []
        moment = gateway.paused_until
    assert pauses == [*WAITS[:4], WAITS[3]]
    Delivery.objects.filter(state="waiting").update(due_at=NOW)
    send_due(gateway_id=gateway.pk, now=NOW + timedelta(hours=25))
    assert set(Delivery.objects.values_list("state", "problem")) == {("failed", "The gateway took nothing for a day.")}


def read(row: Any, employee: Any, gateway: Any) -> None:
    actions.mark_read(by=employee, notification=row)


def hide(row: Any, employee: Any, gateway: Any) -> None:
    SEEN.discard("CREW1")


def switch_off(row: Any, employee: Any, gateway: Any) -> None:
    Gateway.objects.filter(pk=gateway.pk).update(active=False)


@pytest.mark.parametrize("meanwhile", [read, hide, switch_off])
def test_what_changed_meanwhile_is_not_sent(
    employee: Any, gateway: Any, listener: Any, tell: Any, at: Any, meanwhile: Any
):
    meanwhile(tell(now=at(NOW)), employee, gateway)
    work()
    assert (listener.received, Delivery.objects.get().state) == ([], "dropped")


def test_a_worker_that_dies_gives_its_message_back(employee: Any, gateway: Any, listener: Any, tell: Any, monkeypatch):
    tell(now=NOW)
    with monkeypatch.context() as broken:
        dies = "portal.notifications.actions.delivering.post"
        broken.setattr(dies, lambda *a, **k: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_due(gateway_id=gateway.pk, now=NOW)
    assert send_due(gateway_id=gateway.pk, now=NOW + MINUTE) == 0
    assert send_due(gateway_id=gateway.pk, now=NOW + 2 * MINUTE) == 1


def test_a_test_is_queued_and_tried_once(company: Any, gateway: Any, listener: Any, at: Any):
    at(NOW)
    listener.answers = [500]
    delivery = actions.try_gateway(by=company.users["administrator"], gateway=gateway, now=NOW)
    assert listener.received == []  # not within the request
    work()
    delivery.refresh_from_db()
    assert (delivery.state, listener.received[0].message["kind"]) == ("failed", "test")
    with pytest.raises(Conflict):
        actions.send_again(by=company.users["administrator"], delivery=delivery)


def test_every_minute_what_is_due_is_queued(employee: Any, gateway: Any, listener: Any, tell: Any, at: Any):
    tell(now=at(LATE))
    OutboxRow.objects.all().delete()
    schedule.send_due_messages(at(LATE + timedelta(hours=7)))
    assert work() == 0
    schedule.send_due_messages(at(LATE + timedelta(hours=8)))
    work()
    assert len(listener.received) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"address": "http://gateway.example.com/"}, "address"),
        ({"address": "https://10.0.0.1/"}, "address"),
        ({"secret": "short"}, "secret"),
        ({"secret": ""}, "secret"),
        ({"kinds": ["test.unknown"]}, "kinds"),
    ],
)
def test_what_a_gateway_needs(company: Any, changes: dict, field: str):
    values = {"name": "SMS", "address": "https://gateway.example.com/", "secret": SECRET, "kinds": []}
    with pytest.raises(Refused) as refused:
        actions.keep_gateway(by=company.users["administrator"], **{**values, **changes})
    assert refused.value.field == field
    assert not Gateway.objects.exists()


def test_the_secret_stays_with_its_host_and_is_written_nowhere(company: Any):
    admin = company.users["administrator"]
    kept = actions.keep_gateway(by=admin, name="SMS", address="https://gateway.example.com/", secret=SECRET)
    with pytest.raises(Refused) as refused:
        actions.keep_gateway(by=admin, gateway=kept, name="SMS", address="https://elsewhere.example.com/")
    assert refused.value.field == "secret"
    kept.refresh_from_db()
    actions.keep_gateway(by=admin, gateway=kept, name="SMS 2", address="https://gateway.example.com/v2")
    kept.refresh_from_db()
    assert (kept.name, kept.secret) == ("SMS 2", SECRET)
    stored = Gateway.objects.annotate(raw=Cast("secret", TextField())).values_list("raw", flat=True)
    assert SECRET not in f"{list(Entry.objects.values())} {list(stored)}"
    with pytest.raises(NotYours):
        actions.keep_gateway(by=company.users["quality_officer"], name="x", address="https://a.example/", secret=SECRET)


def test_nobody_is_given_what_was_told_before_the_gateway(employee: Any, tell: Any, company: Any, listener: Any):
    tell(now=NOW)
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)
