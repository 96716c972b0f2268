"""What stands beside a clause: for the reader's unit a deviation from it is in force."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.deviations import permissions
from policies.deviations.models import Deviation
from portal.lib.registries import ClauseMark

KIND = "deviation"


def deviations_in_force(reader: Any, edition: Any) -> list[ClauseMark]:
    """One mark for each deviation in force, in the reader's units or one above, from a clause of this edition.

    One query, none for who holds no post.
    """
    paths = permissions.paths_above(reader)
    if not paths:
        return []
    with scopes_disabled():
        found = list(
            Deviation.objects.in_force(reader.day)  # type: ignore[attr-defined]
            .filter(unit__path__in=paths, clause__texts__edition=edition.pk)
            .select_related("unit")
            .order_by("clause_id", "ends_on")
        )
    return [
        ClauseMark(
            clause_id=deviation.clause_id,
            kind=KIND,
            label=_("Deviation in force until %(day)s") % {"day": f"{deviation.ends_on:%Y-%m-%d}"},
            url=deviation.get_absolute_url(),
            tone="warning",
            text=deviation.unit.name,
        )
        for deviation in found
    ]
