"""The verbs of the organisation: appointments, the accounts that follow them, the working calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.journal import actions as journal
from portal.lib import calendars, clock
from portal.lib.refusals import NotYours, Refused
from portal.org.enums import ADMIN_ROLES, DayKind, Role
from portal.org.models import Appointment, CalendarDay, Person, Post, Unit, User
from portal.org.readers import reader_for

ROLE_GROUP = "role:{}"
OFFICE_HOURS = [(time(8, 30), time(12)), (time(13, 30), time(17, 30))]


def _require_administrator(by: User) -> None:
    if not reader_for(by).has_role(Role.ADMINISTRATOR):
        raise NotYours(_("Only an administrator may change appointments."))


@transaction.atomic
def appoint(
    *,
    by: User,
    person: Person,
    post: Post,
    unit: Unit,
    starts_on: date,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Gives a person a post in a unit. Its role holds from `starts_on` to `ends_on`, both included."""
    _require_administrator(by)
    if ends_on is not None and ends_on < starts_on:
        raise Refused(_("The appointment ends before it begins: correct one of the dates."), field="ends_on")
    appointment = Appointment.objects.create(person=person, post=post, unit=unit, starts_on=starts_on, ends_on=ends_on)
    journal.record(
        by=by,
        action="org.appoint",
        thing=appointment,
        unit=unit,
        data={"post": post.code, "person": person.staff_number},
        now=now,
    )
    if person.user is not None:
        bring_account_in_step(person.user, clock.today(now))
    return appointment


@transaction.atomic
def end_appointment(*, by: User, appointment: Appointment, ends_on: date, now: datetime | None = None) -> Appointment:
    """Ends an appointment with the day `ends_on`; its role is gone the day after."""
    _require_administrator(by)
    if ends_on < appointment.starts_on:
        raise Refused(_("The appointment ends before it begins: correct one of the dates."), field="ends_on")
    appointment.ends_on = ends_on
    appointment.save(update_fields=["ends_on"])
    journal.record(
        by=by,
        action="org.end_appointment",
        thing=appointment,
        unit=appointment.unit,
        data={"ends_on": ends_on},
        now=now,
    )
    if appointment.person.user is not None:
        bring_account_in_step(appointment.person.user, clock.today(now))
    return appointment


def bring_account_in_step(user: User, day: date | None = None) -> None:
    """Gives the account exactly the groups of today's roles; Wagtail's admin reads groups, people hold appointments."""
    roles = reader_for(user, day).roles
    wanted = {ROLE_GROUP.format(role) for role in roles if role in ADMIN_ROLES}
    held = set(user.groups.filter(name__startswith="role:").values_list("name", flat=True))
    for name in held - wanted:
        user.groups.remove(Group.objects.get(name=name))
    for name in wanted - held:
        user.groups.add(Group.objects.get_or_create(name=name)[0])


def bring_all_accounts_in_step(day: date | None = None) -> int:
    """Every account whose appointments began or ended around `day`. Returns how many were looked at."""
    day = day or clock.today()
    near = (day - timedelta(days=1), day)
    changed = User.objects.filter(person__appointments__starts_on__in=near) | User.objects.filter(
        person__appointments__ends_on__in=near
    )
    users = list(changed.distinct())
    for user in users:
        bring_account_in_step(user, day)
    return len(users)


@transaction.atomic
def seed_calendar(years: Iterable[int]) -> int:
    """Writes the announced holidays and make-up workdays of these years; days that somebody edited stay.

    Returns how many are new."""
    new = 0
    for year in years:
        for day, kind, name in calendars.known_days(year):
            _row, created = CalendarDay.objects.get_or_create(day=day, defaults={"kind": kind, "name": name})
            new += created
    return new


def working_calendar() -> calendars.WorkingCalendar:
    """The organisation's working calendar, from the editable table, with its office hours."""
    days = list(CalendarDay.objects.values_list("day", "kind"))
    return calendars.WorkingCalendar(
        holidays=[day for day, kind in days if kind == DayKind.HOLIDAY],
        workdays=[day for day, kind in days if kind == DayKind.WORKDAY],
        hours=OFFICE_HOURS,
        tz=timezone.get_default_timezone(),
    )
