"""Quiet hours over midnight and by the organisation's clock, digests, what may pass, and what was chosen."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.notifications import actions, schedule, tasks
from portal.notifications.models import Notification, NotificationSettings
from portal.notifications.quiet import free_from, is_quiet, next_digest

pytestmark = pytest.mark.django_db


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """Of November 2026, by the organisation's clock (Asia/Shanghai)."""
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


NIGHT = (time(22), time(7))


@pytest.mark.parametrize(
    ("moment", "hours", "leaves"),
    [
        (here(24, 21, 59), NIGHT, here(24, 21, 59)),
        (here(24, 22), NIGHT, here(25, 7)),
        (here(24, 23, 59), NIGHT, here(25, 7)),
        (here(25, 0), NIGHT, here(25, 7)),
        (here(25, 6, 59), NIGHT, here(25, 7)),
        (here(25, 7), NIGHT, here(25, 7)),
        (here(24, 13), (time(12, 30), time(14)), here(24, 14)),
        (here(24, 14), (time(12, 30), time(14)), here(24, 14)),
        (here(24, 3), (time(8), time(8)), here(24, 3)),  # the same hour twice: none
        (datetime(2026, 11, 24, 15, 0, tzinfo=UTC), NIGHT, here(25, 7)),  # 23:00 here, the afternoon elsewhere
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), NIGHT, here(25, 7, 30)),
    ],
)
def test_when_something_may_leave(moment: datetime, hours: Any, leaves: datetime) -> None:
    assert free_from(moment, *hours) == leaves
    assert is_quiet(moment, *hours) == (moment != leaves)


@pytest.mark.parametrize(
    ("moment", "hour", "goes"),
    [
        (here(24, 7, 59), 8, here(24, 8)),
        (here(24, 8), 8, here(25, 8)),
        (here(30, 23), 0, timezone.make_aware(datetime(2026, 12, 1))),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), 8, here(25, 8)),
    ],
)
def test_when_a_digest_goes(moment: datetime, hour: int, goes: datetime) -> None:
    assert next_digest(moment, hour) == goes


DAY, LATE = here(24, 10), here(24, 23)
QUIET = {"quiet_from": time(22), "quiet_to": time(7)}


@pytest.mark.parametrize(
    ("kind", "chosen", "now", "due"),
    [
        ("test.plain", {}, DAY, DAY),
        ("test.plain", {}, LATE, here(25, 7)),
        ("test.urgent", {}, LATE, here(25, 7)),
        ("test.urgent", {"urgent_passes": True}, LATE, LATE),
        ("test.plain", {"urgent_passes": True}, LATE, here(25, 7)),
        ("test.digest", {}, DAY, here(25, 8)),
        ("test.digest", {"digest_hour": 17}, DAY, here(24, 17)),
        ("test.digest", {"digest_hour": 23}, DAY, here(25, 7)),  # a digest keeps the quiet hours too
        ("test.plain", {"mail": {"test.plain": "none"}}, DAY, None),
        ("test.plain", {"mail": {"test.plain": "digest"}}, DAY, here(25, 8)),
        ("test.plain", {"mail": {"test.plain": "nonsense"}}, DAY, DAY),
    ],
)
def test_when_it_is_mailed(employee: Any, tell: Any, kind: str, chosen: dict, now: datetime, due: Any) -> None:
    NotificationSettings.objects.create(user=employee, **{**QUIET, **chosen})
    assert tell(kind, now).mail_at == due


def work() -> None:
    """What the worker does: the outbox becomes jobs, and each job runs twice, as after a death of the worker."""
    from django_tasks_db.models import DBTaskResult

    while tasks.drain_mail():
        pass
    for job in DBTaskResult.objects.filter(task_path__endswith="send_mail").order_by("enqueued_at"):
        tasks.send_mail.call(*job.args_kwargs["args"])
        tasks.send_mail.call(*job.args_kwargs["args"])
        job.delete()


def test_at_once_in_one_mail_and_once(employee: Any, tell: Any, at: Any) -> None:
    for unit in ("CREW1", "CREW2"):
        tell(now=at(DAY), unit=unit)
    work()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["employee@example.org"], "2 notifications")
    assert all(part in sent.body for part in ("Unit CREW1", "Unit CREW2", "/notifications/settings/"))
    assert "葉子安" not in sent.subject


def test_what_waits_goes_with_the_digest(employee: Any, tell: Any, at: Any) -> None:
    tell("test.digest", at(DAY))
    tell("test.digest", at(here(24, 15)), unit="CREW2")
    work()
    schedule.send_due_mail(at(here(25, 7, 55)))
    work()
    assert mail.outbox == []
    schedule.send_due_mail(at(here(25, 8)))
    schedule.send_due_mail(at(here(25, 8)))
    work()
    assert [one.subject for one in mail.outbox] == ["2 notifications"]


def read(row: Notification, employee: Any) -> None:
    actions.mark_read(by=employee, notification=row)


def hide(row: Notification, employee: Any) -> None:
    from tests.portal.notifications.conftest import SEEN

    SEEN.discard("CREW1")


def refuse_mail(row: Notification, employee: Any) -> None:
    NotificationSettings.objects.create(user=employee, mail={"test.plain": "none"})


def leave(row: Notification, employee: Any) -> None:
    employee.is_active = False
    employee.save()


@pytest.mark.parametrize("meanwhile", [read, hide, refuse_mail, leave])
def test_what_changed_meanwhile_is_not_mailed(employee: Any, tell: Any, at: Any, meanwhile: Any) -> None:
    row = tell(now=at(DAY))
    meanwhile(row, employee)
    work()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_tried_again_after_growing_waits(
    employee: Any, tell: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tell(now=at(here(24, 20)))
    waits = []
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(OSError("away")))
        for _try in range(7):
            before = at(row.mail_at)
            assert tasks.send_mail.call(employee.pk) is False
            row.refresh_from_db()
            waits.append(row.mail_at and (row.mail_at - before).total_seconds() / 60)
    # What would end at 00:20 ends with the quiet hours, at 07:00. After the last wait it only stands in the portal.
    assert waits == [5, 15, 60, 580, 360, 1080, None]


def test_told_again_is_one_line(company: Any, employee: Any, tell: Any) -> None:
    row = tell(now=DAY, key="once")
    assert tell(now=here(24, 11), key="once").at == row.at  # nothing new
    actions.notify(
        people=[company.people["employee"]], kind="test.plain", count=7, url="/", key="once", now=here(24, 12)
    )
    row.refresh_from_db()
    assert (row.sentence, row.at) == ("7 units", here(24, 12))
    read(row, employee)
    actions.notify(
        people=[company.people["employee"]], kind="test.plain", count=9, url="/", key="once", now=here(24, 13)
    )
    row.refresh_from_db()
    assert (row.sentence, Notification.objects.count()) == ("7 units", 1)


def test_what_is_old_goes_at_night(employee: Any, tell: Any) -> None:
    from tests.portal.notifications.conftest import SEEN

    tell(now=here(1, 10))
    kept, unseen = tell(now=here(2, 10)), tell(now=here(2, 10), unit="CREW2")
    SEEN.discard("CREW2")
    schedule.tidy(timezone.make_aware(datetime(2027, 1, 30, 12)))
    assert list(Notification.objects.all()) == [kept]
    assert unseen.pk != kept.pk


def test_nobody_registered_is_an_error_of_the_programmer(company: Any) -> None:
    with pytest.raises(LookupError):
        actions.notify(people=[], kind="test.unknown", url="/", key="x")
