"""How well a card is filled in, and what a writer is to be helped with: fixed rules, each with its reason.

The score is for the writer and for whoever reviews; it ranks nobody. Planned and random cards both count here: how a
card is written is no statistic of what was observed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.analysis.enums import Habit
from forms.cards.analysis.models import CardReview
from forms.cards.enums import SHORTEST_OBSERVATION
from forms.cards.models import Card, CardItem
from portal.lib.intervals import cohen_kappa
from portal.lib.periods import Period
from portal.org.models import Unit

SAMPLE = 10  # cards of a unit and period that are reviewed
SERIES = 5  # cards in a row of which something is said
ALIKE = 0.8  # shared pairs of characters of two texts that are nearly the same
SHORT_TEXT = 6  # characters; less says nothing
SHORT_STAY = SHORTEST_OBSERVATION + 5
BATCH, BATCH_WITHIN = 3, timedelta(minutes=10)
THIN = 5  # points of ten; half of the cards at or below it
_WORDS = re.compile(r"[\w]+")


@dataclass(frozen=True)
class Score:
    """`points` of ten, and what is missing in words."""

    points: int
    missing: tuple[str, ...]


def score(card: Card, items: Sequence[CardItem]) -> Score:
    """Completeness 4, evidence of a conversation 3, specificity 3."""
    unsafe = [item for item in items if item.is_unsafe]
    notes = [item.note for item in items if item.note]
    talked = card.step_discuss or card.step_communicate or card.step_inspire
    checks = [
        (1, len(items) >= 2, _("only one category was looked at")),
        (1, bool(card.came_close), _("it was not seen from near")),
        (1, card.shift_id is not None, _("the shift is missing")),
        (
            1,
            not unsafe or all(item.action or card.immediate_action for item in unsafe),
            _("what was done about an unsafe thing is missing"),
        ),
        (1, talked and len(card.said) >= SHORT_TEXT, _("what was said is missing")),
        (1, len(card.agreed) >= SHORT_TEXT, _("what was agreed is missing")),
        (1, card.step_thank or card.step_praise, _("nobody was thanked or praised")),
        (1, any(len(note) >= SHORT_TEXT for note in notes), _("what was seen is not described")),
        (1, not unsafe or len(card.consequence) >= SHORT_TEXT, _("what could have followed is missing")),
        (1, len(card.suggestion) >= SHORT_TEXT or not unsafe, _("there is no suggestion")),
    ]
    return Score(sum(points for points, met, _m in checks if met), tuple(text for _p, met, text in checks if not met))


def text_of(card: Card, items: Iterable[CardItem]) -> str:
    return " ".join([card.said, card.agreed, card.suggestion, *(item.note for item in items)])


def alike(first: str, second: str) -> float:
    """Pairs of neighbouring characters that both share, of all that either has: 0 to 1."""
    pairs = [_pairs(text) for text in (first, second)]
    either = pairs[0] | pairs[1]
    return len(pairs[0] & pairs[1]) / len(either) if either else 0.0


def _pairs(text: str) -> set[str]:
    plain = "".join(_WORDS.findall(text))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def habits(written: Sequence[tuple[Card, Sequence[CardItem]]]) -> list[Habit]:
    """What the cards of one writer, in the order they were handed in, give reason to talk about."""
    found = []
    if _longest_run(not any(item.is_unsafe for item in items) for _card, items in written) >= SERIES:
        found.append(Habit.ALL_SAFE)
    texts = [text for text in (text_of(card, items) for card, items in written) if len(text) >= 3 * SHORT_TEXT]
    if any(alike(texts[i], other) >= ALIKE for i in range(len(texts)) for other in texts[max(0, i - 9) : i]):
        found.append(Habit.SAME_WORDS)
    if _longest_run(card.seconds <= SHORT_STAY for card, _items in written) >= SERIES:
        found.append(Habit.SHORTEST)
    # Paper cards that somebody typed in for others, and imports, come in batches by their nature.
    moments = [card.handed_in_at for card, _items in written if not card.on_behalf and card.batch_id is None]
    if any(last - first <= BATCH_WITHIN for first, last in zip(moments, moments[BATCH - 1 :], strict=False)):
        found.append(Habit.BATCH)
    thin = sum(score(card, items).points <= THIN for card, items in written)
    if written and thin * 2 > len(written) and len(written) >= 3:
        found.append(Habit.THIN)
    return found


def _longest_run(hits: Iterable[bool]) -> int:
    longest = run = 0
    for hit in hits:
        run = run + 1 if hit else 0
        longest = max(longest, run)
    return longest


def cards_by_writer(unit: Unit, period: Period, person_ids: Sequence[int] | None = None) -> dict[int, list[Any]]:
    """The cards of a period with their items, by the key of each observer, in the order they were handed in. Three
    queries."""
    with scopes_disabled():
        cards = Card.objects.counted().in_period(period).filter(unit__path__startswith=unit.path)
        through: Any = Card.observers.through
        pairs = through.objects.filter(card__in=cards.values("pk"))
        if person_ids is not None:
            pairs = pairs.filter(person_id__in=person_ids)
        writers = list(pairs.values_list("card_id", "person_id"))
        found = cards.filter(pk__in={card_id for card_id, _person in writers}) if person_ids is not None else cards
        by_key = {card.pk: card for card in found.prefetch_related("items").order_by("handed_in_at", "pk")}
        items = {key: list(card.items.all()) for key, card in by_key.items()}
    whose: dict[int, list[int]] = {}
    for card_id, person_id in writers:
        whose.setdefault(card_id, []).append(person_id)
    result: dict[int, list[Any]] = {}
    for key, card in by_key.items():
        for person_id in whose.get(key, ()):
            result.setdefault(person_id, []).append((card, items[key]))
    return result


@dataclass(frozen=True)
class Agreement:
    """How far two reviewers of the same cards agree."""

    cards: int
    percent: float | None
    kappa: float | None


def agreement(reviews: Iterable[CardReview]) -> Agreement:
    """Of the first two reviews of each card."""
    by_card: dict[int, list[str]] = {}
    for review in sorted(reviews, key=lambda one: (one.at, one.pk)):
        by_card.setdefault(review.card_id, []).append(review.verdict)
    pairs = [(verdicts[0], verdicts[1]) for verdicts in by_card.values() if len(verdicts) > 1]
    percent = sum(first == second for first, second in pairs) / len(pairs) if pairs else None
    return Agreement(len(pairs), percent, cohen_kappa(pairs))
