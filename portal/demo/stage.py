"""What a demo builder gets in hand: the company by its codes, the demo's present, and days around it."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

from portal.lib import clock
from portal.org.models import Estate, Household, Person, Post, Unit, User


class Company:
    """The demo company as it stands: `units["CREW1"]`, `users["clerk"]`, `people["clerk"]`, `posts["driller"]`.

    People with an account are found by username, everybody by staff number; households by "CUIHU/3棟1602".
    """

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in Unit.objects.all()}

    @cached_property
    def posts(self) -> dict[str, Post]:
        return {post.code: post for post in Post.objects.all()}

    @cached_property
    def users(self) -> dict[str, User]:
        return {user.username: user for user in User.objects.all()}

    @cached_property
    def people(self) -> dict[str, Person]:
        people = list(Person.objects.select_related("user"))
        by_number = {person.staff_number: person for person in people}
        return by_number | {person.user.username: person for person in people if person.user is not None}

    @cached_property
    def estates(self) -> dict[str, Estate]:
        return {estate.code: estate for estate in Estate.objects.select_related("office")}

    @cached_property
    def households(self) -> dict[str, Household]:
        homes = Household.objects.select_related("estate__office")
        return {f"{home.estate.code}/{home.house}": home for home in homes}

    def staff_of(self, code: str) -> list[Person]:
        """The people with an appointment in this unit, in the order of their staff numbers."""
        return list(Person.objects.filter(appointments__unit__code=code).distinct().order_by("staff_number"))


class Stage:
    """`now` is the demo's present: the moment its first load began, kept, so that all stages agree."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.company = Company()

    @property
    def today(self) -> date:
        return clock.today(self.now)

    def day(self, offset: int = 0) -> date:
        """The date `offset` days from today: `day(-1)` is yesterday."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: int = 0, hour: int = 9, minute: int = 0) -> datetime:
        """The moment hour:minute by the organisation's clock, `offset` days from today."""
        return timezone.make_aware(datetime.combine(self.day(offset), time(hour, minute)))

    def random(self, name: str) -> random.Random:
        """A generator of its own for each builder, the same at every load."""
        return random.Random(f"demo:{name}")
