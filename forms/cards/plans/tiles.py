"""What the home page knows of plans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cards.permissions import reader_meets_cards
from forms.cards.plans import permissions
from forms.cards.plans.enums import PlanState
from forms.cards.plans.figures import WEEK
from forms.cards.plans.models import Plan, PlanSlot
from portal.lib.registries import NavTab, Tile
from portal.org.enums import MANAGING

ROWS = 4


def plan_tiles(reader: Any) -> list[Tile]:
    """Plans missing in the units one leads, plans to approve, own planned observations due within a week."""
    if reader.person is None or not reader_meets_cards(reader):
        return []
    return [*_missing(reader), *_to_approve(reader), *_due(reader)]


def _missing(reader: Any) -> list[Tile]:
    own = {unit.pk for unit in reader.units_as(*permissions.LEADERS)}
    units = [unit for unit in permissions.planning_units(reader) if unit.pk in own] if own else []
    if not units:
        return []
    with scopes_disabled():
        plans = dict(Plan.objects.filter(unit__in=units, year=reader.day.year).values_list("unit_id", "state"))
    waiting = [unit for unit in units if plans.get(unit.pk, PlanState.DRAFT) == PlanState.DRAFT]
    if not waiting:
        return []
    rows = [(unit.name, f"{reverse('plan_list')}?year={reader.day.year}") for unit in waiting[:ROWS]]
    return [
        Tile(
            title=_("Yearly plan of observations is missing"),
            url=f"{reverse('plan_list')}?year={reader.day.year}",
            text=_("Teams, areas, shifts and times of day; then submit it for approval."),
            count=len(waiting),
            urgent=True,
            icon="calendar3",
            rows=tuple(rows),
        )
    ]


def _to_approve(reader: Any) -> list[Tile]:
    managed = reader.unit_ids_as(*MANAGING)
    if not managed:
        return []
    with scopes_disabled():
        found = list(Plan.objects.filter(unit__in=managed, state=PlanState.SUBMITTED).select_related("unit"))
    waiting = [plan for plan in found if permissions.user_can_approve(reader.user, plan)]
    if not waiting:
        return []
    return [
        Tile(
            title=_("Plans of observations to approve"),
            url=waiting[0].get_absolute_url() if len(waiting) == 1 else reverse("plan_list"),
            count=len(waiting),
            icon="calendar3",
            rows=tuple((f"{plan.unit.name} {plan.year}", plan.get_absolute_url()) for plan in waiting[:ROWS]),
        )
    ]


def _due(reader: Any) -> list[Tile]:
    day = reader.day
    with scopes_disabled():
        slots = list(
            PlanSlot.objects.binding()
            .undone()
            .filter(team__members=reader.person, first_day__lte=day + WEEK, last_day__gte=day)
            .select_related("team", "area", "shift")
            .order_by("last_day", "pk")
        )
    if not slots:
        return []
    url = reverse("card_observe")
    return [
        Tile(
            title=_("Your planned observations this week"),
            url=f"{reverse('plan_slots')}?mine=1&show=week",
            text=_("Go with your team and choose the planned observation on the card."),
            count=len(slots),
            urgent=any(slot.last_day <= day + timedelta(days=1) for slot in slots),
            icon="card-checklist",
            rows=tuple((slot.label, url) for slot in slots[:ROWS]),
        )
    ]


def plan_door(reader: Any) -> list[Tile]:
    """The way to the plans, for those who make, approve or audit them. Asks nothing beyond the appointments."""
    if not _finds_plans(reader):
        return []
    return [Tile(title=_("Plans of observations"), url=reverse("plan_list"), icon="calendar3")]


def _finds_plans(reader: Any) -> bool:
    return reader_meets_cards(reader) and permissions.reader_works_with_plans(reader)


def _opens_plans(reader: Any) -> bool:
    """A unit without areas owes no plan yet: there is nothing to open."""
    return _finds_plans(reader) and permissions.reader_can_see_plans(reader)


PLANS_TAB = NavTab("cards", gettext_lazy("Plans"), "plan_list", _opens_plans)
