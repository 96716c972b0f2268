"""The clause a deviation is about: found by its number, shown with what stands below it, compared with the edition in
force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policies import reading
from policies.deviations.enums import ClauseChange
from policies.deviations.models import Deviation
from policies.enums import NUMBERED, ClauseKind, EditionState
from policies.models import Edition, EditionClause
from policies.wording import lines_below
from portal.lib import clock
from portal.org.readers import Reader


def editions_to_deviate_from(reader: Reader) -> list[Edition]:
    """The editions in force that this reader may read: nobody deviates from what does not hold yet or any more."""
    found = Edition.objects.in_force(reader.day).filter(state=EditionState.ISSUED).for_tokens(reader.tokens)
    return list(found.select_related("regulation", "owner_unit").order_by("regulation__number", "title"))


def edition_once_read(reader: Reader, asked: Mapping[str, str]) -> list[Edition]:
    """The edition that an application was begun on, whether it still holds or not; only for its readers."""
    key = asked.get("edition", "")
    if not (key.isdecimal() and len(key) < 16):
        return []
    found = Edition.objects.filter(pk=key, issued_at__isnull=False).for_tokens(reader.tokens)
    return list(found.select_related("regulation", "owner_unit"))


def find_by_number(edition: Edition, typed: str) -> EditionClause | None:
    """The clause with the number as typed; full-width digits, spaces and a closing dot are forgiven."""
    wanted = reading.normal_number(typed)
    rows = edition.clauses.filter(kind__in=NUMBERED).exclude(kind=ClauseKind.CHAPTER).exclude(number="")
    return next((row for row in rows.order_by("order") if reading.normal_number(row.number) == wanted), None)


def numbers_of(edition: Edition) -> list[str]:
    """What may be typed, in the order of the text."""
    rows = edition.clauses.filter(kind=ClauseKind.CLAUSE).exclude(number="")
    return list(rows.order_by("order").values_list("number", flat=True))


def lines_of(wording: EditionClause) -> list[str]:
    """The clause as the edition says it, one line a row, with everything below it."""
    return lines_below(list(EditionClause.objects.filter(edition=wording.edition_id).order_by("order")), wording.pk)


def changes_since(deviations: Iterable[Deviation]) -> dict[int, ClauseChange]:
    """By key of the deviation: what became of its clause where the edition in force no longer says the same."""
    deviations = list(deviations)
    regulations = {deviation.wording.edition.regulation_id for deviation in deviations}
    current = {
        edition.regulation_id: edition.pk
        for edition in Edition.objects.in_force(clock.today()).filter(
            regulation__in=regulations, state=EditionState.ISSUED
        )
    }
    found: dict[int, ClauseChange] = {}
    moved_on = []
    for deviation in deviations:
        edition_id = current.get(deviation.wording.edition.regulation_id)
        if edition_id is None:
            found[deviation.pk] = ClauseChange.NOT_IN_FORCE
        elif edition_id != deviation.wording.edition_id:
            moved_on.append((deviation, edition_id))
    if moved_on:
        editions = {edition_id for _deviation, edition_id in moved_on}
        editions |= {deviation.wording.edition_id for deviation, _edition_id in moved_on}
        texts = _texts_below(editions, {deviation.clause_id for deviation, _edition_id in moved_on})
        for deviation, edition_id in moved_on:
            now_reads = texts.get((edition_id, deviation.clause_id))
            if now_reads is None:
                found[deviation.pk] = ClauseChange.GONE
            elif now_reads != texts[(deviation.wording.edition_id, deviation.clause_id)]:
                found[deviation.pk] = ClauseChange.CHANGED
    return found


def _texts_below(editions: set[int], clauses: set[int]) -> dict[tuple[int, int], list[tuple[str, str]]]:
    """(edition, clause) -> the words of the clause and of everything below it, without numbers: a clause that only
    moved says the same."""
    rows = EditionClause.objects.filter(edition__in=editions).order_by("edition", "order")
    above: dict[tuple[int, int], int | None] = {}
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    values: Any = rows.values_list("edition_id", "clause_id", "parent__clause_id", "heading", "text")
    for edition_id, clause_id, parent_id, heading, text in values:
        above[(edition_id, clause_id)] = parent_id
        at: int | None = clause_id
        while at is not None:
            if at in clauses:
                found.setdefault((edition_id, at), []).append((heading, text))
            at = above.get((edition_id, at))
    return found
