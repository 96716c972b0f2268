"""Injuries and near misses from a spreadsheet: the guards of the form, errors by line, a dry run; a repeated line is
counted and left alone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.enums import Category
from forms.cards.models import Area
from forms.cards.plans import permissions
from forms.cards.plans.actions import clean
from forms.cards.plans.actions.incidents import IncidentDraft, require_sound
from forms.cards.plans.enums import IncidentVerb, Severity, Source
from forms.cards.plans.models import Incident, IncidentChange
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import fold
from portal.lib.refusals import NotYours, Refused
from portal.lib.spreadsheets import read_rows
from portal.org.models import Unit
from portal.org.readers import reader_for

COLUMNS = ("unit", "happened_on", "area", "source", "category", "severity", "what")
MOST_ROWS = 5000
EXAMPLE = ("CREW1", "2026-09-14", "泥漿罐區", "near_miss", "positions", "medium", "蓋板移位，一人踩空，扶住欄杆")
# What people write in their own files, folded, beside the codes.
WORDS = {
    "source": {"受傷": "injury", "傷害": "injury", "未遂事件": "near_miss", "未遂": "near_miss", "險肇": "near_miss"},
    "severity": {"輕": "light", "輕微": "light", "中": "medium", "一般": "medium", "重": "grave", "嚴重": "grave"},
    "category": {
        "人員的反應": "reactions",
        "人員的位置": "positions",
        "個人防護裝備": "protection",
        "工具和設備": "tools",
        "程序與整潔": "procedures",
        "人機工程": "ergonomics",
    },
}
CHOICES: dict[str, Any] = {"source": Source, "category": Category, "severity": Severity}


@dataclass(frozen=True)
class LineError:
    line: int
    column: str
    message: str


@dataclass
class IncidentReport:
    """What became of a file: each row is new, was there already, or has an error."""

    rows: int = 0
    imported: int = 0
    already: int = 0
    dry_run: bool = False
    errors: list[LineError] = field(default_factory=list)


@transaction.atomic
def import_incidents(data: bytes, *, by: Any, dry_run: bool = False, now: datetime | None = None) -> IncidentReport:
    """Reads the bytes of a CSV or XLSX file with COLUMNS. Lines with errors are left out and reported; with `dry_run`
    nothing is written and the report is the same. SpreadsheetRefused for a file that cannot be read."""
    now = now or clock.now()
    if not permissions.user_can_import_incidents(by):
        raise NotYours(_("Injuries and near misses are imported by unit managers and the safety department."))
    report = IncidentReport(dry_run=dry_run)
    with scopes_disabled():
        reading = _Reading(by)
        new: dict[str, IncidentDraft] = {}
        for line, row in read_rows(data, required=COLUMNS, max_rows=MOST_ROWS):
            report.rows += 1
            try:
                draft = reading.draft(row)
                require_sound(draft, clock.today(now))
            except Refused as refused:
                report.errors.append(LineError(line, refused.field or "", str(refused.message)))
                continue
            key = key_of(draft)
            if key in new:
                report.already += 1
            new[key] = draft
        there = set(Incident.objects.filter(import_key__in=list(new)).values_list("import_key", flat=True))
        report.already += len(there)
        wanted = {key: draft for key, draft in new.items() if key not in there}
        report.imported = len(wanted)
        if not dry_run:
            _write(wanted, by=by, now=now)
    return report


def key_of(draft: IncidentDraft) -> str:
    content = [draft.unit.pk, draft.happened_on.isoformat(), draft.area.pk, draft.source, draft.category]
    content += [draft.severity, clean(draft.what)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _write(wanted: dict[str, IncidentDraft], *, by: Any, now: datetime) -> None:
    made = Incident.objects.bulk_create(
        Incident(import_key=key, **(vars(draft) | {"what": clean(draft.what)})) for key, draft in wanted.items()
    )
    IncidentChange.objects.bulk_create(
        IncidentChange(incident=incident, by=by, at=now, verb=IncidentVerb.ENTER) for incident in made
    )
    for incident in made[:1]:  # one entry stands for the file
        journal.record(
            by=by,
            action="plans.import_incidents",
            thing=incident,
            unit=incident.unit_id,
            data={"rows": len(made)},
            now=now,
        )


class _Reading:
    """What rows name, looked up once for the whole file."""

    def __init__(self, by: Any) -> None:
        self.units = {unit.code: unit for unit in permissions.incident_units(reader_for(by))}
        areas = Area.objects.open().filter(unit__in=[unit.pk for unit in self.units.values()])
        self.areas = {(area.unit_id, fold(area.name)): area for area in areas}

    def draft(self, row: dict[str, str]) -> IncidentDraft:
        unit: Unit | None = self.units.get(row["unit"])
        if unit is None:
            message = _("There is no unit with the code “%(code)s” among yours.")
            raise Refused(message % {"code": row["unit"]}, field="unit")
        area = self.areas.get((unit.pk, fold(row["area"])))
        if area is None:
            message = _("There is no area “%(name)s” in %(unit)s.")
            raise Refused(message % {"name": row["area"], "unit": unit.name}, field="area")
        said = {name: _choice(row, name) for name in CHOICES}
        return IncidentDraft(unit=unit, happened_on=_day(row["happened_on"]), area=area, what=row["what"], **said)


def _choice(row: dict[str, str], column: str) -> str:
    """A code, its word in any language of the portal, or a word people use for it."""
    text = fold(row[column])
    for value, label in CHOICES[column].choices:
        if text in (fold(value), fold(str(label))):
            return str(value)
    for word, value in WORDS[column].items():
        if text == fold(word):
            return value
    message = _("Write one of: %(words)s.")
    raise Refused(message % {"words": "、".join(str(label) for label in CHOICES[column].labels)}, field=column)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Refused(_("Write the date as 2026-10-05."), field="happened_on") from None
