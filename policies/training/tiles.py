"""What the home page, the navigation and the list of regulations know of training."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from policies.training import permissions, standings
from policies.training.enums import OVERDUE, Standing
from policies.training.own import courses_of
from portal.lib.registries import NavItem, Tile
from portal.org.enums import MANAGING

ROWS = 4


def own_tile(reader: Any) -> list[Tile]:
    """Courses that wait for this person; urgent once one is late or expired."""
    if not reader.appointments:
        return []
    person_id = reader.appointments[0].person_id
    waiting = [one for one in courses_of(person_id, reader.appointments, reader.day) if one.state != Standing.DONE]
    if not waiting:
        return []
    overdue = sum(one.state in OVERDUE for one in waiting)
    text = _("Read the lessons and pass the quiz.")
    if overdue:
        text = ngettext("%(count)s course is overdue.", "%(count)s courses are overdue.", overdue) % {"count": overdue}
    return [
        Tile(
            title=_("Courses to do"),
            url=reverse("training"),
            text=text,
            count=len(waiting),
            urgent=bool(overdue),
            icon="mortarboard",
            rows=tuple((one.course.title, one.course.get_absolute_url()) for one in waiting[:ROWS]),
        )
    ]


def unit_tile(reader: Any) -> list[Tile]:
    """Managers: people of their units whose training is overdue. Others look in the matrix."""
    units = reader.units_as(*MANAGING)
    if not units:
        return []
    found = standings.compute(reader.day, units=units)
    overdue = found.with_any(OVERDUE)
    if not overdue:
        return []
    asked = f"?unit={units[0].code}&show=overdue" if len(units) == 1 else "?show=overdue"
    return [
        Tile(
            title=_("Training overdue in your unit"),
            url=reverse("training_matrix") + asked,
            text=_("People who let a deadline pass, or whose certificate ended."),
            count=len(overdue),
            urgent=True,
            icon="people",
        )
    ]


def training_door(reader: Any) -> list[Tile]:
    """At the top of the regulations: the courses on them."""
    if not reader.is_staff_member:
        return []
    return [Tile(title=_("Training"), url=reverse("training"), icon="mortarboard")]


TRAINING_NAVIGATION = NavItem(gettext_lazy("Training"), "training", "mortarboard", permissions.reader_meets_training)
