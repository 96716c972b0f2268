"""Who is trained: the matrix with its totals, one person's record, attendance against what was required."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from policies.training import actions, own, permissions, standings
from policies.training.enums import OVERDUE, STANDING_TONES, Standing
from policies.training.keeping import kept_standings, question_of, standings_count
from policies.training.models import Certificate, Course
from policies.training.participation import participation
from policies.training.progress import progress_of
from policies.training.standings import Standings, Totals
from policies.training.views.doors import for_learners, for_managers
from policies.training.views.taking import doors_of
from portal.jobs.figures import Counted
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Appointment, Person, Unit
from portal.org.requests import ReaderRequest

PEOPLE_A_PAGE = 25
# Lists of people by what the address asks for.
SHOWN: dict[str, tuple[Standing, ...]] = {
    "overdue": OVERDUE,
    "late": (Standing.LATE,),
    "expired": (Standing.EXPIRED,),
    "due": (Standing.DUE,),
    "done": (Standing.DONE,),
}


@dataclass(frozen=True)
class Asked:
    """What part of the matrix the address asks for, within what the reader may see."""

    units: list[Unit]  # that may be chosen, in the order of the tree
    unit: Unit | None
    course: Course | None
    show: str
    counted: Counted[Standings]

    @property
    def found(self) -> Standings:
        return self.counted.figures


class Cell(NamedTuple):
    """One course of one person, in words: a page has more than a thousand. Empty where it is not required. `day`: done
    on, ended on, to do until."""

    label: str = ""
    tone: str = ""
    day: str = ""


def _asked(request: ReaderRequest) -> Asked:
    """404 for a unit or course that is not there for this reader."""
    day = request.reader.day
    units = list(permissions.visible_units(request.reader))
    code, key = request.GET.get("unit", "")[:40], request.GET.get("course", "")[:16]
    unit = next((one for one in units if one.code == code), None)
    courses = list(standings.required_courses(day))
    course = next((one for one in courses if str(one.pk) == key), None)
    if (code and unit is None) or (key and course is None):
        raise Http404
    tops = [unit] if unit else permissions.matrix_units(request.reader)
    chosen = [course] if course else courses
    paths = None if tops is None else [one.path for one in tops]
    counted = kept_standings.get(question_of(paths, course), standings_count(day, paths, chosen))
    show = request.GET.get("show", "")
    return Asked(units, unit, course, show if show in SHOWN else "", counted)


@for_managers
@require_safe
def matrix(request: ReaderRequest) -> HttpResponse:
    """Totals of each unit and course as sets, and the people a page at a time."""
    asked = _asked(request)
    found = asked.found
    people = found.with_any(SHOWN.get(asked.show, tuple(Standing)))
    page = Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    by_unit = found.by_unit
    total = Totals()
    for one in by_unit.values():
        total.join(one)
    by_course = found.by_course
    context = {
        "asked": asked,
        "total": total,
        "unit_rows": _unit_rows(asked, by_unit),
        "course_rows": [(course, by_course[course.pk]) for course in found.courses],
        "courses": found.courses,
        "all_courses": found.courses if asked.course is None else list(standings.required_courses(found.day)),
        "rows": _rows(found, list(page), {unit.pk: unit for unit in asked.units}),
        "page_obj": page,
        "states": [(name, Standing(name).label) for name in ("late", "expired", "due", "done")],
    }
    return render(request, "training/matrix.html", context | doors_of(request))


def _unit_rows(asked: Asked, by_unit: dict[int, Totals]) -> list[tuple[Unit, Totals, bool]]:
    """(unit, its totals and of all below it, whether it can be opened further): what lies right under the chosen unit,
    and the unit's own people."""
    shown = asked.units
    top = asked.unit or (shown[0] if shown and sum(one.depth == shown[0].depth for one in shown) == 1 else None)
    if top is None:
        depth = min((one.depth for one in shown), default=1)
        heads = [one for one in shown if one.depth == depth]
    else:
        heads = [one for one in shown if one.depth == top.depth + 1 and one.path.startswith(top.path)]
    rows: list[tuple[Unit, Totals, bool]] = []
    for head in heads:
        totals = Totals()
        for one in shown:
            if one.path.startswith(head.path) and one.pk in by_unit:
                totals.join(by_unit[one.pk])
        if totals.required:
            rows.append((head, totals, True))
    if top is not None and top.pk in by_unit and by_unit[top.pk].required:
        rows.insert(0, (top, by_unit[top.pk], False))
    return rows


def _rows(found: Standings, keys: list[int], units: dict[int, Unit]) -> list[tuple[Person, Unit | None, list[Cell]]]:
    """The people of a page with their cells: three queries."""
    people = Person.objects.in_bulk(keys)
    held: dict[tuple[int, int], Certificate] = {}
    given = Certificate.objects.given_by(found.day).filter(person__in=keys)  # type: ignore[attr-defined]
    for certificate in given.filter(course__in=[course.pk for course in found.courses]).order_by("pk"):
        before = held.get((certificate.person_id, certificate.course_id))
        if before is None or own.lasts(certificate) >= own.lasts(before):
            held[certificate.person_id, certificate.course_id] = certificate
    deadlines = found.deadlines(keys)
    words = {state: (str(state.label), STANDING_TONES[state]) for state in Standing}

    def cell(person: int, course: Course) -> Cell:
        state = found.standings[person].of(str(course.pk))
        if state is None:
            return Cell()
        day = _day_of(state, person, course, held, deadlines)
        return Cell(*words[state], day.isoformat() if day else "")

    return [
        (
            people[key],
            units.get(found.unit_of[key]),
            [cell(key, course) for course in found.courses],
        )
        for key in keys
        if key in people
    ]


