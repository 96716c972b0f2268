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

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from policies.enums import CURRENT, EditionState, Script
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
    issued_at: datetime | None
    owner: str
    interpreter: str
    scope: str
    change_note: str
    anchors: dict[str, str]

    @cached_property
    def html_bytes(self) -> bytes:
        return self.html.encode("utf-8")

    @cached_property
    def contents_bytes(self) -> bytes:
        return self.contents.encode("utf-8")

    def is_of(self, standing: Standing) -> bool:
        """Whether it is the text and the facts of this edition as it stands: the hash guards against another database
        under the same keys (tests, restore), the moment of issue against what was written for its trial."""
        return self.tree_hash == standing.tree_hash and self.issued_at == standing.issued_at

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


def text_of(standing: Standing, script: str) -> EditionText:
    """The text from memory, or read and kept."""
    key = (standing.edition_id, script)
    text = kept_texts.get(key)
    if text is None or not text.is_of(standing):
        text = kept_texts.put(key, _load(standing.edition_id, script))
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
        issued_at=edition.issued_at,
        owner=_name(edition.owner_unit),
        interpreter=_name(edition.interpreting_unit),
        scope=scope_of(edition),
        change_note=edition.change_note,
        anchors=anchors,
    )


def _name(unit: Unit | None) -> str:
    return unit.name if unit else ""


def scope_of(edition: Edition) -> str:
    """For whom the edition is, in the words of its audience."""
    with translation.override(settings.LANGUAGE_CODE):
        rules = edition.audience_rules.select_related("unit", "post").order_by("pk")
        return "、".join(str(rule) for rule in rules)


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
    issued_at: datetime | None
    review_due_on: date | None
    trial_ends_on: date | None
    receipt_at: datetime | None  # for this edition, or for an earlier one whose receipt counts for it
    last_number: int | None  # the edition this reader confirmed last, up to this one
    audience: tuple[Rule, ...]

    def is_for(self, reader: Reader) -> bool:
        """The same answer as `reader.may_read(edition.audience)`."""
        return any(rule.names(reader) for rule in self.audience)

    @property
    def in_trial(self) -> bool:
        return self.state == EditionState.IN_TRIAL

    def trial_is_over(self, day: date) -> bool:
        return self.in_trial and self.trial_ends_on is not None and self.trial_ends_on < day

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
    """Editions ever published, each with each line of its audience, and this person's receipt."""
    return (
        Edition.objects.published()
        .filter(regulation__slug=slug)
        .order_by("-number")
        .with_receipt_of(person_id)
        .values_list(  # type: ignore[misc]
            "pk",
            "number",
            "state",
            "effective_on",
            "tree_hash",
            "regulation__number",
            "issued_at",
            "review_due_on",
            "trial_ends_on",
            "receipt_at",
            "last_number",
            "audience_rules__token",
            "audience_rules__unit__path",
            "audience_rules__post_id",
        )
    )


_current_rows = PreparedRows(lambda slug, person: _rows(slug, person).filter(state__in=sorted(CURRENT)), str, int)
_FACTS = 11


def standings(slug: str, person_id: int | None, *, number: int | None = None) -> list[Standing]:
    """Editions under this address that were ever published, the highest number first, with this person's receipt on
    each.

    Without `number` only those issued or on trial now. One query.
    """
    person_id = person_id or 0
    rows = _current_rows.rows(slug, person_id) if number is None else _rows(slug, person_id).filter(number=number)
    grouped: dict[tuple[Any, ...], list[Rule]] = {}
    for row in rows:
        grouped.setdefault(row[:_FACTS], []).append(Rule(*row[_FACTS:]))
    return [Standing(*(*facts, tuple(rules))) for facts, rules in grouped.items()]


def in_force(found: list[Standing], day: date) -> Standing | None:
    """Of the issued editions of one regulation: the highest whose day has come; before that day, the one announced
    first."""
    issued = [one for one in found if not one.in_trial]
    come = [one for one in issued if one.effective_on <= day]
    if come:
        return come[0]
    return issued[-1] if issued else None


@dataclass(frozen=True)
class Choice:
    """What a reader is shown under a regulation's address, and what is pointed to beside it."""

    standing: Standing
    announced: Standing | None = None
    trial: Standing | None = None


def chosen(found: list[Standing], reader: Reader) -> Choice | None:
    """The edition in force; where there is none for this reader, the one on trial with the reader. Later editions are
    named only to those whom they are for. None where nothing current is for the reader."""
    mine = [one for one in found if one.is_for(reader)]
    standing = in_force(found, reader.day)
    trial = next((one for one in mine if one.in_trial and not one.trial_is_over(reader.day)), None)
    if standing is None or standing not in mine:
        return Choice(trial) if trial else None
    later = [one for one in mine if not one.in_trial and one.number > standing.number]
    return Choice(standing, later[0] if later else None, trial)
