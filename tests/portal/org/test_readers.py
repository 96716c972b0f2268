"""Who reads what follows from the appointments of the day, and from nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.org.enums import Role
from portal.org.models import Appointment, Unit
from portal.org.readers import reader_for

TODAY = date(2026, 10, 5)


def codes(reader):
    return set(Unit.objects.filter(pk__in=reader.unit_ids).values_list("code", flat=True))


class TestRoles:
    @pytest.mark.parametrize(
        ("username", "roles"),
        [
            ("crew_leader", {Role.CREW_LEADER, Role.EMPLOYEE}),
            ("employee", {Role.EMPLOYEE}),
            ("director", {Role.DIRECTOR, Role.EMPLOYEE}),
            ("customer", {Role.CUSTOMER}),
        ],
    )
    def test_a_role_comes_from_a_post(self, company, username, roles):
        assert reader_for(company.users[username], TODAY).roles == roles

    def test_nobody_has_none(self, db):
        for nobody in (None, AnonymousUser()):
            reader = reader_for(nobody)
            assert not reader.roles
            assert not reader.is_staff_member
            assert reader.tokens == {"public"}
            assert reader.unit_ids == ()

    def test_a_locked_account_is_nobody(self, company):
        user = company.users["administrator"]
        user.is_active = False
        assert reader_for(user, TODAY).tokens == {"public"}

    def test_a_staff_member_who_is_also_a_household_is_staff(self, company):
        contact = company.household.contacts.get()
        contact.user = company.users["clerk"]
        contact.save()
        assert Role.CUSTOMER not in reader_for(company.users["clerk"], TODAY).roles

    def test_a_customer_holds_the_token_of_the_own_estate_alone(self, company):
        estate = company.household.estate
        tokens = reader_for(company.users["customer"], TODAY).tokens
        assert {token for token in tokens if token.startswith("estate:")} == {f"estate:{estate.pk}"}
        assert not any(token.startswith("estate:") for token in reader_for(company.users["clerk"], TODAY).tokens)

    def test_somebody_without_appointment_or_household_may_only_read_what_is_public(self, company):
        Appointment.objects.filter(person=company.people["clerk"]).delete()
        reader = reader_for(company.users["clerk"], TODAY)
        assert not reader.roles
        assert reader.tokens == {"public", f"user:{company.users['clerk'].pk}"}


class TestDates:
    """Both ends of an appointment count."""

    @pytest.fixture
    def temporary(self, company):
        Appointment.objects.filter(person=company.people["employee"]).delete()
        Appointment.objects.create(
            person=company.people["employee"],
            post=company.posts[Role.CLERK],
            unit=company.units["OFFICE2"],
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 31),
        )
        return company.users["employee"]

    @pytest.mark.parametrize(
        ("day", "holds"),
        [
            (date(2026, 9, 30), False),
            (date(2026, 10, 1), True),
            (date(2026, 10, 31), True),
            (date(2026, 11, 1), False),
        ],
    )
    def test_a_role_holds_from_the_first_day_to_the_last(self, temporary, day, holds):
        reader = reader_for(temporary, day)
        assert reader.has_role(Role.CLERK) is holds
        assert codes(reader) == ({"OFFICE2"} if holds else set())


class TestUnits:
    @pytest.mark.parametrize(
        ("username", "units"),
        [
            ("crew_leader", {"CREW1"}),
            ("clerk", {"OFFICE1"}),
            ("other_director", {"OFFICE2"}),
            ("customer", set()),
        ],
    )
    def test_rows_of_ones_own_unit(self, company, username, units):
        assert codes(reader_for(company.users[username], TODAY)) == units

    @pytest.mark.parametrize("username", ["administrator", "quality_officer"])
    def test_company_wide_roles_meet_every_unit(self, company, username):
        assert codes(reader_for(company.users[username], TODAY)) == set(company.units)

    def test_a_unit_holds_what_lies_below_it(self, company):
        Appointment.objects.filter(person=company.people["unit_manager"]).update(unit=company.units["PROJECT1"])
        reader = reader_for(company.users["unit_manager"], TODAY)
        assert codes(reader) == {"PROJECT1", "CREW1", "CREW2"}
        assert set(reader.unit_ids_as(Role.UNIT_MANAGER)) == set(reader.unit_ids)
        assert reader.unit_ids_as(Role.DIRECTOR) == ()

    def test_sister_units_whose_paths_begin_alike_stay_apart(self, company):
        """Tree paths are fixed steps: no unit's path is the beginning of a sister's."""
        parent = Unit.objects.get(code="PROJECT1")
        for number in range(40):
            parent.add_child(code=f"X{number}", name=f"X{number}", kind="crew")
            parent.refresh_from_db()
        Appointment.objects.filter(person=company.people["clerk"]).update(unit=Unit.objects.get(code="X3"))
        assert codes(reader_for(company.users["clerk"], TODAY)) == {"X3"}


class TestAudience:
    def test_tokens_name_the_unit_and_all_above_it(self, company):
        reader = reader_for(company.users["crew_leader"], TODAY)
        ids = {code: unit.pk for code, unit in company.units.items()}
        for code in ("CREW1", "PROJECT1", "HQ"):
            assert f"unit:{ids[code]}" in reader.tokens
            assert f"unit:{ids[code]}+post:crew_leader" in reader.tokens
        assert f"unit:{ids['CREW2']}" not in reader.tokens
        assert {"public", "staff", "role:crew_leader", "role:employee", "post:crew_leader"} <= reader.tokens
        assert "customer" not in reader.tokens

    @pytest.mark.parametrize(
        ("username", "audience", "may"),
        [
            (None, {"public"}, True),
            (None, {"staff"}, False),
            (None, set(), False),
            ("customer", {"customer"}, True),
            ("customer", {"staff"}, False),
            ("employee", {"customer"}, False),
            ("employee", {"staff", "customer"}, True),
            ("employee", {"post:crew_leader"}, False),
            ("crew_leader", {"post:crew_leader"}, True),
        ],
    )
    def test_one_shared_token_is_enough_and_needed(self, company, username, audience, may):
        user = company.users[username] if username else None
        assert reader_for(user, TODAY).may_read(audience) is may

    def test_a_reader_costs_few_queries(self, company, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            reader = reader_for(company.users["crew_leader"], TODAY)
            assert reader.tokens
            assert reader.unit_ids
            assert reader.has_role(Role.CREW_LEADER)
