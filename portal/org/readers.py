"""Who is reading: the person, the roles and units of the day, and the tokens by which audiences know them.

An audience is a set of tokens; a reader may read what shares at least one token:
`public`, `staff`, `customer`, `estate:<id>` (a customer's own), `unit:<id>` (own units and all above them),
`post:<code>`, `role:<role>`, `unit:<id>+post:<code>`, `user:<id>`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import cached_property

from portal.lib import clock
from portal.org.enums import COMPANY_WIDE, Role
from portal.org.models import Appointment, Contact, Person, Unit, UnitQuerySet

PUBLIC = "public"
STAFF = "staff"
CUSTOMER = "customer"


@dataclass
class Reader:
    """The acting person of a request, a command or a test. Everything is read once, when first asked for."""

    user: Any = None
    day: date = field(default_factory=clock.today)
    _below: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_signed_in(self) -> bool:
        return bool(self.user is not None and self.user.is_authenticated and self.user.is_active)

    @cached_property
    def person(self) -> Person | None:
        if not self.is_signed_in:
            return None
        return Person.objects.filter(user_id=self.user.pk).first()

    @cached_property
    def contact(self) -> Contact | None:
        if not self.is_signed_in:
            return None
        return Contact.objects.filter(user_id=self.user.pk).select_related("household__estate__office").first()

    @cached_property
    def appointments(self) -> list[Appointment]:
        """Today's appointments with post and unit: one query, the person joined in."""
        if not self.is_signed_in:
            return []
        return list(
            Appointment.objects.on(self.day)
            .filter(person__user_id=self.user.pk)
            .select_related("post", "unit", "person")
        )

    @cached_property
    def roles(self) -> frozenset[str]:
        roles = {appointment.post.role for appointment in self.appointments}
        if roles:
            roles.add(Role.EMPLOYEE)
        elif self.is_signed_in and self.contact is not None:
            roles.add(Role.CUSTOMER)
        if self.is_signed_in and self.user.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        return frozenset(roles)

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def is_staff_member(self) -> bool:
        return Role.EMPLOYEE in self.roles or Role.ADMINISTRATOR in self.roles

    @cached_property
    def units(self) -> list[Unit]:
        """The units of today's appointments, each once."""
        return list({appointment.unit_id: appointment.unit for appointment in self.appointments}.values())

    def units_as(self, *roles: str) -> list[Unit]:
        """The units in which the reader holds a post with one of these roles."""
        return list({a.unit_id: a.unit for a in self.appointments if a.post.role in roles}.values())

    @property
    def sees_every_unit(self) -> bool:
        return bool(self.roles & COMPANY_WIDE)

    @cached_property
    def unit_ids(self) -> tuple[int, ...]:
        """Units whose rows the reader may meet: those of the appointments and all below; company-wide roles: all."""
        if self.sees_every_unit:
            return tuple(Unit.objects.values_list("pk", flat=True))
        return tuple(Unit.objects.at_or_below(self.units).values_list("pk", flat=True)) if self.units else ()

    def unit_ids_as(self, *roles: str) -> tuple[int, ...]:
        """Units at or below those in which the reader holds a post with one of these roles."""
        if roles not in self._below:
            units = self.units_as(*roles)
            self._below[roles] = (
                tuple(Unit.objects.at_or_below(units).values_list("pk", flat=True)) if units else ()
            )
        return self._below[roles]

    def units_below_as(self, *roles: str) -> UnitQuerySet:
        """The same units, not asked for yet: to stand inside another query."""
        return Unit.objects.at_or_below(self.units_as(*roles))

    @cached_property
    def plain_tokens(self) -> frozenset[str]:
        """The tokens that name no unit: of the staff they ask the database nothing beyond the appointments."""
        tokens = {PUBLIC}
        if self.is_signed_in:
            tokens.add(f"user:{self.user.pk}")
        if Role.CUSTOMER in self.roles:
            tokens.add(CUSTOMER)
            tokens.add(estate_token(self.contact.household.estate_id))  # type: ignore[union-attr]
        if self.is_staff_member:
            tokens.add(STAFF)
        tokens.update(f"role:{role}" for role in self.roles)
        tokens.update(f"post:{appointment.post.code}" for appointment in self.appointments)
        return frozenset(tokens)

    @property
    def held_paths(self) -> set[tuple[str, int]]:
        """(path, post) of every unit in which the reader holds a post, and of all above it: who is named there by unit,
        with the post or without, names the reader."""
        return {(path, held.post_id) for held in self.appointments for path in _ancestor_paths([held.unit.path])}

    @cached_property
    def tokens(self) -> frozenset[str]:
        tokens = set(self.plain_tokens)
        paths = _ancestor_paths([unit.path for unit in self.units])
        ids = dict(Unit.objects.filter(path__in=paths).values_list("path", "pk")) if paths else {}
        for appointment in self.appointments:
            for path in _ancestor_paths([appointment.unit.path]):
                tokens.add(f"unit:{ids[path]}")
                tokens.add(f"unit:{ids[path]}+post:{appointment.post.code}")
        return frozenset(tokens)

    def may_read(self, audience: frozenset[str] | set[str]) -> bool:
        return bool(self.tokens & audience)


def estate_token(estate_id: int) -> str:
    """By which an audience names the customers of one estate."""
    return f"estate:{estate_id}"


def _ancestor_paths(paths: list[str]) -> set[str]:
    step = Unit.steplen
    return {path[:end] for path in paths for end in range(step, len(path) + 1, step)}


ANONYMOUS = Reader(None)


def reader_for(user: Any, day: date | None = None) -> Reader:
    """The reader behind an account (or nobody)."""
    return Reader(user, day or clock.today())
