"""Who may see a case and act on it. The only place in this app that names roles.

A case lies with its office, with the company, or with the company's leaders. What is about the director of an office,
or asks for compensation, lies with the leaders (SRV-18): nobody who holds a post in that office sees it, whatever other
post they hold.
An administrator keeps the portal running and reads no cases.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from forms.cases.enums import COMPANY_VERBS, CUSTOMER_VERBS, PORTAL_VERBS, TRANSITIONS, CaseLevel, NoteKind
from forms.cases.models import Case, CaseNote, CaseQuerySet, CaseStep, Incident
from forms.cases.registries import more_handlers
from portal.journal.actions import CUSTOMER, SYSTEM
from portal.lib import clock
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Appointment, Person
from portal.org.readers import Reader, reader_for

OFFICE_ROLES = frozenset({Role.CLERK, Role.DIRECTOR})
QUALITY = frozenset({Role.QUALITY_OFFICER})
# At the company's level the office carries out what it is told and keeps notes; all other verbs are the company's.
NOTES_ONLY = frozenset({"note"})


def reader_is_leader(reader: Reader) -> bool:
    """Who manages the company as a whole."""
    return any(unit.kind == UnitKind.COMPANY for unit in reader.units_as(*MANAGING))


def reader_answers_for_company(reader: Reader) -> bool:
    return reader.has_role(*QUALITY) or reader_is_leader(reader)


def reader_can_list_cases(reader: Reader) -> bool:
    return reader.has_role(*OFFICE_ROLES) or reader_answers_for_company(reader)


def reader_can_see_board(reader: Reader) -> bool:
    return reader.has_role(Role.DIRECTOR) or reader_answers_for_company(reader)


def visible_cases(reader: Reader) -> CaseQuerySet:
    """The cases this reader may see, within the scope that is active."""
    return _visible(reader, reader.unit_ids_as(*OFFICE_ROLES))


def visible_cases_in_query(reader: Reader) -> CaseQuerySet:
    """The same cases, to stand inside another query: asks the database nothing by itself."""
    return _visible(reader, reader.units_below_as(*OFFICE_ROLES).order_by().values("pk"))


def _visible(reader: Reader, offices: Any) -> CaseQuerySet:
    """`offices`: the units in which the reader answers customers."""
    own_units = [unit.pk for unit in reader.units]
    about_own_office = Q(level=CaseLevel.LEADERS, office__in=own_units)
    if reader_answers_for_company(reader):
        return Case.objects.exclude(about_own_office) if own_units else Case.objects.all()
    return Case.objects.filter(unit__in=offices).exclude(level=CaseLevel.LEADERS)


def reader_can_see_case(reader: Reader, case: Case) -> bool:
    """The same answer as visible_cases, for one case that is in hand."""
    if case.level == CaseLevel.LEADERS and case.office_id in {unit.pk for unit in reader.units}:
        return False
    if reader_answers_for_company(reader):
        return True
    return case.level != CaseLevel.LEADERS and case.unit_id in reader.unit_ids_as(*OFFICE_ROLES)


def reader_can_act_on_case(reader: Reader, verb: str, case: Case) -> bool:
    """Whether this verb is the reader's, whatever the state: who answers for it acts, who only sees it keeps notes."""
    if verb not in TRANSITIONS or verb in CUSTOMER_VERBS or not reader_can_see_case(reader, case):
        return False
    if verb in COMPANY_VERBS:
        return case.level != CaseLevel.OFFICE and reader_answers_for_company(reader)
    if verb == "execute_plan":
        return False  # follows by itself from the first item that is carried out
    return case.level == CaseLevel.OFFICE or verb in NOTES_ONLY or reader_answers_for_company(reader)


def user_can_see_case(user: Any, case: Case) -> bool:
    return bool(user is not None and user.pk) and reader_can_see_case(reader_for(user), case)


def user_can_act_on_case(user: Any, verb: str, case: Case) -> bool:
    return bool(user is not None and user.pk) and reader_can_act_on_case(reader_for(user), verb, case)


def actor_can(by: Any, verb: str, case: Case) -> bool:
    """Whether this actor may take this step: staff by post, customers with the own case, the portal by the clock.

    Whoever acts as CUSTOMER has proved the tracking code of the case already.
    """
    if by is SYSTEM:
        return verb in PORTAL_VERBS
    if verb in CUSTOMER_VERBS:
        own = by is not None and by.pk is not None and case.submission.by_id == by.pk
        return by is CUSTOMER or own
    return user_can_act_on_case(by, verb, case)


