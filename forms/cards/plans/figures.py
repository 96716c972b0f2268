"""Plan against done: by team and month, by leader; each number counts rows that `plan_slots` lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.models import Card
from forms.cards.plans import permissions
from forms.cards.plans.enums import SlotStanding
from forms.cards.plans.models import Plan, PlanSlot, Team
from portal.lib.periods import Period
from portal.org.models import Person

WEEK = timedelta(days=7)


@dataclass
class Tally:
    """Of some slots: how many there are, were made, were missed, are due now; the rest is to come."""

    counts: Counter[str] = field(default_factory=Counter)
    query: dict[str, Any] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.counts[SlotStanding.DONE]

    @property
    def missed(self) -> int:
        return self.counts[SlotStanding.OVERDUE]

    @property
    def due(self) -> int:
        """Those that had to be made by now."""
        return self.done + self.missed

    @property
    def open(self) -> int:
        return self.counts[SlotStanding.DUE] + self.counts[SlotStanding.TO_COME]

    @property
    def share(self) -> float | None:
        return self.done / self.due if self.due else None

    @property
    def url(self) -> str:
        return f"{reverse('plan_slots')}?{urlencode(self.query)}"

    @property
    def done_url(self) -> str:
        return f"{self.url}&show=done"

    @property
    def missed_url(self) -> str:
        return f"{self.url}&show=overdue"


@dataclass(frozen=True)
class LeaderLine:
    person: Person
    teams: list[str]
    tally: Tally  # of the slots of the own teams
    took_part: int  # made ones in which this person observed
    url: str

    @property
    def share(self) -> float | None:
        return self.took_part / self.tally.due if self.tally.due else None


@dataclass(frozen=True)
class PlanFigures:
    months: list[tuple[Period, Tally]]
    teams: list[tuple[Team, Tally, list[Tally]]]
    leaders: list[LeaderLine]
    total: Tally


def figures_of(plan: Plan, day: date, month: Period | None = None) -> PlanFigures:
    """The figures of an approved plan on a day, in six queries; `month` narrows teams and leaders to it."""
    with scopes_disabled():
        slots = list(
            PlanSlot.objects.standing()
            .filter(team__plan=plan)
            .select_related("filled__card")
            .only("team_id", "first_day", "last_day", "dropped_at", "filled__card__state")
        )
        teams = list(plan.teams.select_related("leader").prefetch_related("members"))
        took_part = _took_part(plan)
        people = permissions.leaders_of(plan.unit, day)
    tallies: dict[tuple[int, int], Tally] = defaultdict(Tally)
    base = {"plan": plan.pk}
    for slot in slots:
        tallies[slot.team_id, slot.last_day.month].counts[slot.standing_on(day)] += 1
    months = [(one, _sum(tallies, None, [one], base | {"period": one.code})) for one in plan.months]
    within = [month] if month else plan.months
    narrowed = base | ({"period": month.code} if month else {})
    lines = [
        (
            team,
            _sum(tallies, [team], within, narrowed | {"team": team.pk}),
            [_sum(tallies, [team], [one], base | {"period": one.code, "team": team.pk}) for one in plan.months],
        )
        for team in teams
    ]
    shown = {slot.pk for slot in slots if month is None or month.contains(slot.last_day)}
    leaders = [_leader(person, teams, tallies, within, narrowed, took_part[person.pk] & shown) for person in people]
    return PlanFigures(months, lines, leaders, _sum(tallies, None, within, narrowed))


def _leader(
    person: Person,
    teams: list[Team],
    tallies: dict[tuple[int, int], Tally],
    months: list[Period],
    query: dict[str, Any],
    slots: set[int],
) -> LeaderLine:
    own = [team for team in teams if person.pk in {member.pk for member in team.members.all()}]
    tally = _sum(tallies, own, months, query | {"person": person.pk})
    return LeaderLine(person, [team.name for team in own], tally, len(slots), f"{tally.url}&show=took_part")


def _sum(
    tallies: dict[tuple[int, int], Tally], teams: list[Team] | None, months: list[Period], query: dict[str, Any]
) -> Tally:
    total = Tally(query=query)
    numbers = {month.start.month for month in months}
    keys = None if teams is None else {team.pk for team in teams}
    for (team, month), tally in list(tallies.items()):
        if month in numbers and (keys is None or team in keys):
            total.counts += tally.counts
    return total


def _took_part(plan: Plan) -> dict[int, set[int]]:
    """Person -> slots whose card they observed for. Observers are the one join of a card to people that there is."""
    found: dict[int, set[int]] = defaultdict(set)
    made = PlanSlot.objects.standing().done().filter(team__plan=plan).values_list("filled__card_id", "pk")
    slot_of = dict(made)
    seats = Card.observers.through.objects.filter(card_id__in=list(slot_of))
    for card, person in seats.values_list("card_id", "person_id"):
        found[person].add(slot_of[card])
    return found


def slots_shown(found: Any, show: str, day: date, person: int | None) -> Any:
    """The rows behind a number of these figures."""
    if person is not None and show != "took_part":
        found = found.filter(team__members=person)
    if show == SlotStanding.DONE:
        return found.done()
    if show == SlotStanding.OVERDUE:
        return found.undone().filter(last_day__lt=day)
    if show == SlotStanding.DUE:
        return found.undone().filter(first_day__lte=day, last_day__gte=day)
    if show == "week":  # what the home page counts
        return found.undone().filter(first_day__lte=day + WEEK, last_day__gte=day)
    if show == "took_part" and person is not None:
        seats = Card.observers.through.objects.filter(person_id=person).values("card_id")
        return found.done().filter(filled__card__in=seats)
    if show == "counted":  # what SAF-04 counts: made, or missed
        return found.filter(Q(pk__in=found.done().values("pk")) | Q(last_day__lt=day))
    return found
