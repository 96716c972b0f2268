"""Reminders: when, how often at most, whatever the schedule does; the mail; the managers' weekly summary."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from policies.actions import give_receipt
from policies.models import Edition
from policies.permissions import editions_in_query
from policies.receipts.actions import remind_due
from policies.receipts.actions.reminding import stage_on
from policies.receipts.models import Reminder, ReminderLine
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.notifications import tasks
from portal.notifications.models import Notification
from portal.notifications.tiles import unread_number
from portal.org.enums import Role
from portal.org.models import Appointment
from portal.org.readers import reader_for
from tests.policies.conftest import NOW
from tests.policies.receipts.conftest import DEADLINE

DAY = timedelta(days=1)


def at(day, hour=8, minute=30):
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


@pytest.fixture
def live(monkeypatch):
    """live(moment): the portal's clock shows that moment, and the reminders that are due are made."""

    def do(moment, scheduled_for=None):
        monkeypatch.setattr(clock, "now", lambda: moment)
        return remind_due(by=SYSTEM, now=scheduled_for or moment)

    return do


def stages_of(company, username):
    lines = ReminderLine.objects.filter(person=company.people[username]).order_by("stage")
    return list(lines.values_list("stage", flat=True))


@pytest.mark.parametrize(
    ("days", "stage"),
    [(-4, None), (-3, 0), (0, 0), (1, 1), (7, 1), (8, 2), (15, 3)],
)
def test_stages(days, stage):
    assert stage_on(DEADLINE + days * DAY, DEADLINE) == stage


def test_before_the_day_after_and_weekly(company, issued, live):
    reminded = {days: live(at(DEADLINE + days * DAY)) for days in range(-14, 24)}
    days_of_employee = sorted(
        (one.day - DEADLINE).days for one in Reminder.objects.filter(person=company.people["employee"])
    )
    assert days_of_employee == [-3, 1, 8, 15, 22]
    assert stages_of(company, "employee") == [0, 1, 2, 3, 4]
    assert reminded[-14] == 0


def test_twice_the_same_moment_reminds_once(company, issued, live):
    assert live(at(DEADLINE + DAY)) == 16
    assert live(at(DEADLINE + DAY)) == 0
    assert live(at(DEADLINE + DAY, hour=20)) == 0


def test_nobody_is_reminded_twice_within_24_hours(company, issued, live):
    """The first run came late in the evening; the next morning's waits, and the stage is not lost."""
    assert live(at(DEADLINE, hour=23, minute=50), scheduled_for=at(DEADLINE)) == 16  # before
    assert live(at(DEADLINE + DAY)) == 0
    assert live(at(DEADLINE + 2 * DAY)) == 16
    assert stages_of(company, "employee") == [0, 1]


def test_after_a_pause_of_the_portal_only_the_last_moment_counts(company, issued, live):
    present = at(DEADLINE + 9 * DAY, hour=9)
    made = [live(present, scheduled_for=at(DEADLINE + days * DAY)) for days in range(-3, 10)]
    assert made == [0] * 12 + [16]
    assert stages_of(company, "employee") == [2]


def test_who_confirmed_is_left_alone(company, issued, live):
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)
    live(at(DEADLINE + DAY))
    assert stages_of(company, "employee") == []
    assert stages_of(company, "clerk") == [1]


def test_who_is_on_leave_is_left_alone(company, issued, live, leave):
    leave(company.people["employee"], DEADLINE - 2 * DAY, DEADLINE + 3 * DAY)
    live(at(DEADLINE - 2 * DAY))
    assert stages_of(company, "employee") == []
    live(at(DEADLINE + 4 * DAY))
    assert stages_of(company, "employee") == [0]


def test_one_reminder_sums_up_all_regulations(company, issued, issue, imported, live):
    from policies.actions import approve_edition, review_edition, submit_edition

    other = imported("倉庫防潮規定\n\n1 範圍\n\n本規定適用於所有倉庫。\n")
    submit_edition(by=company.users["editor"], edition=other, now=NOW)
    review_edition(by=company.users["second_editor"], edition=other, now=NOW)
    issue(approve_edition(by=company.users["approver"], edition=other, now=NOW))
    live(at(DEADLINE + DAY))
    reminder = Reminder.objects.get(person=company.people["employee"])
    assert reminder.lines.count() == 2


