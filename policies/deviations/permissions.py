"""Who may apply for a deviation, decide, end and see one. The only place in this app that names roles and posts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django_scopes import scopes_disabled

from policies.deviations.enums import GRANTED, DeviationState
from policies.deviations.models import Deviation, DeviationQuerySet
from portal.lib import clock
from portal.org.enums import MANAGING, Role
from portal.org.models import Appointment, Unit
from portal.org.readers import Reader, reader_for

APPLYING = MANAGING | {Role.CREW_LEADER, Role.QUALITY_OFFICER}
SAFETY_POSTS = frozenset({"safety_officer"})  # a post of role employee that answers for safety


def units_to_apply_for(reader: Reader) -> list[Unit]:
    """The units in which the reader is a manager, a crew leader, the quality or the safety officer."""
    held = [a for a in reader.appointments if a.post.role in APPLYING or a.post.code in SAFETY_POSTS]
    return sorted({a.unit_id: a.unit for a in held if a.unit.closed_on is None}.values(), key=lambda unit: unit.path)


def reader_can_apply(reader: Reader) -> bool:
    return bool(units_to_apply_for(reader))


def user_can_apply_for(user: Any, unit: Unit) -> bool:
    return bool(user is not None and user.pk) and unit.pk in {u.pk for u in units_to_apply_for(reader_for(user))}


def deciding_unit(unit: Unit, applicant_id: int, day: date) -> Unit | None:
    """The unit whose managers decide: the unit's own; where the applicant is one of them, or there are none, those of
    the next unit above. None where nobody is left (SAF-24: by the unit's head, never by the applicant)."""
    path = _deciding_path(unit.path, applicant_id, _heads(_line_of(unit.path), day))
    return unit if path == unit.path else Unit.objects.filter(path=path).first()


def _line_of(path: str) -> list[str]:
    """The place in the tree and those above it, nearest first."""
    return [path[:end] for end in range(len(path), 0, -Unit.steplen)]


def _heads(paths: list[str], day: date) -> dict[str, set[int]]:
    """By place in the tree: the accounts of who manages the unit on this day. One query."""
    held = Appointment.objects.on(day).filter(unit__path__in=paths, post__role__in=MANAGING, person__user__isnull=False)
    heads: dict[str, set[int]] = {}
    for path, user_id in held.values_list("unit__path", "person__user_id"):
        heads.setdefault(path, set()).add(user_id or 0)
    return heads


def _deciding_path(path: str, applicant_id: int, heads: dict[str, set[int]]) -> str | None:
    return next((one for one in _line_of(path) if heads.get(one) and applicant_id not in heads[one]), None)


def user_can_decide(user: Any, deviation: Deviation, day: date | None = None) -> bool:
    """A manager of the deciding unit; the applicant never."""
    if user is None or not user.pk or user.pk == deviation.applied_by_id:
        return False
    heads = _heads(_line_of(deviation.unit.path), day or clock.today())
    path = _deciding_path(deviation.unit.path, deviation.applied_by_id, heads)
    return path is not None and user.pk in heads[path]


def user_can_withdraw(user: Any, deviation: Deviation) -> bool:
    return deviation.applied_by_id == user.pk


def user_can_end(user: Any, deviation: Deviation) -> bool:
    """Managers of the unit or above it; giving a leave back needs nobody else's consent."""
    return deviation.unit_id in reader_for(user).unit_ids_as(*MANAGING)


def user_can_report_overrun(user: Any, deviation: Deviation) -> bool:
    """Work after expiry is reported by who answers for the rule or the unit: managers at or above the unit, the owner
    department's staff, the quality officer."""
    reader = reader_for(user)
    owner = deviation.wording.edition.owner_unit_id
    return (
        reader.has_role(Role.QUALITY_OFFICER)
        or deviation.unit_id in reader.unit_ids_as(*MANAGING)
        or (owner is not None and owner in {unit.pk for unit in reader.units})
    )


def visible_deviations(reader: Reader) -> DeviationQuerySet:
    """The register of this reader: the own units and below, all of the regulations that the own department owns, and
    what was granted to a unit above, because it holds below, too. Company-wide roles: all.

    It reaches over the scope of the request on purpose; no screen asks for deviations in another way.
    """
    with scopes_disabled():
        found: DeviationQuerySet = Deviation.objects.all()
        if not reader.is_staff_member:
            return found.none()
        if reader.sees_every_unit:
            return found
        own = [unit.pk for unit in reader.units]
        return found.filter(
            Q(unit__in=reader.unit_ids)
            | Q(wording__edition__owner_unit__in=own)
            | Q(unit__path__in=paths_above(reader), state__in=GRANTED)
        )


def paths_above(reader: Reader) -> set[str]:
    """The places in the tree of the reader's units and of all units above them."""
    return {path for unit in reader.units for path in _line_of(unit.path)}


def reader_can_see(reader: Reader, deviation_id: str) -> bool:
    """The guard of its files."""
    return deviation_id.isdecimal() and visible_deviations(reader).filter(pk=deviation_id).exists()


def to_decide(reader: Reader) -> list[Deviation]:
    """The applications that wait for this reader, the oldest first. Two queries, however many wait."""
    own = reader.unit_ids_as(*MANAGING)
    if not own:
        return []
    with scopes_disabled():
        waiting = list(Deviation.objects.waiting().filter(unit__in=own).for_screens().order_by("applied_at"))
    heads = _heads(sorted({path for one in waiting for path in _line_of(one.unit.path)}), reader.day)
    found = []
    for deviation in waiting:
        path = _deciding_path(deviation.unit.path, deviation.applied_by_id, heads)
        if path is not None and reader.user.pk in heads[path] and reader.user.pk != deviation.applied_by_id:
            found.append(deviation)
    return found


def expiring_for(reader: Reader) -> list[Deviation]:
    """What ends within 30 days in the units that this reader manages."""
    own = [unit.pk for unit in reader.units_as(*MANAGING)]
    if not own:
        return []
    with scopes_disabled():
        return list(Deviation.objects.expiring(reader.day).filter(unit__in=own).for_screens().order_by("ends_on"))


def is_over(deviation: Deviation, day: date) -> bool:
    """Leave was given and has ended."""
    return deviation.state == DeviationState.ENDED or (
        deviation.state == DeviationState.APPROVED and deviation.ends_on < day
    )