def handlers_of(case: Case) -> set[int]:
    """Keys of the accounts that handled a case: took a step, wrote to the customer, have it, or carried out what
    another room asked for its sake (SRV-20)."""
    steps = CaseStep.objects.filter(case=case, by__isnull=False).exclude(verb__in=CUSTOMER_VERBS)
    notes = CaseNote.objects.filter(case=case, kind=NoteKind.ANSWER, by__isnull=False)
    found = {*steps.values_list("by", flat=True), *notes.values_list("by", flat=True)}
    if case.assigned_to is not None and case.assigned_to.user_id:
        found.add(case.assigned_to.user_id)
    for room in more_handlers:
        found |= room(case)
    return found


def people_to_give_to(reader: Reader) -> QuerySet[Person]:
    """Whom this reader may give cases to from the list: the people of the own offices, or those who answer for the
    company. Whether a person fits a certain case is asked again for each."""
    today = Appointment.objects.on(reader.day)
    company = Q(post__role__in=QUALITY) | Q(post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)
    offices = Q(unit__in=reader.unit_ids_as(*OFFICE_ROLES), post__role__in=OFFICE_ROLES)
    if reader_answers_for_company(reader):
        offices |= company | Q(post__role__in=OFFICE_ROLES)
    return Person.objects.filter(pk__in=today.filter(offices).values("person")).order_by("staff_number")


# ---- incidents, limits, answers kept ready ---------------------------------------------------------------------------
def reader_answers_for_unit(reader: Reader, unit_id: int) -> bool:
    return reader_answers_for_company(reader) or unit_id in reader.unit_ids_as(*OFFICE_ROLES)


def visible_incidents(reader: Reader) -> QuerySet[Incident]:
    """Incidents of the offices this reader answers for, within the scope that is active."""
    if reader_answers_for_company(reader):
        return Incident.objects.all()
    return Incident.objects.filter(unit__in=reader.unit_ids_as(*OFFICE_ROLES))


def user_can_open_incident(user: Any, office_id: int) -> bool:
    return bool(user is not None and user.pk) and reader_answers_for_unit(reader_for(user), office_id)


def user_can_run_incident(user: Any, incident: Incident) -> bool:
    return user_can_open_incident(user, incident.unit_id)


def reader_can_set_limits(reader: Reader) -> bool:
    return reader.has_role(Role.ADMINISTRATOR, *QUALITY)


def user_can_set_limits(user: Any) -> bool:
    return bool(user is not None and user.pk) and reader_can_set_limits(reader_for(user))


def units_keeping_answers(reader: Reader) -> tuple[int, ...]:
    """Units for which this reader keeps answers ready: those the reader answers for."""
    if reader_answers_for_company(reader):
        return reader.unit_ids
    return reader.unit_ids_as(*OFFICE_ROLES)


def user_can_keep_answers(user: Any, unit_id: int) -> bool:
    return bool(user is not None and user.pk) and unit_id in units_keeping_answers(reader_for(user))


def called_level(reader: Reader) -> int:
    """The least level of escalation that calls this reader; 0 for nobody is called."""
    if reader_is_leader(reader):
        return 3
    if reader.has_role(*QUALITY):
        return 2
    return 1 if reader.has_role(Role.DIRECTOR) else 0


def user_can_write_note(user: Any, case: Case, kind: str) -> bool:
    """Everybody who sees a case may write inside the house; who answers for it writes to the customer."""
    return user_can_act_on_case(user, "answer" if kind == NoteKind.ANSWER else "note", case)


def assignable_people(case: Case) -> QuerySet[Person]:
    """Who may be given a case: people of its unit, the quality department's once the company answers for it; what lies
    with the leaders is never given to the office it is about."""
    today = Appointment.objects.on(clock.today())
    company = Q(post__role__in=QUALITY) | Q(post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)
    chosen = today.filter(unit=case.unit_id)
    if case.level == CaseLevel.COMPANY:
        chosen = today.filter(Q(unit=case.unit_id) | company)
    elif case.level == CaseLevel.LEADERS:
        office = today.filter(unit=case.office_id).values("person")
        chosen = today.filter(company).exclude(person__in=office)
    return Person.objects.filter(pk__in=chosen.values("person")).order_by("staff_number")
