"""What stands beside a clause: the rulings on it, and the doors to asking and proposing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.rulings import wording
from policies.rulings.models import Ruling
from policies.rulings.permissions import visible_rulings
from portal.lib.registries import ClauseAct, ClauseMark

LONGEST_TEXT = 80


def ruling_marks(reader: Any, edition: Any) -> Iterable[ClauseMark]:
    """Published rulings on the clauses of this edition that the reader may read, the newest of a clause first.

    Those of earlier editions stay with their clause; where the edition shown says something else there, the mark says
    so. Two queries, two more where a clause only heads others.
    """
    found = (
        visible_rulings(reader)
        .published()
        .filter(edition__regulation=edition.regulation_id, edition__number__lte=edition.number)
        .newest_first()
    )
    rulings = list(found)
    changed = _changed_in(edition, rulings)
    for ruling in rulings:
        if ruling.pk in changed:
            differs = changed[ruling.pk]
            yield ClauseMark(
                clause_id=ruling.clause_id,
                kind="ruling",
                label=_("Ruling (the clause has changed since)") if differs else _("Ruling"),
                url=ruling.get_absolute_url(),
                tone="warning" if differs else "info",
                text=shortened(ruling.asked),
            )


def _changed_in(edition: Any, rulings: list[Ruling]) -> dict[int, bool]:
    """Key of each ruling whose clause this edition has -> whether it says something else there."""
    pairs = {(edition.pk, ruling.clause_id) for ruling in rulings}
    pairs |= {(ruling.edition_id, ruling.clause_id) for ruling in rulings}
    rows = wording.rows_of(pairs) if pairs else {}
    return {
        ruling.pk: ruling.edition_id != edition.pk and wording.differs(ruling.edition, edition, ruling.clause_id, rows)
        for ruling in rulings
        if (edition.pk, ruling.clause_id) in rows
    }


def shortened(text: str, most: int = LONGEST_TEXT) -> str:
    """The text in one line of at most so many characters, and a sign where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"


def _address(name: str) -> Any:
    def address(edition_id: int, clause_id: int) -> str:
        return f"{reverse(name)}?{urlencode({'edition': edition_id, 'clause': clause_id})}"

    return address


ASK = ClauseAct(
    gettext_lazy("Ask what this clause means"),
    "question-circle",
    _address("ruling_ask"),
    lambda reader: bool(reader.is_signed_in),
)
PROPOSE = ClauseAct(
    gettext_lazy("Propose an improvement"),
    "pencil",
    _address("proposal_new"),
    lambda reader: bool(reader.is_staff_member),
)
