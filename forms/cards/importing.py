"""Cards from a spreadsheet: the guards of the form, errors by line, a dry run, batches that may be repeated.

Every card gets a key made of all it says. A card that is already there is counted and left alone, so that a corrected
file may simply be imported again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards import permissions, rules
from forms.cards.actions import content_of, new_card, new_items, planned_by_rule
from forms.cards.directory import staff_name_guard
from forms.cards.enums import Category, Step
from forms.cards.models import Area, Card, CardImport, CardItem
from forms.cards.rules import CardDraft, ItemDraft, Problem, StaffRecords
from forms.cards.tallies import add_cards
from portal.journal import actions as journal
from portal.journal.actions import NamedActor
from portal.lib import clock
from portal.lib.chinese import fold
from portal.lib.names_guard import Finding, FindsNames
from portal.lib.refusals import NotYours, Refused
from portal.lib.spreadsheets import read_rows
from portal.org.models import Person, Shift, Unit
from portal.org.readers import reader_for

BATCH = 1000
# 100,000 cards with all their texts: the rows are read one by one, so the size costs time and little memory.
LARGEST_FILE = 120 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
REQUIRED = ("unit", "kind", "observers", "area", "observed_on", "observed_at", "seconds", "steps", "out_of_sight")
TEXTS = rules.TEXT_FIELDS
ITEM_PARTS = (*rules.COUNTS, "note", "action")
CATEGORIES = tuple(Category.values)
ITEM_COLUMNS = tuple(f"{category}_{part}" for category in CATEGORIES for part in ITEM_PARTS)
COLUMNS = (*REQUIRED, "shift", "came_close", *TEXTS, *ITEM_COLUMNS)
EXAMPLE = {
    "unit": "CREW1",
    "kind": "planned",
    "observers": "S0007 S0008",
    "area": "鑽台",
    "observed_on": "2026-11-20",
    "observed_at": "09:30",
    "seconds": "120",
    "steps": "praise discuss thank",
    "out_of_sight": "yes",
    "came_close": "yes",
    "said": "討論了起吊時站位的風險",
    "agreed": "起吊前先清空吊物下方",
    "protection_safe": "3",
    "positions_unsafe_acts": "1",
    "positions_action": "立即停止起吊，請人員退到安全線外",
}
_KINDS = {
    "planned": True,
    "有計劃": True,
    "有計劃的": True,
    "random": False,
    "隨機": False,
    "隨機的": False,
}
_YES = frozenset({"1", "yes", "true", "y", "是", "x", "√", "✓"})
_NO = frozenset({"", "0", "no", "false", "n", "否"})


@dataclass(frozen=True)
class LineError:
    """Why a line was not taken; `column` '' when it concerns the whole line."""

    line: int
    column: str
    message: str
    rule: str = ""


@dataclass
class ImportReport:
    """What became of a file: every row is imported, already there, or has errors."""

    rows: int = 0
    imported: int = 0
    already: int = 0
    dry_run: bool = False
    errors: list[LineError] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len({error.line for error in self.errors})


class _CannotRead(ValueError):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def import_cards(
    data: bytes,
    *,
    by: Any,
    dry_run: bool = False,
    name: str = "",
    progress: Callable[[ImportReport], None] | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Reads cards from the bytes of a CSV or XLSX file (columns: COLUMNS, of which REQUIRED must be there).

    Lines with errors are left out and reported, the others are written in batches of a thousand, each with its journal
    entry; with `dry_run` nothing is written and the report is the same. Killed in between, the same file is simply
    imported again. `name` is the file's, guarded and not kept; `progress` hears of each batch. Raises
    SpreadsheetRefused for a file that cannot be read, NotYours for somebody who may not import, Refused for a file name
    that points at a person.
    """
    now = now or clock.now()
    if not isinstance(by, NamedActor) and not permissions.user_can_import_cards(by):
        raise NotYours(_("Cards are imported by unit managers and the safety department."))
    report = ImportReport(dry_run=dry_run)
    digest = hashlib.sha256(data).hexdigest()
    with scopes_disabled():
        reading = _Reading(by, now)
        for found in reading.guard.find(name):
            raise Refused(rules.name_message(_("file name"), found), field="file")
        read = read_rows(data, max_bytes=LARGEST_FILE, max_unpacked=LARGEST_UNPACKED, required=REQUIRED)
        drafts = _drafts(read, reading, report)
        seen: set[str] = set()
        while batch := list(islice(drafts, BATCH)):
            new = _not_yet_there(batch, seen, report)
            report.imported += len(new)
            if new and not dry_run:
                _write(new, by=by, person=reading.person, digest=digest, now=now)
            if progress is not None:
                progress(report)
    return report