def _day_of(
    state: Standing, person: int, course: Course, held: dict[tuple[int, int], Certificate], deadlines: Any
) -> date | None:
    if state in {Standing.DONE, Standing.EXPIRED}:
        certificate = held.get((person, course.pk))
        if certificate is None:
            return None
        return certificate.done_on if state == Standing.DONE else certificate.valid_until
    return deadlines.get((person, str(course.pk)))


@for_managers
@require_safe
def matrix_export(request: ReaderRequest) -> HttpResponse:
    """The same people and courses as a workbook: one row a person, one column a course."""
    asked = _asked(request)
    found = asked.found
    people = found.with_any(SHOWN.get(asked.show, tuple(Standing)))
    names = {row[0]: row[1:] for row in Person.objects.values_list("pk", "name", "staff_number")}
    deadlines = found.deadlines(people)
    units = {unit.pk: unit.name for unit in asked.units}
    labels = {state: str(state.label) for state in Standing}

    def rows() -> Iterable[list[Any]]:
        for key in people:
            if key not in names:  # deleted since the count
                continue
            standing = found.standings[key]
            cells = []
            for course in found.courses:
                state = standing.of(str(course.pk))
                until = deadlines.get((key, str(course.pk))) if state in {Standing.DUE, Standing.LATE} else None
                cells.append(f"{labels[state]} {until or ''}".rstrip() if state else "")
            yield [units.get(found.unit_of[key], ""), *names[key], len(standing.overdue), *cells]

    out = io.BytesIO()
    heading = [_("Unit"), pgettext("person", "Name"), _("Staff number"), _("Overdue")]
    heading += [course.title for course in found.courses]
    write_xlsx(rows(), out, heading, sheet=_("Training matrix"))
    response = HttpResponse(
        out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = f'attachment; filename="training-{found.day}.xlsx"'
    return response


@for_learners
@require_safe
def person_page(request: ReaderRequest, pk: int) -> HttpResponse:
    """One person's record: one's own, or that of somebody whose matrix one sees. Answers given are nobody else's."""
    reader, now = request.reader, clock.now()
    person = get_object_or_404(permissions.visible_people(reader), pk=pk)
    held = list(Appointment.objects.on(reader.day).filter(person=person).select_related("unit", "post"))
    required = own.courses_of(person.pk, held, reader.day)
    year = Period.of("year", reader.day)
    attended = [one for one in participation(year.start, year.end, now=now) if one.person_id == person.pk]
    may_grant = permissions.user_can_grant_tries(request.user, person)
    waiting = [one for one in required if one.state != Standing.DONE and one.course.has_quiz and one.course.tries]
    stuck = [one.course for one in waiting if may_grant and progress_of(person.pk, one.course, now).tries_left == 0]
    certificates = Certificate.objects.filter(person=person).select_related("course")
    context = {
        "person": person,
        "held": held,
        "required": required,
        "certificates": [(one, one.state_on(reader.day)) for one in certificates],
        "attempts": person.attempts.handed_in().select_related("course")[:20],  # type: ignore[attr-defined]
        "participation": attended[0] if attended else None,
        "year": year,
        "stuck": stuck,
        "is_own": reader.person is not None and reader.person.pk == person.pk,
    }
    return render(request, "training/person.html", context | doors_of(request))


@for_managers
@require_POST
def person_tries(request: ReaderRequest, pk: int, course_pk: int) -> HttpResponse:
    """New tries for somebody who used all of theirs."""
    person = get_object_or_404(permissions.visible_people(request.reader), pk=pk)
    course = get_object_or_404(Course.objects.open(), pk=course_pk)  # type: ignore[attr-defined]
    if not permissions.user_can_grant_tries(request.user, person):
        raise Http404
    try:
        actions.grant_tries(by=request.user, person=person, course=course)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("%(person)s has new tries.") % {"person": person})
    return redirect("training_person", pk=pk)


@for_managers
@require_safe
def activities(request: ReaderRequest) -> HttpResponse:
    """Trainings and group activities of a period: for each person what was required and what was attended (SAL-07)."""
    units = list(permissions.visible_units(request.reader))
    code = request.GET.get("unit", "")[:40]
    unit = next((one for one in units if one.code == code), None)
    if code and unit is None:
        raise Http404
    typed = request.GET.get("period", "").strip()[:20]
    try:
        period = Period.parse(typed) if typed else Period.of("quarter", request.reader.day)
    except ValueError:
        period = Period.of("quarter", request.reader.day)
        messages.error(request, _("“%(text)s” is not a period.") % {"text": typed})
    tops = [unit] if unit else permissions.matrix_units(request.reader)
    found = participation(period.start, period.end, now=clock.now(), units=tops)
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    people = Person.objects.in_bulk([one.person_id for one in page])
    names = {one.pk: one for one in units}
    context = {
        "units": units,
        "unit": unit,
        "period": period,
        "rows": [(people[one.person_id], names.get(one.unit_id), one) for one in page],
        "page_obj": page,
        "required": sum(one.required for one in found),
        "attended": sum(len(one.attended) for one in found),
        "missed": sum(len(one.missed) for one in found),
        "excused": sum(len(one.excused) for one in found),
        "coming": sum(len(one.coming) for one in found),
    }
    return render(request, "training/activities.html", context | doors_of(request))
