"""What audits prove about SAF-22 (clause 6.3): `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.audits import coverage
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def audited_once_a_year(unit: Unit | None, period: Period) -> Measured:
    """SAF-22: every unit that the regulation names is audited at least once a year.

    The year is that of the period's last day. Due: one a unit at or below `unit`; done: units with an audit finished in
    the year; missed: the others, once the year is over.
    """
    year = period.end.year
    edition = coverage.edition_of(coverage.regulation_to_audit(), year)
    if edition is None:
        return Measured(0, 0, 0, note=_("No edition is in force."))
    units = coverage.units_named(edition, year)
    if unit is not None:
        units = [one for one in units if one.path.startswith(unit.path)]
    done = sum(row.finished for row in coverage.coverage(edition, year, units))
    missed = len(units) - done if clock.today().year > year else 0
    address = f"{reverse('audit_list')}?year={year}" + (f"&unit={unit.code}" if unit else "")
    return Measured(len(units), done, missed, address, _("One finished audit a unit and year."))


MEASURES: dict[str, Any] = {coverage.CODE: audited_once_a_year}