class _Remembering:
    """The guard with what it found in each text, while a file is read: in a file the same sentences come again."""

    MOST = 50_000  # texts; of a longer file only the newest are remembered

    def __init__(self, guard: FindsNames) -> None:
        self._guard = guard
        self._found: dict[str, list[Finding]] = {}

    def find(self, text: str) -> list[Finding]:
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= self.MOST:
                self._found.clear()
            found = self._found[text] = self._guard.find(text)
        return found


class _Reading:
    """What rows name - units, areas, shifts, people - looked up once for the whole file."""

    def __init__(self, by: Any, now: datetime) -> None:
        self.now = now
        self.units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
        self.areas: dict[tuple[int, str], Area] = {(a.unit_id, fold(a.name)): a for a in Area.objects.open()}
        self.shifts: dict[tuple[int, str], Shift] = {(s.unit_id, fold(s.name)): s for s in Shift.objects.all()}
        self.people: dict[str, Person] = {p.staff_number.upper(): p for p in Person.objects.all()}
        self.staff = StaffRecords(self.people.values())
        self.guard = _Remembering(staff_name_guard())
        self.person: Person | None = None
        self.allowed: frozenset[int] | None = None
        if not isinstance(by, NamedActor):
            self.person = next((p for p in self.people.values() if p.user_id == by.pk), None)
            self.allowed = frozenset(reader_for(by).unit_ids)

    def draft(self, row: dict[str, str]) -> CardDraft:
        """The card of a row; _CannotRead names the first column that cannot be understood."""
        unit = self.units.get(row["unit"])
        if unit is None or (self.allowed is not None and unit.pk not in self.allowed):
            message = _("There is no unit with the code “%(code)s” among yours.")
            raise _CannotRead("unit", message % {"code": row["unit"]})
        return CardDraft(
            unit=unit,
            planned=_kind(row["kind"]),
            observers=[self._person(number) for number in row["observers"].replace(",", " ").replace(";", " ").split()],
            area=_known(self.areas, unit, row["area"], "area", _("There is no area “%(name)s” in %(unit)s.")),
            observed_on=_day(row["observed_on"]),
            observed_at=_clock_time(row["observed_at"]),
            seconds=_number(row, "seconds"),
            items=[_item(row, category) for category in CATEGORIES],
            steps=_steps(row["steps"]),
            shift=(
                _known(self.shifts, unit, name, "shift", _("There is no shift “%(name)s” in %(unit)s."))
                if (name := row.get("shift", ""))
                else None
            ),
            came_close=_truth(row, "came_close"),
            out_of_sight=_truth(row, "out_of_sight"),
            **{name: row.get(name, "") for name in TEXTS},  # type: ignore[arg-type]
        )

    def _person(self, number: str) -> Person:
        person = self.people.get(number.upper())
        if person is None:
            message = _("“%(number)s” is nobody's staff number: name the observers by their staff numbers.")
            raise _CannotRead("observers", message % {"number": number})
        return person

    def problems(self, draft: CardDraft) -> list[Problem]:
        return rules.problems(draft, by=self.person, staff=self.staff, guard=self.guard, now=self.now)


