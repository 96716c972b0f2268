"""What other rooms may ask: whether daily duty cards count as planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.duty.models import PlannedRule
from forms.cards.duty.permissions import DUTY_UNITS, visible_units
from forms.cards.duty.slots import Hours
from forms.cards.registries import RuleWords
from portal.lib import clock
from portal.org.enums import RosterState
from portal.org.models import RosterEntry, Unit

ONE_DAY = timedelta(days=1)
Worked = tuple[int, int, date]  # unit, person, day


def company_of(unit: Unit) -> Unit:
    """The root of the tree that the unit stands in."""
    return unit if unit.depth == 1 else Unit.objects.get(path=unit.path[: Unit.steplen])


def daily_cards_count_as_planned(unit: Unit) -> bool:
    """Whether a daily duty card of this unit counts as planned although it fills no slot of the plan. By default it
    does not: only cards that fill a slot are planned (SAF-03)."""
    newest = PlannedRule.objects.filter(company=company_of(unit)).first()
    return newest is not None and newest.daily_cards_count


class DailyRule:
    """What the entrance and the statistics ask (`forms.cards.registries.daily_rule`)."""

    def count_as_planned(self, drafts: Sequence[Any], now: datetime) -> list[bool]:
        """A daily card is one whose observer works in its unit on that day by the roster, or at that time on the night
        shift of the day before. One query where the rule does not count them, two where it does."""
        with scopes_disabled():
            companies = self._companies_that_count(drafts, now)
            daily = [
                draft
                for draft in drafts
                if draft.unit.kind in DUTY_UNITS and draft.unit.path[: Unit.steplen] in companies
            ]
            shifts = self._shifts_worked(daily) if daily else {}
        return [self._is_daily(draft, shifts) for draft in drafts]

    def _is_daily(self, draft: Any, shifts: Mapping[Worked, list[Hours | None]]) -> bool:
        people, unit, day = [one.pk for one in draft.observers], draft.unit.pk, draft.observed_on
        if any((unit, person, day) in shifts for person in people):
            return True
        nights = [hours for person in people for hours in shifts.get((unit, person, day - ONE_DAY), ())]
        return any(hours is not None and hours.runs_at(draft.observed_at, next_day=True) for hours in nights)

    def _companies_that_count(self, drafts: Sequence[Any], now: datetime) -> set[str]:
        paths = {draft.unit.path[: Unit.steplen] for draft in drafts}
        newest: dict[str, bool] = {}
        decided = PlannedRule.objects.filter(company__path__in=paths, at__lte=now).order_by("at", "pk")
        for path, counts in decided.values_list("company__path", "daily_cards_count"):
            newest[path] = counts
        return {path for path, counts in newest.items() if counts}

    def _shifts_worked(self, drafts: Sequence[Any]) -> dict[Worked, list[Hours | None]]:
        days = {draft.observed_on for draft in drafts}
        rows = RosterEntry.objects.filter(
            unit__in={draft.unit.pk for draft in drafts},
            person__in={observer.pk for draft in drafts for observer in draft.observers},
            day__gte=min(days) - ONE_DAY,
            day__lte=max(days),
            state=RosterState.WORKING,
        )
        found: dict[Worked, list[Hours | None]] = defaultdict(list)
        for *key, starts, ends in rows.values_list("unit_id", "person_id", "day", "shift__starts_at", "shift__ends_at"):
            found[tuple(key)].append(Hours(starts, ends) if starts is not None else None)  # type: ignore[index]
        return found

    def words(self, unit: Unit, reader: Any) -> RuleWords:
        newest = PlannedRule.objects.filter(company__path=unit.path[: Unit.steplen]).first()
        texts = {
            None: _("Daily cards count as planned only where they fill an observation of the plan."),
            True: _("Daily cards handed in since %(day)s count as planned."),
            False: _("Daily cards handed in since %(day)s count only where they fill an observation of the plan."),
        }
        text = texts[newest.daily_cards_count if newest is not None else None]
        if newest is not None:
            text = text % {"day": clock.today(newest.at).isoformat()}
        return RuleWords(text, reverse("duty_rule") if visible_units(reader).exists() else "")


DAILY_RULE = DailyRule()


def notices(card: Any, reader: Any) -> list[str]:
    """On the card itself: why it counts otherwise than it was marked."""
    if not card.kind_by_rule:
        return []
    return [_("Marked as random. It counts as planned: daily cards did in this company when it was handed in.")]
