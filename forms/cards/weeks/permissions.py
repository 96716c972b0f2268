"""Who holds the weekly meeting, signs the month, receives it, awards and judges lessons. The only place naming roles.

Leaders of a unit are its crew leaders and managers, and the managers above it. Whoever reads the cards of a unit reads
its weeks; a retraining is seen by the person and the unit's leaders alone.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from forms.cards.permissions import FIELD_UNITS, LEADING, SAFETY_DEPARTMENT, readable_unit_ids
from forms.cards.weeks.enums import AwardKind, LessonState, MeasureKind, Office
from forms.cards.weeks.models import Lesson, Summary, Week, WeekMeasure
from portal.lib.periods import Period
from portal.org.enums import MANAGING, UnitKind
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import Reader, reader_for


# ---- weeks ----------------------------------------------------------------------------------------------------------
def visible_crews(reader: Reader) -> QuerySet[Unit]:
    """The crews whose weeks and months this reader may read."""
    return Unit.objects.filter(pk__in=readable_unit_ids(reader), kind=UnitKind.CREW, closed_on=None).order_by("path")


def reader_meets_weeks(reader: Reader) -> bool:
    """Asks the database nothing beyond the reader's appointments."""
    return reader.has_role(*SAFETY_DEPARTMENT) or any(
        unit.kind in FIELD_UNITS or unit.kind == UnitKind.COMPANY for unit in reader.units
    )


def reader_can_list_weeks(reader: Reader) -> bool:
    return reader_meets_weeks(reader) and visible_crews(reader).exists()


def led_unit_ids(reader: Reader) -> tuple[int, ...]:
    return reader.unit_ids_as(*LEADING)


def user_can_hold_week(user: Any, unit: Unit) -> bool:
    """Prepares, writes and closes the record of the meeting: the leaders of the unit itself."""
    return unit.pk in {one.pk for one in reader_for(user).units_as(*LEADING)}


def people_of(unit: Unit, day: Any) -> QuerySet[Person]:
    """Who can be present, own a measure, be awarded."""
    held = Appointment.objects.on(day).filter(unit=unit)
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("staff_number")


# ---- measures -------------------------------------------------------------------------------------------------------
def visible_measures(reader: Reader) -> QuerySet[WeekMeasure]:
    """Remedies of the units one reads; retrainings of the units one leads, and one's own."""
    own = Q(owner=reader.person.pk) if reader.person is not None else Q(pk__in=[])
    remedy = Q(kind=MeasureKind.REMEDY, week__unit__in=readable_unit_ids(reader))
    retraining = Q(kind=MeasureKind.RETRAINING, week__unit__in=led_unit_ids(reader))
    return WeekMeasure.objects.filter(own | remedy | retraining)


def measures_of(reader: Reader) -> QuerySet[WeekMeasure]:
    """What the reader is to carry out, to stand inside another query."""
    return WeekMeasure.objects.filter(owner__user=reader.user.pk)


def user_can_report_done(user: Any, measure: WeekMeasure) -> bool:
    """The person who does it, or a leader of the unit for people without an account."""
    reader = reader_for(user)
    if reader.person is not None and reader.person.pk == measure.owner_id:
        return True
    return measure.owner.user_id is None and measure.week.unit_id in led_unit_ids(reader)


def user_can_verify(user: Any, measure: WeekMeasure) -> bool:
    """A leader of the unit or the safety department; never the person who did it or said that it is done."""
    reader = reader_for(user)
    if user.pk == measure.done_by_id or (reader.person is not None and reader.person.pk == measure.owner_id):
        return False
    if measure.week.unit_id in led_unit_ids(reader):
        return True
    return reader.has_role(*SAFETY_DEPARTMENT) and measure.kind == MeasureKind.REMEDY


# ---- months ---------------------------------------------------------------------------------------------------------
def managed_unit_ids(reader: Reader) -> tuple[int, ...]:
    return reader.unit_ids_as(*MANAGING)


def user_can_write_summary(user: Any, unit: Unit) -> bool:
    return user_can_hold_week(user, unit)


def user_can_sign_summary(user: Any, unit: Unit) -> bool:
    """The manager of the unit itself: nobody above signs in that place."""
    return unit.pk in {one.pk for one in reader_for(user).units_as(*MANAGING)}


def is_outside(reader: Reader, unit: Unit) -> bool:
    """Figures on fewer than five cards are not shown to this reader."""
    return unit.pk not in {one.pk for one in reader.units}


