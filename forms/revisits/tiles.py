"""What the home page knows of revisits, and the entry of the navigation."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.revisits.enums import Performer
from forms.revisits.models import DefectVisit
from forms.revisits.permissions import (
    offices_of,
    reader_can_list_revisits,
    reader_goes_for_company,
    visible_revisits,
)
from portal.lib import clock
from portal.lib.registries import NavItem, Tile

ROWS = 3


def revisit_tiles(reader: Any) -> list[Tile]:
    """Customers to go back to: the reader's own side of it, overdue first."""
    if not reader_can_list_revisits(reader):
        return []
    now = clock.now()
    side = Performer.COMPANY if reader_goes_for_company(reader) else Performer.OFFICE
    with scopes_disabled():
        found = visible_revisits(reader).open().filter(performer=side)
        count = found.count()
        if not count:
            return []
        overdue = found.overdue(now).count()
        first = list(found.for_list().by_due()[:ROWS])
    text = _("%(count)s of them are late.") % {"count": overdue} if overdue else _("We promised to come back.")
    rows = tuple((f"{one.due_at:%m-%d} {one.title}", one.get_absolute_url()) for one in first)
    return [Tile(_("Revisits"), reverse("revisit_list"), text, count, bool(overdue), "telephone", rows)]


def defect_tiles(reader: Any) -> list[Tile]:
    """Visits to defects under watch that are due or were missed, for the people of the office."""
    offices = offices_of(reader)
    if not offices:
        return []
    day = clock.today()
    with scopes_disabled():
        due = DefectVisit.objects.filter(
            file__office__in=offices, file__released_at=None, done_at=None, dropped=False, opens_on__lte=day
        )
        found = list(due.select_related("file").order_by("due_on"))
    if not found:
        return []
    missed = sum(visit.due_on < day for visit in found)
    text = _("%(count)s of them were missed.") % {"count": missed} if missed else _("Repaired leaks and cracks.")
    rows = tuple((f"{one.due_on:%m-%d} {one.file.title}", one.file.get_absolute_url()) for one in found[:ROWS])
    return [Tile(_("Visits to defects"), reverse("defect_list"), text, len(found), bool(missed), "eye", rows)]


REVISIT_NAVIGATION = NavItem(gettext_lazy("Revisits"), "revisit_list", "telephone", reader_can_list_revisits)
