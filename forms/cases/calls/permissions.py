"""Who answers hotlines, sees calls, keeps the roster and the numbers. The only place in this room that names roles.

A call about what lies with the company's leaders is seen by nobody of the office it is about (SRV-18), not even by
whoever took it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from forms.cases.calls.models import Call, CallQuerySet, DutyTurn, MailIn
from forms.cases.enums import CaseLevel
from forms.cases.permissions import OFFICE_ROLES, QUALITY, reader_answers_for_company
from portal.lib import clock
from portal.org.enums import Role, UnitKind
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader, reader_for


def reader_answers_for_offices(reader: Reader) -> bool:
    return reader.has_role(*OFFICE_ROLES) or reader_answers_for_company(reader)


def reader_is_on_duty(reader: Reader) -> bool:
    """Whoever stands in the roster at this moment, whatever the post: a guard at night."""
    if not any(unit.kind == UnitKind.OFFICE for unit in reader.units) or reader.person is None:
        return False
    return DutyTurn.objects.at(clock.now()).filter(person=reader.person).exists()


def reader_can_log_calls(reader: Reader) -> bool:
    return reader_answers_for_offices(reader) or reader_is_on_duty(reader)


def user_can_log_calls(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_can_log_calls(reader_for(user))


def reader_can_list_calls(reader: Reader) -> bool:
    return reader_answers_for_offices(reader)


def visible_calls(reader: Reader) -> CallQuerySet:
    """Calls of the offices answered for and those taken oneself; the company's people all. None of what lies with the
    leaders comes to the office it is about. The scope is left on purpose: a clerk also takes calls of other offices."""
    with scopes_disabled():
        found: CallQuerySet = Call.objects.all()
    if reader_answers_for_company(reader):
        own = [unit.pk for unit in reader.units]
        return found.exclude(case__level=CaseLevel.LEADERS, case__office__in=own) if own else found
    offices = reader.unit_ids_as(*OFFICE_ROLES)
    taken = Q(taken_by=reader.user.pk) if reader.is_signed_in else Q(pk__in=())
    return found.filter(Q(unit__in=offices) | taken).exclude(case__level=CaseLevel.LEADERS)


def own_unit(reader: Reader) -> Unit | None:
    """The unit in whose name this reader takes calls that concern no house."""
    offices = reader.units_as(*OFFICE_ROLES) or [unit for unit in reader.units if unit.kind == UnitKind.OFFICE]
    return offices[0] if offices else (reader.units[0] if reader.units else None)


def reader_answers_for_office(reader: Reader, office_id: int | None) -> bool:
    return reader_answers_for_company(reader) or office_id in reader.unit_ids_as(*OFFICE_ROLES)


# ---- roster and numbers ---------------------------------------------------------------------------------------------
def reader_can_keep_roster(reader: Reader) -> bool:
    """The service centres: their clerks and heads, and the quality department."""
    return reader_answers_for_offices(reader)


def user_can_keep_roster(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_can_keep_roster(reader_for(user))


def reader_can_set_hotlines(reader: Reader) -> bool:
    return reader.has_role(Role.ADMINISTRATOR, *QUALITY)


def user_can_set_hotlines(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_can_set_hotlines(reader_for(user))


def people_on_roster() -> QuerySet[Person]:
    """Who may answer a hotline: everybody of a management office, and the quality department."""
    today = Appointment.objects.on(clock.today())
    may = today.filter(Q(unit__kind=UnitKind.OFFICE) | Q(post__role__in=QUALITY))
    return Person.objects.filter(pk__in=may.values("person")).order_by("staff_number")


# ---- mail -----------------------------------------------------------------------------------------------------------
def reader_can_see_mail(reader: Reader) -> bool:
    return reader_answers_for_offices(reader)


def reader_can_read_envelopes(reader: Reader) -> bool:
    """Sender and subject of a mail that was set aside: nobody has judged yet whether it is about an office's director,
    so the offices see only that there is one."""
    return reader_answers_for_company(reader)


def user_can_settle_mail(user: Any, mail: MailIn) -> bool:
    return bool(user is not None and user.pk) and reader_can_read_envelopes(reader_for(user))