def offices_of(user: Any, unit: Unit) -> list[Office]:
    """As which office this person receives or returns a summary of the unit: managers of a unit above, the safety
    department."""
    reader = reader_for(user)
    above = [one for one in reader.units_as(*MANAGING) if unit.path.startswith(one.path) and one.pk != unit.pk]
    found = [Office.COMPANY] if above else []
    return [*found, Office.SAFETY] if reader.has_role(*SAFETY_DEPARTMENT) else found


def reader_receives(reader: Reader) -> bool:
    return reader.has_role(*SAFETY_DEPARTMENT) or any(
        one.kind != UnitKind.CREW and reader_meets_weeks(reader) for one in reader.units_as(*MANAGING)
    )


def visible_summaries(reader: Reader) -> QuerySet[Summary]:
    """Drafts are the unit's own; what was sent up is read above it, too."""
    own = Q(unit__in=[one.pk for one in reader.units])
    return Summary.objects.filter(own | Q(unit__in=readable_unit_ids(reader), sending__gt=0))


# ---- awards ---------------------------------------------------------------------------------------------------------
def awarding_units(reader: Reader) -> QuerySet[Unit]:
    """Crews award weekly, project departments monthly. Of a project department those below it are shown, too."""
    above = [unit.path[:end] for unit in reader.units for end in range(Unit.steplen, len(unit.path), Unit.steplen)]
    shown = Q(pk__in=readable_unit_ids(reader)) | Q(path__in=above)
    kinds = [UnitKind.CREW, UnitKind.PROJECT]
    return Unit.objects.filter(shown, kind__in=kinds, closed_on=None).order_by("path")


def kinds_of(unit: Unit) -> list[AwardKind]:
    return [AwardKind.UNIT] if unit.kind == UnitKind.PROJECT else [AwardKind.PERSON, AwardKind.TEAM]


def user_can_nominate(user: Any, unit: Unit) -> bool:
    """A crew's award: everybody of the crew. A project department's: its leaders, those of its crews, the safety
    department."""
    reader = reader_for(user)
    if unit.kind == UnitKind.CREW:
        return unit.pk in {one.pk for one in reader.units}
    leads = any(one.path.startswith(unit.path) or unit.path.startswith(one.path) for one in reader.units_as(*LEADING))
    return leads or reader.has_role(*SAFETY_DEPARTMENT)


def user_can_decide_award(user: Any, unit: Unit) -> bool:
    """A crew's leaders; for the award of a month the managers of the project department and the safety department."""
    reader = reader_for(user)
    if unit.kind == UnitKind.CREW:
        return unit.pk in led_unit_ids(reader)
    return unit.pk in managed_unit_ids(reader) or reader.has_role(*SAFETY_DEPARTMENT)


def merit_unit_ids(reader: Reader) -> tuple[int, ...]:
    """Units whose merits this reader takes into the monthly appraisal."""
    return reader.unit_ids if reader.has_role(*SAFETY_DEPARTMENT) else managed_unit_ids(reader)


def reader_can_export_merits(reader: Reader) -> bool:
    return reader_meets_weeks(reader) and bool(merit_unit_ids(reader))


# ---- lessons --------------------------------------------------------------------------------------------------------
def visible_lessons(reader: Reader) -> QuerySet[Lesson]:
    """Published: all the staff. Others: who proposed it, the unit's leaders, the safety department."""
    if not reader.is_staff_member:
        return Lesson.objects.none()
    if reader.has_role(*SAFETY_DEPARTMENT):
        return Lesson.objects.all()
    own = Q(proposed_by=reader.user.pk) | Q(unit__in=led_unit_ids(reader))
    return Lesson.objects.filter(Q(state=LessonState.PUBLISHED) | own)


def user_can_propose_from(user: Any, record: Week | Summary) -> bool:
    """Leaders of the unit; the safety department from what was sent up or closed."""
    reader = reader_for(user)
    return record.unit_id in led_unit_ids(reader) or reader.has_role(*SAFETY_DEPARTMENT)


def user_can_judge(user: Any, lesson: Lesson) -> bool:
    """The safety department; nobody judges a proposal of one's own."""
    return reader_for(user).has_role(*SAFETY_DEPARTMENT) and lesson.proposed_by_id != user.pk


def reader_can_judge(reader: Reader) -> bool:
    return reader.has_role(*SAFETY_DEPARTMENT)


def units_that_talk(reader: Reader) -> list[Unit]:
    """The units for which this reader says that a lesson was talked over."""
    return reader.units_as(*LEADING)


def period_is_over(period: Period, day: Any) -> bool:
    """From its last day on: the meeting may be held on the Sunday."""
    return bool(period.end <= day)
