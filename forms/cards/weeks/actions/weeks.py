"""The verbs of the weekly analysis: write the record, set measures, close it; report, verify and return a measure
(SAF-16, clause 5.4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_scopes import scopes_disabled

from forms.cards.enums import Category
from forms.cards.models import Area
from forms.cards.weeks import figures, permissions
from forms.cards.weeks.actions.words import changed_meanwhile, note, refuse_names, require_words
from forms.cards.weeks.enums import (
    FEWEST_PRESENT,
    MEASURE_TRANSITIONS,
    MeasureKind,
    MeasureState,
    WeekState,
    term_of,
)
from forms.cards.weeks.models import Week, WeekMeasure
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit


@dataclass(frozen=True)
class Minutes:
    """What is written down of the meeting."""

    met_on: date | None = None
    met_at: time | None = None
    present: Sequence[Person] = field(default_factory=tuple)
    discussion: str = ""
    no_measure_reason: str = ""


@dataclass(frozen=True)
class MeasureDraft:
    text: str
    owner: Person
    due_on: date
    kind: str = MeasureKind.REMEDY
    area: Area | None = None
    category: str = ""


def _locked_week(unit: Unit, week: Period) -> Week:
    """The record of the week, made where there is none. Two at once: one after the other."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    return Week.objects.get_or_create(unit=unit, starts_on=week.start)[0]  # type: ignore[no-any-return]


def _require_open(record: Week) -> None:
    if record.is_closed:
        raise Conflict(_("This week is closed: its record and its figures are not changed any more."))


def _require_holder(by: Any, unit: Unit) -> None:
    if not permissions.user_can_hold_week(by, unit):
        raise NotYours(_("The weekly analysis is kept by the unit's managers and crew leaders."))


@transaction.atomic
def write_week(
    *, by: Any, unit: Unit, week: Period, minutes: Minutes, version: int | None = None, now: datetime | None = None
) -> Week:
    """Keeps what was written so far. `version`: the one that was read; Conflict where somebody wrote since."""
    now = now or clock.now()
    _require_holder(by, unit)
    if week.start > clock.today(now):
        raise Refused(_("This week has not begun yet."))
    with scopes_disabled():
        record = _locked_week(unit, week)
        _require_open(record)
        if version is not None and version != record.version:
            raise Conflict(changed_meanwhile())
        _require_sound(record, minutes, clock.today(now))
        record.met_on, record.met_at = minutes.met_on, minutes.met_at
        record.discussion = minutes.discussion.strip()
        record.no_measure_reason = minutes.no_measure_reason.strip()
        record.version += 1
        record.save()
        record.present.set(minutes.present)
    note(by=by, verb="write_week", thing=record, unit=unit.pk, now=now, week=week.code)
    return record


def _require_sound(record: Week, minutes: Minutes, today: date) -> None:
    if minutes.met_on is not None and not record.starts_on <= minutes.met_on <= today:
        message = _("The meeting is on a day from %(first)s to today.")
        raise Refused(message % {"first": f"{record.starts_on:%Y-%m-%d}"}, field="met_on")
    known = set(permissions.people_of(record.unit, minutes.met_on or today).values_list("pk", flat=True))
    if any(person.pk not in known for person in minutes.present):
        raise Refused(_("Choose people of the unit."), field="present")
    refuse_names(
        discussion=(_("what was discussed"), minutes.discussion),
        no_measure_reason=(_("why no measure is needed"), minutes.no_measure_reason),
    )


@transaction.atomic
def close_week(*, by: Any, record: Week, now: datetime | None = None) -> Week:
    """The meeting was held: its figures are frozen now. After the term it is marked late, and the week stays missed."""
    now = now or clock.now()
    _require_holder(by, record.unit)
    with scopes_disabled():
        record = Week.objects.select_for_update(of=("self",)).select_related("unit").get(pk=record.pk)
        _require_open(record)
        if not permissions.period_is_over(record.period, clock.today(now)):
            message = _("The week still runs: close it on %(day)s or later.")
            raise Refused(message % {"day": f"{record.period.end:%Y-%m-%d}"})
        if record.met_on is None:
            raise Refused(_("Write down when the meeting was."), field="met_on")
        if record.present.count() < FEWEST_PRESENT:
            raise Refused(_("Tick who was present: one person alone is no meeting."), field="present")
        require_words(record.discussion, "discussion", _("Write down what was discussed."))
        frozen = figures.week_figures(record.unit, record.period)
        _require_measures(record, frozen)
        record.figures, record.state = frozen, WeekState.CLOSED
        record.closed_by, record.closed_at = by, now
        record.is_late = clock.today(now) > term_of(record.period)
        record.version += 1
        record.save()
    note(
        by=by,
        verb="close_week",
        thing=record,
        unit=record.unit_id,
        now=now,
        week=record.period.code,
        late=record.is_late,
    )
    return record


