"""What an edition says in one clause, with what stands below it; and whether a ruling's clause still says the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from policies import clause_tree
from policies.models import Edition, EditionClause
from policies.reading import normal_number
from policies.rulings.enums import Standing
from policies.rulings.models import Ruling


@dataclass(frozen=True)
class ClauseText:
    """A clause in one edition: its own row, the rows below it, the names of the chapters above it."""

    edition: Edition
    row: EditionClause
    below: tuple[EditionClause, ...]
    above: tuple[str, ...]

    @property
    def name(self) -> str:
        """ "4.5.3", "4.2 觀察小組", or the beginning of the text where there is neither number nor heading."""
        return name_of(self.row)

    @property
    def words(self) -> str:
        """What a ruling rests on: the clause's own words; where it only heads others, theirs."""
        own = _own_words(self.row)
        return own if self.row.text.strip() else "\n".join([own, *(_own_words(row) for row in self.below)])


def name_of(row: EditionClause) -> str:
    name = " ".join(part for part in (row.number, row.heading) if part)
    return name or f"{row.text[:20]}{'…' if len(row.text) > 20 else ''}"


def _own_words(row: EditionClause) -> str:
    return "\n".join(part.strip() for part in (row.heading, row.text) if part.strip())


def clause_text(edition: Edition, clause_id: int) -> ClauseText | None:
    """The clause as this edition has it, or None. One query."""
    rows = list(edition.clauses.order_by("order"))
    place = next((index for index, row in enumerate(rows) if row.clause_id == clause_id), None)
    if place is None:
        return None
    by_key = {row.pk: row for row in rows}
    above: list[str] = []
    parent = rows[place].parent_id
    while parent is not None:
        above.insert(0, name_of(by_key[parent]))
        parent = by_key[parent].parent_id
    below = rows[place + 1 : clause_tree.end_of_subtree(rows, place)]
    return ClauseText(edition, rows[place], tuple(below), tuple(above))


def clause_by_number(edition: Edition, typed: str) -> int | None:
    """The clause that bears the number as typed (full-width, spaces and a closing dot forgiven), or None."""
    wanted = normal_number(typed)
    numbered = edition.clauses.exclude(number="").order_by("order").values_list("number", "clause_id")
    return next((clause_id for number, clause_id in numbered if wanted and normal_number(number) == wanted), None)


def rows_of(things: Iterable[tuple[int, int]]) -> dict[tuple[int, int], EditionClause]:
    """(edition, clause) -> what that edition says there; pairs without a row are left out. One query."""
    wanted = set(things)
    found = EditionClause.objects.filter(
        edition__in={edition for edition, _clause in wanted}, clause__in={clause for _edition, clause in wanted}
    )
    return {(row.edition_id, row.clause_id): row for row in found if (row.edition_id, row.clause_id) in wanted}


def editions_in_force(regulation_ids: Iterable[int], day: date) -> dict[int, Edition]:
    """Regulation -> its edition in force on the day. One query."""
    found = Edition.objects.in_force(day).filter(regulation__in=set(regulation_ids))
    return {edition.regulation_id: edition for edition in found}


def standings(rulings: Sequence[Ruling], day: date) -> dict[int, Standing]:
    """Key of each ruling -> how it stands to the edition in force: by the clause's identity, then by its words.

    A clause that was only renumbered or moved says what it said. Two queries, and two more for each ruling on a clause
    that only heads others.
    """
    in_force = editions_in_force((ruling.edition.regulation_id for ruling in rulings), day)
    later = {
        ruling.pk: in_force[ruling.edition.regulation_id]
        for ruling in rulings
        if ruling.edition.regulation_id in in_force
        and in_force[ruling.edition.regulation_id].number > ruling.edition.number
    }
    pairs = [(ruling.edition_id, ruling.clause_id) for ruling in rulings if ruling.pk in later]
    pairs += [(later[ruling.pk].pk, ruling.clause_id) for ruling in rulings if ruling.pk in later]
    rows = rows_of(pairs) if pairs else {}
    found = {}
    for ruling in rulings:
        if ruling.pk in later:
            found[ruling.pk] = _standing_in(later[ruling.pk], ruling, rows)
        elif ruling.edition.regulation_id not in in_force and ruling.edition.ended_at is not None:
            found[ruling.pk] = Standing.ENDED
        else:
            found[ruling.pk] = Standing.HOLDS
    return found


def _standing_in(edition: Edition, ruling: Ruling, rows: dict[tuple[int, int], EditionClause]) -> Standing:
    if (edition.pk, ruling.clause_id) not in rows:
        return Standing.REMOVED
    changed = differs(ruling.edition, edition, ruling.clause_id, rows)
    return Standing.CHANGED if changed else Standing.HOLDS


def differs(old: Edition, new: Edition, clause_id: int, rows: dict[tuple[int, int], EditionClause]) -> bool:
    """Whether two editions that both have a clause say different things there; `rows` holds both."""
    then, now = rows[old.pk, clause_id], rows[new.pk, clause_id]
    if _own_words(then) != _own_words(now):
        return True
    if then.text.strip():
        return False
    before, after = clause_text(old, clause_id), clause_text(new, clause_id)
    return before is None or after is None or before.words != after.words


def standing_of(ruling: Ruling, day: date) -> Standing:
    return standings([ruling], day)[ruling.pk]
