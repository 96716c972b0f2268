"""Who plans audits, does them, answers for findings and sees them. The only place in this app that names roles and
posts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from policies.audits.models import Audit, AuditQuerySet, Finding, FindingQuerySet
from policies.models import Edition
from portal.lib import clock
from portal.org.enums import MANAGING, Role
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader, reader_for

PLANNING = frozenset({Role.QUALITY_OFFICER})
AUDITING = MANAGING | {Role.QUALITY_OFFICER, Role.CREW_LEADER}
SAFETY_POSTS = frozenset({"safety_officer"})  # a post of role employee that answers for safety


def reader_sees_audits(reader: Reader) -> bool:
    """Who may plan, do or undergo audits; asks nothing beyond the appointments."""
    return reader.has_role(*AUDITING, Role.ADMINISTRATOR) or any(
        held.post.code in SAFETY_POSTS for held in reader.appointments
    )


def reader_can_plan(reader: Reader, edition: Edition) -> bool:
    """The quality officer, and the managers of the department that owns the regulation."""
    return reader.has_role(*PLANNING) or edition.owner_unit_id in {unit.pk for unit in reader.units_as(*MANAGING)}


def user_can_plan_audit(user: Any, edition: Edition) -> bool:
    return bool(user is not None and user.pk) and reader_can_plan(reader_for(user), edition)


def user_can_do_audit(user: Any, audit: Audit) -> bool:
    """The lead auditor and the other auditors."""
    person = reader_for(user).person
    return person is not None and person.pk in {one.pk for one in audit.team}  # type: ignore[attr-defined]


def user_can_lead_audit(user: Any, audit: Audit) -> bool:
    person = reader_for(user).person
    return person is not None and person.pk == audit.lead_id


def user_can_write_questions(user: Any, audit: Audit) -> bool:
    """Before it starts: who does it and who planned it."""
    return user_can_do_audit(user, audit) or user_can_plan_audit(user, audit.edition)


def belongs_to(person: Person, unit: Unit, day: date) -> bool:
    """Whether the person holds a post in the unit or below it: nobody audits the own unit."""
    return Appointment.objects.on(day).filter(person=person, unit__path__startswith=unit.path).exists()


def possible_auditors(unit: Unit) -> QuerySet[Person]:
    """People with an account whose post fits, and who hold none in the unit or below."""
    today = Appointment.objects.on(clock.today())
    fit = today.filter(Q(post__role__in=AUDITING) | Q(post__code__in=SAFETY_POSTS))
    own = today.filter(unit__path__startswith=unit.path)
    found = Person.objects.filter(pk__in=fit.values("person"), user__isnull=False)
    return found.exclude(pk__in=own.values("person")).order_by("staff_number")


def possible_owners(unit: Unit) -> QuerySet[Person]:
    """Who can be asked for a corrective action: the people of the unit and below, and the managers above it."""
    today = Appointment.objects.on(clock.today())
    above = [one.pk for one in unit.get_ancestors()]
    chosen = today.filter(Q(unit__path__startswith=unit.path) | Q(unit__in=above, post__role__in=MANAGING))
    return Person.objects.filter(pk__in=chosen.values("person")).order_by("staff_number")


def managers_of(unit: Unit) -> QuerySet[Person]:
    """Who manages the unit today."""
    held = Appointment.objects.on(clock.today()).filter(unit=unit, post__role__in=MANAGING)
    return Person.objects.filter(pk__in=held.values("person")).order_by("staff_number")


def visible_audits(reader: Reader) -> AuditQuerySet:
    """Company-wide roles all; managers those of their units and of the regulations that their department owns;
    auditors their own. It reaches over the scope of the request on purpose: auditors come from elsewhere."""
    with scopes_disabled():
        found: AuditQuerySet = Audit.objects.all()
        if not reader.is_staff_member:
            return found.none()
        if reader.sees_every_unit:
            return found
        person = reader.person.pk if reader.person else 0
        managed = [unit.pk for unit in reader.units_as(*MANAGING)]
        return found.filter(
            Q(unit__in=reader.unit_ids_as(*MANAGING))
            | Q(edition__owner_unit__in=managed)
            | Q(lead=person)
            | Q(pk__in=Audit.auditors.through.objects.filter(person=person).values("audit"))
        )


def visible_findings(reader: Reader) -> FindingQuerySet:
    """Issued findings of the audits that the reader sees, and those whose corrective action is the reader's own."""
    with scopes_disabled():
        person = reader.person.pk if reader.person else 0
        seen = visible_audits(reader).values("pk")
        found: FindingQuerySet = Finding.objects.issued()  # type: ignore[attr-defined]
        return found.filter(Q(audit__in=seen) | Q(owner=person))


def own_findings(reader: Reader) -> FindingQuerySet:
    """What this reader has to see to: own corrective actions and those of the units managed."""
    with scopes_disabled():
        person = reader.person.pk if reader.person else 0
        managed = [unit.pk for unit in reader.units_as(*MANAGING)]
        found: FindingQuerySet = Finding.objects.issued()  # type: ignore[attr-defined]
        return found.filter(Q(owner=person) | Q(audit__unit__in=managed))


def user_can_report_done(user: Any, finding: Finding) -> bool:
    """Who was given the action, and the managers of the unit or above it."""
    reader = reader_for(user)
    own = reader.person is not None and reader.person.pk == finding.owner_id
    return own or finding.audit.unit_id in reader.unit_ids_as(*MANAGING)


def user_can_verify(user: Any, finding: Finding) -> bool:
    """An auditor of this audit or the quality officer; never the owner of the action nor who reported it done."""
    return reader_can_verify(reader_for(user), finding)


def reader_can_verify(reader: Reader, finding: Finding) -> bool:
    person = reader.person
    if finding.done_by_id == reader.user.pk or (person is not None and person.pk == finding.owner_id):
        return False
    in_team = person is not None and person.pk in {one.pk for one in finding.audit.team}  # type: ignore[attr-defined]
    return in_team or reader.has_role(*PLANNING)


def reader_can_see_line_files(reader: Reader, line_id: str) -> bool:
    """The guard of evidence: whoever sees the audit, or has to act on the finding it shows."""
    if not line_id.isdecimal():
        return False
    return (
        visible_audits(reader).filter(lines=int(line_id)).exists()
        or visible_findings(reader).filter(line=int(line_id)).exists()
    )


def reader_can_see_finding_files(reader: Reader, finding_id: str) -> bool:
    return finding_id.isdecimal() and visible_findings(reader).filter(pk=finding_id).exists()


def managed_unit_ids(reader: Reader) -> tuple[int, ...]:
    """The units that this reader manages, and those below."""
    return reader.unit_ids_as(*MANAGING)


def done_by(reader: Reader) -> Q:
    """Audits in whose team the reader is."""
    person = reader.person.pk if reader.person else 0
    return Q(lead=person) | Q(pk__in=Audit.auditors.through.objects.filter(person=person).values("audit"))


def reader_may_plan_something(reader: Reader) -> bool:
    """Whether it is worth asking for which regulation; from the appointments alone."""
    return reader.has_role(*PLANNING, *MANAGING)
