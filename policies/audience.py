"""Whom issued editions ask for receipts on a day, since when, and who has given one: in sets, a query each, for many
people and editions at once. `policies.measures.people_asked` is the plain way to the same answer.

A minor edition asks nobody again: receipts count from the last material edition on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from policies.aggregates import JoinedKeys
from policies.enums import EditionState
from policies.models import Edition, Receipt
from policies.models.editions import EditionQuerySet
from policies.reading import Rule
from portal.org.models import Appointment, Unit
from portal.org.readers import PUBLIC, STAFF

# Up to so many people are named one by one in a query; more are not: their rows are read whole.
FEW = 2000


@dataclass(frozen=True)
class Asking:
    """An edition in force that asks for receipts. `counts`: the editions whose receipts count for it
    (as `policies.models.receipts_counting_for` says of one)."""

    edition_id: int
    regulation_id: int
    number: int
    slug: str
    document_number: str
    title: str
    effective_on: date
    owner_path: str
    rules: tuple[Rule, ...]
    counts: frozenset[int]

    def __str__(self) -> str:
        return " ".join(part for part in (self.document_number, self.title) if part)


class Held(NamedTuple):
    """The appointment by which an edition asks somebody: since when, in which unit, at which post."""

    since: date
    path: str
    post_id: int


def asking_on(day: date, editions: EditionQuerySet | None = None) -> list[Asking]:
    """The editions in force on the day whose audience names somebody, by document number. Three queries."""
    chosen = Edition.objects.in_force(day) if editions is None else editions
    found = list(
        chosen.select_related("regulation", "owner_unit")
        .prefetch_related("audience_rules__unit")
        .order_by("regulation__number", "title", "number")
    )
    siblings: dict[int, list[tuple[int, int]]] = {}
    counting = Edition.objects.filter(regulation__in={e.regulation_id for e in found})
    counting = counting.exclude(state=EditionState.WITHDRAWN)
    for regulation_id, number, pk in counting.values_list("regulation_id", "number", "pk"):
        siblings.setdefault(regulation_id, []).append((number, pk))
    asking = []
    for edition in found:
        rules = tuple(
            Rule(rule.token, rule.unit.path if rule.unit else None, rule.post_id)
            for rule in edition.audience_rules.all()
            if rule.token != PUBLIC
        )
        if rules and edition.effective_on is not None:
            floor = edition.receipts_from or edition.number
            asking.append(
                Asking(
                    edition_id=edition.pk,
                    regulation_id=edition.regulation_id,
                    number=edition.number,
                    slug=edition.regulation.slug,
                    document_number=edition.regulation.number,
                    title=edition.title,
                    effective_on=edition.effective_on,
                    owner_path=edition.owner_unit.path if edition.owner_unit else "",
                    rules=rules,
                    counts=frozenset(
                        {edition.pk, *(pk for n, pk in siblings[edition.regulation_id] if floor <= n <= edition.number)}
                    ),
                )
            )
    return asking


def names_post(rule: Rule, path: str, post_id: int) -> bool:
    """Whether the rule names who holds this post in this unit."""
    if rule.token == STAFF:
        return True
    if rule.token == PUBLIC or (rule.unit_path is None and rule.post_id is None):
        return False
    return (rule.unit_path is None or path.startswith(rule.unit_path)) and rule.post_id in (None, post_id)


def _within(path: str, paths: Sequence[str] | None) -> bool:
    return paths is None or any(path.startswith(above) for above in paths)


class Staff:
    """Who holds which post where on a day: one query. `paths` limits it to these units and what lies below them."""

    def __init__(self, day: date, paths: Sequence[str] | None = None, person_id: int | None = None) -> None:
        self.day = day
        rows = Appointment.objects.on(day)
        if paths is not None:
            units = _below(paths)
            rows = rows.filter(unit_id__in=units)
        if person_id is not None:
            rows = rows.filter(person_id=person_id)
        self.person_id = person_id
        self.groups: dict[tuple[str, int], list[tuple[int, date]]] = {}
        for path, post_id, person, since in rows.values_list("unit__path", "post_id", "person_id", "starts_on"):
            self.groups.setdefault((path, post_id), []).append((person, since))
        self._asked: dict[Any, dict[int, Held]] = {}

    def asked(self, rules: tuple[Rule, ...], paths: Sequence[str] | None = None) -> dict[int, Held]:
        """The people whom the rules name, by key, each with the earliest appointment by which they do. Editions with
        the same audience share one answer; do not change it."""
        key = (frozenset(rules), None if paths is None else tuple(paths))
        if key not in self._asked:
            self._asked[key] = self._find(rules, paths)
        return self._asked[key]

    def _find(self, rules: tuple[Rule, ...], paths: Sequence[str] | None) -> dict[int, Held]:
        found: dict[int, Held] = {}
        for (path, post_id), people in self.groups.items():
            if not _within(path, paths) or not any(names_post(rule, path, post_id) for rule in rules):
                continue
            for person, since in people:
                before = found.get(person)
                if before is None or since < before.since:
                    found[person] = Held(since, path, post_id)
        return found

    @cached_property
    def _ended(self) -> dict[int, list[tuple[date, date, str, int]]]:
        """Appointments that ended before the day, by person: where somebody came from. One query, when first asked."""
        rows = Appointment.objects.filter(ends_on__lt=self.day)
        if self.person_id is not None:
            rows = rows.filter(person_id=self.person_id)
        ended: dict[int, list[tuple[date, date, str, int]]] = {}
        for person, starts, ends, path, post_id in rows.values_list(
            "person_id", "starts_on", "ends_on", "unit__path", "post_id"
        ):
            if ends is not None:  # the query says so; the type checker does not know
                ended.setdefault(person, []).append((starts, ends, path, post_id))
        return ended

    def joined(self, rules: tuple[Rule, ...], person: int, since: date) -> date:
        """Since when the person is in the audience without a gap: who moves from one post of it to another joined with
        the first."""
        for starts, ends, path, post_id in sorted(self._ended.get(person, ()), reverse=True):
            if starts < since <= ends + timedelta(days=1) and any(names_post(rule, path, post_id) for rule in rules):
                since = starts
        return since


def _below(paths: Sequence[str]) -> QuerySet[Any]:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(path__startswith=path)
    return Unit.objects.filter(condition).order_by().values("pk")


def confirmed_by(
    asking: Iterable[Asking], *, people: Collection[int] | None = None, until: datetime | None = None
) -> dict[int, set[int]]:
    """By edition: the keys of those who confirmed it, or an earlier one from which only minor changes separate it.
    `people` says of whom; `until` before which moment. One query."""
    asking = list(asking)
    receipts = Receipt.objects.filter(edition_id__in={pk for one in asking for pk in one.counts})
    if people is not None and len(people) <= FEW:
        receipts = receipts.filter(person_id__in=people)
    if until is not None:
        receipts = receipts.filter(at__lt=until)
    rows = receipts.order_by().values("edition_id").annotate(keys=JoinedKeys("person_id"))
    given = {row["edition_id"]: set(map(int, row["keys"].split(","))) for row in rows}
    return {one.edition_id: set().union(*(given.get(pk, set()) for pk in one.counts)) for one in asking}
