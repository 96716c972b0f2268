"""The rows of an export. No observer, no shift, the week instead of the day: nothing to lay beside a roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from forms.cards.enums import Category
from forms.cards.models import Card
from forms.cards.rules import COUNTS, TEXT_FIELDS
from portal.lib.periods import Period


def titles() -> list[str]:
    item_titles = [
        f"{category.label}: {word}"
        for category in Category
        for word in (_("safe"), _("unsafe acts"), _("unsafe conditions"), _("what was seen"), _("what was done"))
    ]
    texts = [str(Card._meta.get_field(name).verbose_name) for name in TEXT_FIELDS]  # type: ignore[union-attr]
    return [_("Week"), _("Unit"), _("Area"), _("Kind"), _("Seconds observed"), _("Steps taken"), *texts, *item_titles]


def rows(cards: Iterable[Card]) -> Iterator[list[Any]]:
    for card in cards:
        items = {item.category: item for item in card.items.all()}  # type: ignore[attr-defined]
        row: list[Any] = [
            Period.of("week", card.observed_on).code,
            card.unit.name,
            card.area.name,
            _("Planned") if card.planned else _("Random"),
            card.seconds,
            "、".join(str(step.label) for step in card.steps),
            *(getattr(card, name) for name in TEXT_FIELDS),
        ]
        for category in Category.values:
            item = items.get(category)
            row += [getattr(item, count) if item else 0 for count in COUNTS]
            row += [item.note if item else "", item.action if item else ""]
        yield row
