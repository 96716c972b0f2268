"""Which units a regulation's audience names, and which of them were audited in a year (SAF-22, clause 6.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django_scopes import scopes_disabled

from policies.audits.enums import AUDITED_KINDS, UNDER_WAY
from policies.audits.models import Audit
from policies.enums import AudienceScope, EditionState
from policies.models import Edition, Obligation, RegulationPage
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Appointment, Unit

CODE = "SAF-22"


@dataclass
class UnitYear:
    """A unit in a year: its audits, and whether one was finished in it."""

    unit: Unit
    audits: list[Audit] = field(default_factory=list)
    finished: bool = False

    @property
    def is_planned(self) -> bool:
        return any(audit.state in UNDER_WAY for audit in self.audits)

    @property
    def is_without(self) -> bool:
        """No audit was finished and none is planned."""
        return not self.finished and not self.is_planned


def regulation_to_audit() -> RegulationPage | None:
    """The regulation that asks for a yearly audit: the one in which the obligation stands."""
    obligation = Obligation.objects.filter(code=CODE).select_related("regulation").first()
    return obligation.regulation if obligation else None


def edition_of(regulation: RegulationPage | None, year: int) -> Edition | None:
    """The edition that held at the end of the year, or holds today while the year runs."""
    if regulation is None:
        return None
    day = min(date(year, 12, 31), clock.today())
    found = Edition.objects.in_force(day).filter(regulation=regulation)
    return found.select_related("regulation", "owner_unit").first()


def editions_in_force() -> list[Edition]:
    """What can be audited today."""
    found = Edition.objects.in_force(clock.today()).filter(state=EditionState.ISSUED)
    return list(found.select_related("regulation", "owner_unit").order_by("regulation__number", "title"))


def units_named(edition: Edition, year: int) -> list[Unit]:
    """Every crew, office, project, department and sales site that the audience names: all for "all staff"; for a unit,
    that unit and what lies below; for a post, units where somebody holds it. Not what was closed before the year."""
    units = Unit.objects.filter(kind__in=AUDITED_KINDS).order_by("path")
    named: dict[int, Unit] = {}
    for rule in edition.audience_rules.select_related("unit"):
        if rule.scope == AudienceScope.PUBLIC:
            continue
        found = units
        if rule.unit is not None:
            found = found.filter(path__startswith=rule.unit.path)
        if rule.post_id is not None:
            held = Appointment.objects.on(clock.today()).filter(post=rule.post_id)
            found = found.filter(pk__in=held.values("unit"))
        named |= {unit.pk: unit for unit in found}
    open_in_year = (u for u in named.values() if u.closed_on is None or u.closed_on >= date(year, 1, 1))
    return sorted(open_in_year, key=lambda unit: unit.path)


def coverage(edition: Edition, year: int, units: list[Unit]) -> list[UnitYear]:
    """Each unit with its audits on this regulation: planned for the year, or finished in it. One query each for audits
    and auditors."""
    first, after = Period.of("year", date(year, 1, 1)).bounds(timezone.get_default_timezone())
    rows = {unit.pk: UnitYear(unit) for unit in units}
    with scopes_disabled():
        audits = Audit.objects.standing().filter(edition__regulation=edition.regulation_id, unit__in=list(rows))
        found = (audits.filter(year=year) | audits.filter(finished_at__gte=first, finished_at__lt=after)).distinct()
        for audit in found.for_screens().order_by("year", "month", "pk"):
            row = rows[audit.unit_id]
            row.audits.append(audit)
            row.finished |= audit.finished_at is not None and first <= audit.finished_at < after
    return list(rows.values())