def _drafts(
    rows: Iterable[tuple[int, dict[str, str]]], reading: _Reading, report: ImportReport
) -> Iterator[tuple[str, CardDraft]]:
    """Cards that passed every rule, each with its key; what did not pass goes to the report."""
    for line, row in rows:
        report.rows += 1
        try:
            draft = reading.draft(row)
        except _CannotRead as problem:
            report.errors.append(LineError(line, problem.column, str(problem)))
            continue
        found = reading.problems(draft)
        if found:
            report.errors += [LineError(line, problem.field or "", problem.message, problem.rule) for problem in found]
            continue
        yield key_of(draft), draft


def key_of(draft: CardDraft) -> str:
    """SHA-256 over everything the card says: the same card read twice has the same key."""
    text = json.dumps(content_of(draft), ensure_ascii=False, sort_keys=True, default=_as_json)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _not_yet_there(
    batch: list[tuple[str, CardDraft]], seen: set[str], report: ImportReport
) -> list[tuple[str, CardDraft]]:
    there = set(Card.objects.filter(import_key__in=[key for key, _draft in batch]).values_list("import_key", flat=True))
    new = []
    for key, draft in batch:
        if key in there or key in seen:
            report.already += 1
        else:
            seen.add(key)
            new.append((key, draft))
    return new


@transaction.atomic
def _write(batch: list[tuple[str, CardDraft]], *, by: Any, person: Person | None, digest: str, now: datetime) -> None:
    """One batch in one transaction: cards, their observers and items, and one journal entry."""
    written = CardImport.objects.create(at=now, cards=len(batch), file_digest=digest)
    by_rule = planned_by_rule([draft for _key, draft in batch], now=now)
    cards = Card.objects.bulk_create(
        [
            new_card(draft, now=now, by=person, planned_by_rule=rule, batch=written, import_key=key)
            for (key, draft), rule in zip(batch, by_rule, strict=True)
        ]
    )
    taken = [
        (card, new_items(card, draft), {observer.pk for observer in draft.observers})
        for card, (_key, draft) in zip(cards, batch, strict=True)
    ]
    through = Card.observers.through
    through.objects.bulk_create(
        through(card_id=card.pk, person_id=person) for card, _items, people in taken for person in people
    )
    CardItem.objects.bulk_create(item for _card, items, _people in taken for item in items)
    add_cards(taken)
    journal.record(
        by=by, action="cards.import", thing=written, data={"cards": len(batch), "file_sha256": digest}, now=now
    )


def _known(found: dict[tuple[int, str], Any], unit: Unit, name: str, column: str, message: str) -> Any:
    thing = found.get((unit.pk, fold(name)))
    if thing is None:
        raise _CannotRead(column, message % {"name": name, "unit": unit.name})
    return thing


def _kind(text: str) -> bool:
    if text.lower() not in _KINDS:
        raise _CannotRead("kind", _("Write “planned” or “random”."))
    return _KINDS[text.lower()]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _CannotRead("observed_on", _("Write the date as 2026-10-05.")) from None


def _clock_time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    except ValueError:
        raise _CannotRead("observed_at", _("Write the time as 08:30.")) from None


def _number(row: dict[str, str], column: str) -> int:
    text = row.get(column, "")
    if not text and column != "seconds":
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _CannotRead(column, _("Write a whole number, 0 or more."))
    return int(text)


def _truth(row: dict[str, str], column: str) -> bool:
    text = row.get(column, "").lower()
    if text not in _YES | _NO:
        raise _CannotRead(column, _("Write “yes” or “no”."))
    return text in _YES


def _steps(text: str) -> frozenset[str]:
    steps = frozenset(text.lower().replace(",", " ").replace(";", " ").split())
    if not steps <= rules.STEPS:
        raise _CannotRead("steps", _("Write one or more of: %(steps)s.") % {"steps": " ".join(Step.values)})
    return steps


def _item(row: dict[str, str], category: str) -> ItemDraft:
    counts = {count: _number(row, f"{category}_{count}") for count in rules.COUNTS}
    note, action = row.get(f"{category}_note", ""), row.get(f"{category}_action", "")
    return ItemDraft(category, **counts, note=note, action=action)  # type: ignore[arg-type]


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value.pk
