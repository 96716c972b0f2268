"""Appointments give and take roles; accounts follow them; the calendar is seeded once and then the administrator's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.journal.actions import entries_of
from portal.lib.refusals import NotYours, Refused
from portal.org import actions
from portal.org.enums import DayKind, Role
from portal.org.models import Appointment, CalendarDay
from portal.org.readers import reader_for

NOW = datetime(2026, 10, 5, 4, 0, tzinfo=UTC)
TODAY = date(2026, 10, 5)


def groups(user):
    return set(user.groups.values_list("name", flat=True))


@pytest.fixture
def appoint(company):
    """appoint("employee", Role.EDITOR, "QHSE", starts_on=...) by the administrator unless told."""

    def appoint(username, role, unit, *, by="administrator", starts_on=TODAY, ends_on=None):
        return actions.appoint(
            by=company.users[by],
            person=company.people[username],
            post=company.posts[role],
            unit=company.units[unit],
            starts_on=starts_on,
            ends_on=ends_on,
            now=NOW,
        )

    return appoint


class TestAppoint:
    def test_it_gives_the_role_and_stands_in_the_journal(self, company, appoint):
        appointment = appoint("employee", Role.EDITOR, "QHSE")
        assert reader_for(company.users["employee"], TODAY).has_role(Role.EDITOR)
        assert "role:editor" in groups(company.users["employee"])
        (entry,) = entries_of(appointment)
        assert (entry.action, entry.user, entry.at) == ("org.appoint", company.users["administrator"], NOW)
        assert company.people["employee"].name not in str(entry.data), "the journal cannot forget a name"

    def test_one_that_begins_later_gives_nothing_yet(self, company, appoint):
        appoint("employee", Role.EDITOR, "QHSE", starts_on=date(2026, 10, 6))
        assert not reader_for(company.users["employee"], TODAY).has_role(Role.EDITOR)
        assert "role:editor" not in groups(company.users["employee"])

    @pytest.mark.parametrize("by", ["editor", "director", "customer", "quality_officer"])
    def test_only_an_administrator_appoints(self, company, appoint, by):
        with pytest.raises(NotYours):
            appoint("employee", Role.ADMINISTRATOR, "HQ", by=by)
        assert not reader_for(company.users["employee"], TODAY).has_role(Role.ADMINISTRATOR)

    def test_it_cannot_end_before_it_begins(self, appoint):
        with pytest.raises(Refused) as refusal:
            appoint("employee", Role.EDITOR, "QHSE", ends_on=date(2026, 10, 4))
        assert refusal.value.field == "ends_on"


class TestEndAppointment:
    def test_the_role_is_gone_the_day_after(self, company):
        appointment = Appointment.objects.get(person=company.people["editor"])
        actions.end_appointment(by=company.users["administrator"], appointment=appointment, ends_on=TODAY, now=NOW)
        assert reader_for(company.users["editor"], TODAY).has_role(Role.EDITOR)
        assert not reader_for(company.users["editor"], date(2026, 10, 6)).roles
        actions.bring_all_accounts_in_step(date(2026, 10, 6))
        assert groups(company.users["editor"]) == set()

    def test_a_group_given_by_hand_does_not_outlive_the_next_step(self, company):
        from django.contrib.auth.models import Group

        user = company.users["employee"]
        user.groups.add(Group.objects.get_or_create(name="role:administrator")[0])
        actions.bring_account_in_step(user, TODAY)
        assert groups(user) == set()
        assert not reader_for(user, TODAY).has_role(Role.ADMINISTRATOR), "groups give no role in the first place"

    def test_it_cannot_end_before_it_began(self, company):
        appointment = Appointment.objects.get(person=company.people["editor"])
        with pytest.raises(Refused):
            actions.end_appointment(
                by=company.users["administrator"], appointment=appointment, ends_on=date(2019, 1, 1), now=NOW
            )


@pytest.mark.django_db
class TestCalendar:
    def test_the_seed_knows_holidays_and_make_up_days_and_spares_what_was_edited(self):
        CalendarDay.objects.create(day=date(2026, 10, 1), kind=DayKind.WORKDAY, name="趕工")
        assert actions.seed_calendar([2026]) > 20
        assert actions.seed_calendar([2026]) == 0
        assert CalendarDay.objects.get(day=date(2026, 10, 1)).name == "趕工"
        assert CalendarDay.objects.filter(day__year=2026, kind=DayKind.WORKDAY).count() > 1

    def test_a_year_that_was_not_announced_stays_empty(self):
        assert actions.seed_calendar([2039]) == 0

    def test_the_working_calendar_is_the_table_as_edited(self):
        saturday, wednesday = date(2026, 10, 10), date(2026, 10, 14)
        assert not actions.working_calendar().is_working_day(saturday)
        CalendarDay.objects.create(day=saturday, kind=DayKind.WORKDAY)
        CalendarDay.objects.create(day=wednesday, kind=DayKind.HOLIDAY)
        calendar = actions.working_calendar()
        assert calendar.is_working_day(saturday)
        assert not calendar.is_working_day(wednesday)
