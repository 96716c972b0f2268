"""What the navigation, the list of regulations and the home page know of compliance."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.binding import UnitTree
from policies.compliance import permissions
from policies.compliance.overview import Overview
from portal.lib import clock
from portal.lib.registries import NavItem, Tile

ROWS = 4
COMPLIANCE_NAVIGATION = NavItem(
    gettext_lazy("Compliance"), "compliance", "clipboard-check", permissions.reader_can_see_compliance
)


def compliance_door(reader: Any) -> list[Tile]:
    if not permissions.reader_can_see_compliance(reader):
        return []
    return [
        Tile(
            title=_("Compliance"),
            url=reverse("compliance"),
            text=_("Which duties are kept, unit by unit."),
            icon="clipboard-check",
        )
    ]


def soon_tile(reader: Any) -> list[Tile]:
    """What will be missed within seven days unless somebody acts; nothing where all is done."""
    if not permissions.reader_can_see_soon_tile(reader):
        return []
    today = clock.today()
    overview = Overview(reader, permissions.sight_of(reader), UnitTree(today), clock.now())
    found = overview.soon()
    if not found:
        return []
    return [
        Tile(
            title=_("Will be missed unless somebody acts"),
            url=reverse("compliance_soon"),
            text=_("Duties whose period ends within seven days."),
            count=len(found),
            urgent=any(one.urgent for one in found),
            icon="hourglass-split",
            rows=tuple(
                (
                    _("%(unit)s: %(code)s, %(open)d open, until %(day)s")
                    % {
                        "unit": one.row.unit.name,
                        "code": one.row.obligation.code,
                        "open": one.open,
                        "day": f"{one.row.ends_on:%m-%d}",
                    },
                    one.url,
                )
                for one in found[:ROWS]
            ),
        )
    ]