def test_managers_get_one_summary_a_week(company, issued, live):
    for days in range(1, 15):
        live(at(DEADLINE + days * DAY))
    weeks = list(Reminder.objects.filter(person=company.people["unit_manager"]).exclude(week="").order_by("day"))
    assert [(one.week, one.overdue_below) for one in weeks] == [("2026-W12", 3), ("2026-W13", 3), ("2026-W14", 3)]
    assert not Reminder.objects.filter(person=company.people["employee"]).exclude(week="").exists()


# ---- what people are told -------------------------------------------------------------------------------------------
def work():
    """What the worker does: the outbox becomes jobs, the jobs run."""
    while tasks.drain_mail():
        pass
    for job in DBTaskResult.objects.filter(task_path__endswith="send_mail").order_by("enqueued_at"):
        tasks.send_mail.call(*job.args_kwargs["args"])


@pytest.fixture
def employee(company):
    user = company.users["employee"]
    user.email = "employee@example.org"
    user.save()
    return user


def test_the_mail_names_what_waits_and_goes_once(company, issued, employee, live):
    live(at(DEADLINE + DAY))
    work()
    work()
    (sent,) = mail.outbox
    assert sent.to == ["employee@example.org"]
    assert issued.title in sent.body
    assert DEADLINE.isoformat() in sent.body
    row = Notification.objects.get(user=employee)
    assert row.url == reverse("regulation_detail", args=[issued.regulation.slug])
    assert f"/notifications/{row.pk}/" in sent.body


def test_what_was_confirmed_meanwhile_is_not_asked_for(company, issued, employee, live):
    live(at(DEADLINE + DAY))
    give_receipt(by=employee, edition=issued, language="zh-hant", now=at(DEADLINE + DAY, hour=9))
    work()
    assert mail.outbox == []


def test_a_later_stage_takes_the_place_of_what_was_not_read(company, issued, employee, live):
    for days in (-3, 1, 8):
        live(at(DEADLINE + days * DAY))
    assert list(Notification.objects.filter(user=employee).values_list("key", flat=True)) == [f"receipt:{issued.pk}:2"]
    Notification.objects.filter(user=employee).update(read_at=at(DEADLINE + 9 * DAY))
    live(at(DEADLINE + 15 * DAY))
    assert Notification.objects.filter(user=employee).count() == 2


def test_a_manager_reads_the_summary_in_the_same_mail(company, issued, live):
    user = company.users["unit_manager"]
    user.email = "manager@example.org"
    user.save()
    live(at(DEADLINE + DAY))
    work()
    (sent,) = mail.outbox
    assert issued.title in sent.body
    assert "3 receipts are overdue in your units" in sent.body


def test_who_leaves_the_audience_no_longer_sees_the_line(company, issue, imported, live):
    """A title is shown to whoever may read the regulation at that moment; the same answer as Edition.for_tokens."""
    from policies.actions import AudienceLine, approve_edition, review_edition, submit_edition

    crew, post = company.units["PROJECT1"], company.posts[Role.CLERK]
    lines = ([AudienceLine("unit", unit=crew)], [AudienceLine("post", post=post)], [AudienceLine("public")])
    both = [AudienceLine("unit_post", unit=company.units["PROPERTY"], post=post)]
    editions = []
    for number, audience in enumerate((*lines, both, [AudienceLine("staff")])):
        draft = imported(f"規定{number}\n\n1 範圍\n\n本規定適用於第{number}倉庫。\n")
        submit_edition(by=company.users["editor"], edition=draft, now=NOW)
        review_edition(by=company.users["second_editor"], edition=draft, now=NOW)
        approved = approve_edition(by=company.users["approver"], edition=draft, now=NOW)
        editions.append(issue(approved, audience=audience))
    seen = {}
    for who, user in company.users.items():
        reader = reader_for(user)
        seen[who] = set(editions_in_query(reader).values_list("pk", flat=True))
        assert seen[who] == set(Edition.objects.issued().for_tokens(reader.tokens).values_list("pk", flat=True)), who
    assert [one.pk in seen["employee"] for one in editions] == [True, False, True, False, True]
    assert [one.pk in seen["clerk"] for one in editions] == [False, True, True, True, True]
    live(at(DEADLINE + DAY))
    employee = company.users["employee"]
    assert unread_number(reader_for(employee)) == 2
    Appointment.objects.filter(person=company.people["employee"]).update(unit=company.units["OFFICE2"])
    assert unread_number(reader_for(employee)) == 1


def test_the_bell_asks_one_query(company, issued, employee, live, django_assert_num_queries):
    live(at(DEADLINE + DAY))
    reader = reader_for(employee)
    assert reader.is_staff_member
    with django_assert_num_queries(1):
        assert unread_number(reader) == 1
