"""Who may see a revisit and act on it, the draws, and the defect files. The only place in this app that names roles."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django_scopes import scopes_disabled

from forms.revisits.enums import Performer, RevisitState
from forms.revisits.models import DefectFile, Revisit, RevisitQuerySet
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Estate, Person
from portal.org.readers import Reader, reader_for

OFFICE_ROLES = frozenset({Role.CLERK, Role.DIRECTOR})
COMPANY_ROLES = frozenset({Role.QUALITY_OFFICER})


def reader_is_leader(reader: Reader) -> bool:
    """Who manages the company as a whole."""
    return any(unit.kind == UnitKind.COMPANY for unit in reader.units_as(*MANAGING))


def reader_goes_for_company(reader: Reader) -> bool:
    return reader.has_role(*COMPANY_ROLES) or reader_is_leader(reader)


def reader_can_list_revisits(reader: Reader) -> bool:
    return reader.has_role(*OFFICE_ROLES) or reader_goes_for_company(reader)


def visible_revisits(reader: Reader) -> RevisitQuerySet:
    """The revisits this reader may see: the company's people all but those hidden from their own office; an office its
    own, and the company's about it once they are over, so that nobody is warned before the call."""
    with scopes_disabled():
        found: RevisitQuerySet = Revisit.objects.all()
    own_units = [unit.pk for unit in reader.units]
    if own_units:
        found = found.exclude(hidden_from__in=own_units)
    if reader_goes_for_company(reader):
        return found
    offices = reader.unit_ids_as(*OFFICE_ROLES)
    over = ~Q(state=RevisitState.OPEN)
    return found.filter(Q(performer=Performer.OFFICE) | over, office__in=offices, hidden_from=None)


def reader_can_act_on_revisit(reader: Reader, revisit: Revisit) -> bool:
    """Whether the revisit is this reader's to do, apart from having handled the matter (see reader_handled)."""
    if revisit.hidden_from_id is not None and revisit.hidden_from_id in {unit.pk for unit in reader.units}:
        return False
    if revisit.performer == Performer.COMPANY:
        return reader_goes_for_company(reader)
    return revisit.office_id in reader.unit_ids_as(*OFFICE_ROLES)


def reader_handled(reader: Reader, revisit: Revisit) -> bool:
    """Whether the reader handled what the revisit is about."""
    person = reader.person
    return person is not None and revisit.handlers.filter(pk=person.pk).exists()


def user_can_act_on_revisit(user: Any, revisit: Revisit) -> bool:
    return bool(user is not None and user.pk) and reader_can_act_on_revisit(reader_for(user), revisit)


def user_handled(user: Any, revisit: Revisit) -> bool:
    return bool(user is not None and user.pk) and reader_handled(reader_for(user), revisit)


# ---- the weekly draw ------------------------------------------------------------------------------------------------
def reader_can_see_draws(reader: Reader) -> bool:
    """Whom the draw is about does not see it: an office that knew would be warned."""
    return reader_goes_for_company(reader)


# ---- defects under watch --------------------------------------------------------------------------------------------
def offices_of(reader: Reader) -> tuple[int, ...]:
    """Offices whose defect files this reader keeps: by a post there, whatever it is, the crews and sites left out."""
    return tuple(unit.pk for unit in reader.units if unit.kind == UnitKind.OFFICE)


def reader_can_list_defects(reader: Reader) -> bool:
    return bool(offices_of(reader)) or reader_goes_for_company(reader)


def visible_defects(reader: Reader) -> Any:
    with scopes_disabled():
        found = DefectFile.objects.all()
    return found if reader_goes_for_company(reader) else found.filter(office__in=offices_of(reader))


def reader_can_visit(reader: Reader, file: DefectFile) -> bool:
    """Anybody of the office may be sent to look."""
    return file.office_id in offices_of(reader)


def reader_can_keep_file(reader: Reader, office_id: int) -> bool:
    """Opening a file, planning visits, entering rain: clerks and directors of the office."""
    return office_id in reader.unit_ids_as(*OFFICE_ROLES)


def reader_can_release(reader: Reader, file: DefectFile) -> bool:
    """The two who sign: people of the service centre, the director, the quality department."""
    return reader_can_keep_file(reader, file.office_id) or reader.has_role(*COMPANY_ROLES)


def user_can_visit(user: Any, file: DefectFile) -> bool:
    return bool(user is not None and user.pk) and reader_can_visit(reader_for(user), file)


def user_can_keep_file(user: Any, office_id: int) -> bool:
    return bool(user is not None and user.pk) and reader_can_keep_file(reader_for(user), office_id)


def user_can_release(user: Any, file: DefectFile) -> bool:
    return bool(user is not None and user.pk) and reader_can_release(reader_for(user), file)


def estates_of(reader: Reader) -> list[Estate]:
    """Where this reader may enter a day of rain."""
    return list(Estate.objects.filter(office__in=reader.unit_ids_as(*OFFICE_ROLES)).select_related("office"))


def reader_may_see_visit(reader: Reader, visit_id: str) -> bool:
    """The guard of the photos of a visit."""
    with scopes_disabled():
        return visit_id.isdecimal() and visible_defects(reader).filter(visits__pk=visit_id).exists()


def person_of(user: Any) -> Person | None:
    return Person.objects.filter(user_id=user.pk).first() if getattr(user, "pk", None) else None
