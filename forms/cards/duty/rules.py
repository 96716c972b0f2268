"""What other rooms may ask: whether daily duty cards count as planned."""

from __future__ import annotations

from forms.cards.duty.models import PlannedRule
from portal.org.models import Unit


def company_of(unit: Unit) -> Unit:
    """The root of the tree that the unit stands in."""
    return unit if unit.depth == 1 else Unit.objects.get(path=unit.path[: Unit.steplen])


def daily_cards_count_as_planned(unit: Unit) -> bool:
    """Whether a daily duty card of this unit counts as planned although it fills no slot of the plan. By default it
    does not: only cards that fill a slot are planned (SAF-03)."""
    newest = PlannedRule.objects.filter(company=company_of(unit)).first()
    return newest is not None and newest.daily_cards_count
