"""Rosters from a spreadsheet: errors by line, a dry run, the same file again changes nothing.

The lines of a person and day replace what stood there; people and days that the file does not name are left alone.
A person and day with an error on any of its lines is left alone as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.duty import permissions
from forms.cards.duty.actions.rostering import Day, days_of, write_days
from forms.cards.duty.enums import EXCUSING, LONGEST_REASON
from portal.journal import actions as journal
from portal.journal.actions import NamedActor
from portal.lib import clock
from portal.lib.chinese import fold
from portal.lib.refusals import NotYours
from portal.lib.spreadsheets import read_rows
from portal.org.enums import RosterState
from portal.org.models import Appointment, Person, Shift, Unit
from portal.org.readers import reader_for

REQUIRED = ("unit", "staff_number", "day")
COLUMNS = (*REQUIRED, "shift", "state", "reason")
EXAMPLES = (
    {"unit": "CREW1", "staff_number": "S1025", "day": "2026-11-23", "shift": "早班"},
    {"unit": "CREW1", "staff_number": "S1025", "day": "2026-11-24", "state": "leave", "reason": "年休假"},
    {"unit": "CREW1", "staff_number": "S1025", "day": "2026-11-25", "state": "off"},
)
# What people write in the two scripts, folded.
_STATES = {
    "": RosterState.WORKING,
    **{state.value: state for state in RosterState},
    **{fold(word): RosterState.WORKING for word in ("上班", "當班")},
    **{fold(word): RosterState.LEAVE for word in ("休假", "請假")},
    **{fold(word): RosterState.OFF for word in ("輪休", "休息")},
    **{fold(word): RosterState.NO_WORK for word in ("停工", "無作業")},
}


@dataclass(frozen=True)
class LineError:
    """Why a line was not taken; `column` '' when it concerns the whole line."""

    line: int
    column: str
    message: str


@dataclass
class RosterReport:
    """What became of a file. Days of people: new, changed, already so."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    already: int = 0
    dry_run: bool = False
    errors: list[LineError] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)  # name of a unit: how many days of people

    @property
    def refused(self) -> int:
        return len({error.line for error in self.errors})


class _CannotRead(ValueError):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class _Line:
    unit: Unit
    person: Person
    day: date
    shift: int | None
    state: str
    reason: str


def import_roster(data: bytes, *, by: Any, dry_run: bool = False, now: datetime | None = None) -> RosterReport:
    """Reads rosters from the bytes of a CSV or XLSX file. Lines with errors are reported, the others written unit by
    unit, each unit in one transaction with its journal entry; with `dry_run` nothing is written.

    Raises SpreadsheetRefused for a file that cannot be read, NotYours for somebody who keeps no roster.
    """
    now = now or clock.now()
    report = RosterReport(dry_run=dry_run)
    with scopes_disabled():
        reading = _Reading(by, clock.today(now))
        for unit, days in _days(reading, data, report).items():
            _take(unit, days, report, by=by, dry_run=dry_run, now=now)
    return report


class _Reading:
    """What lines name, looked up once for the whole file."""

    def __init__(self, by: Any, today: date) -> None:
        self.today = today
        units = Unit.objects.filter(kind__in=permissions.DUTY_UNITS, closed_on=None)
        if not isinstance(by, NamedActor):
            kept = permissions.kept_unit_ids(reader_for(by))
            units = units.filter(pk__in=kept)
            if not kept:
                raise NotYours(_("The roster is kept by the managers of the unit."))
        self.units = {unit.code: unit for unit in units}
        self.people = {person.staff_number.upper(): person for person in Person.objects.all()}
        self.shifts = {(shift.unit_id, fold(shift.name)): shift.pk for shift in Shift.objects.all()}
        self.held: dict[int, list[tuple[date, date]]] = {}
        for person, starts, ends in Appointment.objects.values_list("person_id", "starts_on", "ends_on"):
            self.held.setdefault(person, []).append((starts, ends or date.max))

    def line(self, row: dict[str, str]) -> _Line:
        unit = self.units.get(row["unit"])
        if unit is None:
            message = _("There is no unit with the code “%(code)s” among yours.")
            raise _CannotRead("unit", message % {"code": row["unit"]})
        person = self.people.get(row["staff_number"].upper())
        if person is None:
            message = _("“%(number)s” is nobody's staff number.")
            raise _CannotRead("staff_number", message % {"number": row["staff_number"]})
        day = _day(row["day"])
        if not any(starts <= day <= ends for starts, ends in self.held.get(person.pk, ())):
            message = _("%(name)s is not on the staff on that day.")
            raise _CannotRead("staff_number", message % {"name": person.name})
        state = _STATES.get(fold(row.get("state", "")))
        if state is None:
            raise _CannotRead("state", _("Write working, leave, off or no_work."))
        return _Line(unit, person, day, self._shift(unit, row.get("shift", ""), state), state, self._reason(row, state))

    def _shift(self, unit: Unit, name: str, state: str) -> int | None:
        if not name:
            if state == RosterState.WORKING:
                raise _CannotRead("shift", _("Name the shift, or the state of a day without work."))
            return None
        shift = self.shifts.get((unit.pk, fold(name)))
        if shift is None:
            message = _("There is no shift “%(name)s” in %(unit)s.")
            raise _CannotRead("shift", message % {"name": name, "unit": unit.name})
        if state in (RosterState.LEAVE, RosterState.OFF):
            raise _CannotRead("shift", _("On leave or off, one works no shift: leave one of the two out."))
        return shift

    def _reason(self, row: dict[str, str], state: str) -> str:
        reason = " ".join(row.get("reason", "").split())
        if state in EXCUSING and not reason:
            raise _CannotRead("reason", _("Give the reason for leave or for a day without work."))
        if len(reason) > LONGEST_REASON:
            raise _CannotRead("reason", _("Shorten the reason to %(most)s characters.") % {"most": LONGEST_REASON})
        return reason


