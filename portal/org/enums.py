"""What a post lets its holder do in the portal, and the kinds of units."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role belongs to a post; people get it by an appointment and lose it when the appointment ends."""

    ADMINISTRATOR = "administrator", _("Administrator")
    EDITOR = "editor", _("Editor")
    APPROVER = "approver", _("Approver")
    EMPLOYEE = "employee", _("Employee")
    CREW_LEADER = "crew_leader", _("Crew leader")
    UNIT_MANAGER = "unit_manager", _("Unit manager")
    CLERK = "service_centre_clerk", _("Service-centre clerk")
    DIRECTOR = "office_director", _("Office director")
    QUALITY_OFFICER = "quality_officer", _("Quality officer")
    SALES_PERSON = "sales_person", _("Sales person")
    FINANCE_CLERK = "finance_clerk", _("Finance clerk")
    CUSTOMER = "customer", _("Customer")


# Roles that see the rows of every unit; all others see the units of their appointments and what lies below them.
COMPANY_WIDE = frozenset({Role.ADMINISTRATOR, Role.QUALITY_OFFICER})
# Roles that work in Wagtail's admin.
ADMIN_ROLES = frozenset({Role.ADMINISTRATOR, Role.EDITOR, Role.APPROVER})
MANAGING = frozenset({Role.UNIT_MANAGER, Role.DIRECTOR})


class UnitKind(models.TextChoices):
    COMPANY = "company", _("Company")
    DEPARTMENT = "department", _("Department")
    PROJECT = "project", _("Project department")
    CREW = "crew", _("Drilling crew")
    OFFICE = "office", _("Management office")
    SALES_SITE = "sales_site", _("Sales site")


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    WORKDAY = "workday", _("Make-up workday")


class RosterState(models.TextChoices):
    WORKING = "working", _("Working")
    LEAVE = "leave", _("On leave")
    OFF = "off", _("Day off")
    NO_WORK = "no_work", _("No work")
