"""Words looked for on the cards that a reader may read: folded, so that both scripts find one another.

Cards hold no index of their words, which would be a second place to guard: the newest of the readable ones are read.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from forms.cards.models import Card, CardItem
from forms.cards.rules import TEXT_FIELDS
from portal.lib.chinese import fold

MOST_READ = 20_000
MOST_FOUND = 5_000


def cards_saying(cards: QuerySet[Card], words: str) -> list[int]:
    """The keys of those of `cards` whose texts hold every word, whichever script they are written in."""
    wanted = fold(words).split()
    newest = cards.order_by("-observed_on", "-pk")
    texts: dict[int, list[str]] = {}
    for pk, *said in newest.values_list("pk", "area__name", *TEXT_FIELDS)[:MOST_READ]:
        texts[pk] = said
    notes: Any = CardItem.objects.filter(card__in=cards.values("pk")).exclude(note="", action="")
    for pk, note, action in notes.values_list("card_id", "note", "action"):
        if pk in texts:
            texts[pk] += [note, action]
    found = [pk for pk, said in texts.items() if all(word in fold("\n".join(said)) for word in wanted)]
    return found[:MOST_FOUND]