_Days = dict[tuple[int, date], list[_Line]]


def _days(reading: _Reading, data: bytes, report: RosterReport) -> dict[Unit, _Days]:
    """The lines by unit, person and day, without those that have an error beside them."""
    found: dict[Unit, _Days] = {}
    numbers: dict[tuple[int, int, date], list[int]] = {}
    bad: set[tuple[int, int, date]] = set()
    homes: dict[tuple[int, date], Unit] = {}
    for number, row in read_rows(data, required=REQUIRED):
        report.rows += 1
        try:
            line = reading.line(row)
            _check_together(line, found, homes)
        except _CannotRead as problem:
            report.errors.append(LineError(number, problem.column, str(problem)))
            if (key := _key_of(reading, row)) is not None:
                bad.add(key)
            continue
        homes[line.person.pk, line.day] = line.unit
        numbers.setdefault((line.unit.pk, line.person.pk, line.day), []).append(number)
        found.setdefault(line.unit, {}).setdefault((line.person.pk, line.day), []).append(line)
    for unit_pk, person, day in sorted(bad & numbers.keys()):
        unit = homes[person, day]
        del found[unit][person, day]
        message = _("Another line of this person and day has an error: the day is left as it is.")
        report.errors += [LineError(number, "", message) for number in numbers[unit_pk, person, day]]
    report.errors.sort(key=lambda error: error.line)
    return found


def _key_of(reading: _Reading, row: dict[str, str]) -> tuple[int, int, date] | None:
    unit, person = reading.units.get(row["unit"]), reading.people.get(row["staff_number"].upper())
    try:
        return (unit.pk, person.pk, _day(row["day"])) if unit and person else None
    except _CannotRead:
        return None


def _check_together(line: _Line, found: dict[Unit, _Days], homes: dict[tuple[int, date], Unit]) -> None:
    """Two lines of one person and day are two shifts of one unit, nothing else."""
    home = homes.get((line.person.pk, line.day))
    if home is None:
        return
    if home != line.unit:
        raise _CannotRead("unit", _("This person stands in another unit on that day, further up in the file."))
    for other in found[line.unit][line.person.pk, line.day]:
        if other.state != line.state or other.shift is None or line.shift is None:
            raise _CannotRead("state", _("This contradicts a line further up for the same person and day."))
        if other.shift == line.shift:
            raise _CannotRead("", _("This line stands in the file twice."))


def _take(unit: Unit, days: _Days, report: RosterReport, *, by: Any, dry_run: bool, now: datetime) -> None:
    if not days:
        return
    wanted = {
        key: Day(tuple(sorted(line.shift for line in lines if line.shift)), lines[0].state)
        for key, lines in days.items()
    }
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        there = days_of(unit, {person for person, _day in wanted}, {day for _person, day in wanted})
        changed = {key: what for key, what in wanted.items() if there.get(key) != what}
        report.already += len(wanted) - len(changed)
        report.new += sum(key not in there for key in changed)
        report.changed += sum(key in there for key in changed)
        report.units[unit.name] = len(wanted)
        if dry_run or not changed:
            return
        reasons = {key: lines[0].reason for key, lines in days.items()}
        write_days(unit, changed, lambda person, day: reasons[person, day])
        data = {"days": len(changed), "from": min(changed, key=_second)[1], "to": max(changed, key=_second)[1]}
        journal.record(by=by, action="card_duty.import_roster", thing=unit, unit=unit, data=_json(data), now=now)


def _second(key: tuple[int, date]) -> date:
    return key[1]


def _json(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _CannotRead("day", _("Write the date as 2026-10-05.")) from None
