"""What a reader gets of an issued edition: who may read which, and the text from memory.

An edition never changes once issued, so its rendered text, its numbers and its audience are kept in this process by
the edition's key; what may change (state, receipts, appointments) is asked for at every request.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from policies.enums import EditionState, Script
from policies.keeping import Kept
from policies.models import Edition, EditionBody
from policies.prepared import PreparedRows
from portal.lib.middleware import SCRIPT_OF_LANGUAGE
from portal.org.models import Unit
from portal.org.readers import PUBLIC, STAFF, Reader

KEPT_TEXTS = 256


@dataclass(frozen=True)
class EditionText:
    """An issued edition in one script, with all that can never change about it."""

    edition_id: int
    regulation_id: int
    slug: str
    number: int
    script: str
    title: str
    html: str
    contents: str
    digest: str
    tree_hash: str
    effective_on: date | None
    review_due_on: date | None
    owner: str
    interpreter: str
    change_note: str
    anchors: dict[str, str]

    @cached_property
    def html_bytes(self) -> bytes:
        return self.html.encode("utf-8")

    @cached_property
    def contents_bytes(self) -> bytes:
        return self.contents.encode("utf-8")

    @property
    def dotted_numbers_only(self) -> bool:
        """Whether every number is made of digits and dots: then a phone may show its number keys."""
        return all(set(number) <= set("0123456789.") for number in self.anchors)

    def anchor_of(self, typed: str) -> str | None:
        """The place of the clause with the number as typed (full-width, spaces and a closing dot forgiven), or None."""
        return self.anchors.get(normal_number(typed))


def normal_number(typed: str) -> str:
    """ "４。５．３ " -> "4.5.3"."""
    text = unicodedata.normalize("NFKC", typed).replace("。", ".").replace("、", "")
    return "".join(text.split()).strip(".").casefold()


kept_texts: Kept[EditionText] = Kept(KEPT_TEXTS)


def text_of(edition_id: int, script: str, tree_hash: str) -> EditionText:
    """The text from memory, or read and kept. The hash guards against another database under the same keys (tests,
    restore)."""
    key = (edition_id, script)
    text = kept_texts.get(key)
    if text is None or text.tree_hash != tree_hash:
        text = kept_texts.put(key, _load(edition_id, script))
    return text


def _load(edition_id: int, script: str) -> EditionText:
    edition = Edition.objects.select_related("regulation", "owner_unit", "interpreting_unit").get(pk=edition_id)
    body = EditionBody.objects.get(edition=edition, script=script)
    anchors: dict[str, str] = {}
    for number, anchor in edition.clauses.exclude(number="").order_by("order").values_list("number", "anchor"):
        anchors.setdefault(normal_number(number), anchor)
    return EditionText(
        edition_id=edition.pk,
        regulation_id=edition.regulation_id,
        slug=edition.regulation.slug,
        number=edition.number,
        script=script,
        title=body.title,
        html=body.html,
        contents=body.contents,
        digest=body.digest,
        tree_hash=edition.tree_hash,
        effective_on=edition.effective_on,
        review_due_on=edition.review_due_on,
        owner=_name(edition.owner_unit),
        interpreter=_name(edition.interpreting_unit),
        change_note=edition.change_note,
        anchors=anchors,
    )


def _name(unit: Unit | None) -> str:
    return unit.name if unit else ""


def script_for(language: str) -> str:
    """The script of an interface language; English readers get the text in Traditional, which is as written."""
    return SCRIPT_OF_LANGUAGE.get(language, Script.HANT)


@dataclass(frozen=True)
class Rule:
    """One line of an edition's audience, with the place of its unit as the tree stands now."""

    token: str
    unit_path: str | None
    post_id: int | None

    def names(self, reader: Reader) -> bool:
        """Whether the reader holds the rule's token. Units are met by their paths, so that no query is needed for the
        units above the reader's own."""
        if self.token == PUBLIC:
            return True
        if self.token == STAFF:
            return reader.is_staff_member
        return any(
            (self.unit_path is None or held.unit.path.startswith(self.unit_path))
            and (self.post_id is None or held.post_id == self.post_id)
            for held in reader.appointments
        )


@dataclass(frozen=True)
class Standing:
    """What may change about an edition, for whom it is, and the reader's own mark on it."""

    edition_id: int
    number: int
    state: str
    effective_on: date
    tree_hash: str
    document_number: str
    receipt_at: datetime | None  # for this edition, or for an earlier one that still counts for it
    last_number: int | None  # the edition this reader confirmed last, up to this one
    audience: tuple[Rule, ...]

    def is_for(self, reader: Reader) -> bool:
        """The same answer as `reader.may_read(edition.audience)`."""
        return any(rule.names(reader) for rule in self.audience)

    @property
    def asks_for_receipts(self) -> bool:
        """Whether somebody is named by its audience, not the public alone."""
        return any(rule.token != PUBLIC for rule in self.audience)


def person_id_of(reader: Reader) -> int | None:
    """The key of the reader's person; costs no query beyond the appointments where there are any."""
    if reader.appointments:
        return reader.appointments[0].person_id
    return reader.person.pk if reader.person else None


def _rows(slug: str, person_id: int) -> QuerySet[Edition, Any]:
    """Editions ever issued, each with each line of its audience, and this person's receipt for it."""
    return (
        Edition.objects.filter(regulation__slug=slug, issued_at__isnull=False)
        .order_by("-number")
        .with_receipt_of(person_id)
        .values_list(  # type: ignore[misc]
            "pk",
            "number",
            "state",
            "effective_on",
            "tree_hash",
            "regulation__number",
            "receipt_at",
            "last_number",
            "audience_rules__token",
            "audience_rules__unit__path",
            "audience_rules__post_id",
        )
    )


_issued_rows = PreparedRows(lambda slug, person: _rows(slug, person).filter(state=EditionState.ISSUED), str, int)


def standings(slug: str, person_id: int | None, *, number: int | None = None) -> list[Standing]:
    """Editions under this address that were ever issued, the highest number first, with this person's receipt on each.

    Without `number` only those issued now. One query.
    """
    person_id = person_id or 0
    rows = _issued_rows.rows(slug, person_id) if number is None else _rows(slug, person_id).filter(number=number)
    grouped: dict[tuple[Any, ...], list[Rule]] = {}
    for row in rows:
        grouped.setdefault(row[:8], []).append(Rule(*row[8:]))
    return [Standing(*(*facts, tuple(rules))) for facts, rules in grouped.items()]


def in_force(found: list[Standing], day: date) -> Standing | None:
    """Of the issued editions of one regulation: the highest whose day has come; before that day, the one announced
    first."""
    come = [one for one in found if one.effective_on <= day]
    if come:
        return come[0]
    return found[-1] if found else None