def _require_measures(record: Week, frozen: dict[str, Any]) -> None:
    """What is frequent or repeated gets a measure, or a reason why none is needed (clause 5.4.2)."""
    if record.no_measure_reason:
        return
    missing = figures.uncovered(frozen, covering(record))
    if missing:
        shown = "、".join(f"{row['area']} {Category(row['category']).label}" for row in missing[:4])
        message = _("Unsafe acts came often or again: %(items)s. Set a measure for each, or say why none is needed.")
        raise Refused(message % {"items": shown}, field="no_measure_reason")


def covering(record: Week) -> list[WeekMeasure]:
    """The week's own measures, and those of earlier weeks that still run."""
    earlier = figures.running_measures(record.unit, record.period).exclude(state=MeasureState.VERIFIED)
    return [*record.measures.filter(kind=MeasureKind.REMEDY), *earlier]


@transaction.atomic
def set_measure(*, by: Any, unit: Unit, week: Period, draft: MeasureDraft, now: datetime | None = None) -> WeekMeasure:
    """A measure or a retraining decided in the meeting. The same again is the same measure."""
    now = now or clock.now()
    _require_holder(by, unit)
    with scopes_disabled():
        record = _locked_week(unit, week)
        text = require_words(draft.text, "text", _("Write down what is done."))
        known = record.measures.filter(kind=draft.kind, owner=draft.owner, text=text, due_on=draft.due_on).first()
        if known is not None:
            return known  # type: ignore[no-any-return]
        _require_open(record)
        refuse_names(text=(pgettext("measure", "what is done"), text))
        if draft.due_on < clock.today(now):
            raise Refused(_("This day is over already: choose a later one."), field="due_on")
        if not permissions.people_of(unit, clock.today(now)).filter(pk=draft.owner.pk).exists():
            raise Refused(_("Choose somebody of the unit."), field="owner")
        if draft.area is not None and draft.area.unit_id != unit.pk:
            raise Refused(_("Choose an area of the unit."), field="area")
        measure = WeekMeasure.objects.create(
            week=record,
            kind=draft.kind,
            area=draft.area,
            category=draft.category,
            text=text,
            owner=draft.owner,
            due_on=draft.due_on,
            set_by=by,
            set_at=now,
        )
    note(
        by=by,
        verb="set_measure",
        thing=measure,
        unit=unit.pk,
        now=now,
        week=week.code,
        kind=draft.kind,
        until=f"{draft.due_on}",
    )
    return measure  # type: ignore[no-any-return]


def report_measure_done(*, by: Any, measure: WeekMeasure, words: str, now: datetime | None = None) -> WeekMeasure:
    """Its owner says what was done."""
    return _step("done", by, measure, words, now or clock.now())


def verify_measure(*, by: Any, measure: WeekMeasure, words: str = "", now: datetime | None = None) -> WeekMeasure:
    """Somebody else has looked, and it holds."""
    return _step("verify", by, measure, words, now or clock.now())


def return_measure(*, by: Any, measure: WeekMeasure, words: str, now: datetime | None = None) -> WeekMeasure:
    """Somebody else has looked, and it is not done yet."""
    return _step("return", by, measure, words, now or clock.now())


@transaction.atomic
def _step(verb: str, by: Any, measure: WeekMeasure, words: str, now: datetime) -> WeekMeasure:
    with scopes_disabled():
        found = WeekMeasure.objects.select_for_update(of=("self",)).select_related("week__unit", "owner")
        measure = found.get(pk=measure.pk)
    if verb == "done" and not permissions.user_can_report_done(by, measure):
        raise NotYours(_("Whoever does it says that it is done."))
    if verb != "done" and not permissions.user_can_verify(by, measure):
        raise NotYours(_("It is verified by a leader of the unit who did not do it."))
    state = MEASURE_TRANSITIONS.get((verb, measure.state))
    if state is None:
        message = _("This measure is “%(state)s” by now: nothing was changed.")
        raise Conflict(message % {"state": measure.get_state_display()})
    if verb != "verify":
        require_words(words, "words", _("Say it in a few words."))
    refuse_names(words=(_("In words"), words))
    measure.state = state
    if verb == "done":
        measure.proof, measure.done_by, measure.done_at = words.strip(), by, now
    else:
        measure.verdict = words.strip()
    if verb == "verify":
        measure.verified_by, measure.verified_at = by, now
    measure.save()
    note(by=by, verb=f"measure_{verb}", thing=measure, unit=measure.week.unit_id, now=now)
    return measure
