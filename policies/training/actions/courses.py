"""A course from draft to closed: what it asks, of whom it is required."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.actions import AudienceLine
from policies.models import Edition, RegulationPage
from policies.training import permissions
from policies.training.enums import COURSE_TRANSITIONS, EDITABLE_COURSE, CourseState
from policies.training.models import Course, Requirement
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit


@dataclass(frozen=True)
class CourseDetails:
    """What the form of a course says; 0 stands for "without limit" in months, tries and hours."""

    title: str
    owner_unit: Unit
    purpose: str = ""
    regulation: RegulationPage | None = None
    due_days: int = 30
    valid_months: int = 0
    drawn: int = 0
    pass_mark: int = 80
    tries: int = 3
    cooldown_hours: int = 0
    by_attendance: bool = False
    with_edition: bool = False

    def checked(self) -> dict[str, Any]:
        """The columns. Raises Refused naming the field that cannot stand."""
        if not self.title.strip() or len(self.title.strip()) > 120:
            raise Refused(_("Write a title of at most 120 characters."), field="title")
        if not 1 <= self.pass_mark <= 100:
            raise Refused(_("The pass mark lies between 1 and 100 percent."), field="pass_mark")
        if self.drawn > 50:
            raise Refused(_("Ask at most 50 questions in one attempt."), field="drawn")
        if self.with_edition and self.regulation is None:
            raise Refused(_("Choose the regulation with whose edition the course opens."), field="regulation")
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return columns | {"title": self.title.strip(), "purpose": self.purpose.strip()}

    def numbers(self) -> dict[str, Any]:
        """For the journal: the rules, without the people."""
        named = (
            "due_days",
            "valid_months",
            "drawn",
            "pass_mark",
            "tries",
            "cooldown_hours",
            "by_attendance",
            "with_edition",
        )
        return {name: getattr(self, name) for name in named} | {"owner": self.owner_unit.code}


def require_keeper(by: Any) -> None:
    if not permissions.user_can_keep_courses(by):
        raise NotYours(_("Courses are kept by editors, the HR manager and the safety department."))


def locked_course(course: Course) -> Course:
    return Course.objects.select_for_update(of=("self",)).select_related("owner_unit", "regulation").get(pk=course.pk)


def editable_course(course: Course) -> Course:
    """The locked course. Raises Conflict when it is closed."""
    current = locked_course(course)
    if current.state not in EDITABLE_COURSE:
        raise Conflict(_("This course is closed: open it again before you change it."))
    return current


def require_version(seen: int | None, kept: int) -> None:
    """`seen` is what the person saw when they began to write."""
    if seen is not None and seen != kept:
        raise Conflict(
            _("Somebody else changed this meanwhile. What you wrote stands below: compare it with theirs, save again.")
        )


@transaction.atomic
def create_course(*, by: Any, details: CourseDetails, now: datetime | None = None) -> Course:
    """A draft that nobody sees but who keeps courses."""
    now = now or clock.now()
    require_keeper(by)
    course = Course.objects.create(**details.checked(), created_by=by, created_at=now)
    journal.record(
        by=by, action="training.create_course", thing=course, unit=course.owner_unit, data=details.numbers(), now=now
    )
    return course


@transaction.atomic
def edit_course(
    *, by: Any, course: Course, details: CourseDetails, version: int | None = None, now: datetime | None = None
) -> Course:
    """New rules hold for attempts begun from now on; what was passed stays passed."""
    require_keeper(by)
    current = editable_course(course)
    require_version(version, current.version)
    for name, value in details.checked().items():
        setattr(current, name, value)
    if current.state == CourseState.OPEN:
        _require_complete(current)
    current.version += 1
    current.save()
    journal.record(
        by=by, action="training.edit_course", thing=current, unit=current.owner_unit, data=details.numbers(), now=now
    )
    return current


@transaction.atomic
def require_course(
    *, by: Any, course: Course, line: AudienceLine, since: date | None = None, now: datetime | None = None
) -> Requirement:
    """Requires a course of the people that a line names, from a day on (default: today). The same line twice is one."""
    require_keeper(by)
    current = editable_course(course)
    token = line.token
    if token == "public":  # noqa: S105 - a reader's token, no secret
        raise Refused(_("Choose of which staff the course is required."), field="scope")
    requirement, created = Requirement.objects.get_or_create(
        course=current,
        token=token,
        defaults={
            "scope": line.scope,
            "unit": line.unit if line.scope in {"unit", "unit_post"} else None,
            "post": line.post if line.scope in {"post", "unit_post"} else None,
            "since": since or clock.today(now),
        },
    )
    if created:
        data = {"token": token, "since": requirement.since}
        journal.record(
            by=by, action="training.require_course", thing=current, unit=current.owner_unit, data=data, now=now
        )
    return requirement


@transaction.atomic
def drop_requirement(*, by: Any, requirement: Requirement, now: datetime | None = None) -> None:
    """Nobody named by this line has to do the course any more; what was done stays done."""
    require_keeper(by)
    current = editable_course(requirement.course)
    if Requirement.objects.filter(pk=requirement.pk).delete()[0]:
        journal.record(
            by=by,
            action="training.drop_requirement",
            thing=current,
            unit=current.owner_unit,
            data={"token": requirement.token},
            now=now,
        )


@transaction.atomic
def open_course(*, by: Any, course: Course, now: datetime | None = None) -> Course:
    """Lets people in. Refused while something is missing without which nobody could do the course."""
    now = now or clock.now()
    require_keeper(by)
    return _opened(by, course, now)


def waiting_for_edition(regulation_id: int) -> list[Course]:
    """Drafts that open when the next edition of the regulation is issued, by title."""
    drafts = Course.objects.filter(regulation=regulation_id, state=CourseState.DRAFT, with_edition=True)
    return list(drafts.select_related("owner_unit"))


def why_not_open(course: Course) -> str:
    """What is still missing without which nobody could do the course; empty when it is whole."""
    try:
        _require_complete(course)
    except Refused as missing:
        return str(missing.message)
    return ""


@transaction.atomic
def open_with_edition(*, by: Any, edition: Edition, now: datetime) -> list[Course]:
    """Opens what waits for the edition: called by the verb that issues it, in its transaction. Whoever may issue the
    edition may let its courses out."""
    return [_opened(by, course, now) for course in waiting_for_edition(edition.regulation_id)]


def _opened(by: Any, course: Course, now: datetime) -> Course:
    current = _moved(course, CourseState.OPEN)
    _require_complete(current)
    current.opened_on, current.closed_on = current.opened_on or clock.today(now), None
    current.version += 1
    current.save()
    journal.record(by=by, action="training.open_course", thing=current, unit=current.owner_unit, now=now)
    return current


@transaction.atomic
def close_course(*, by: Any, course: Course, now: datetime | None = None) -> Course:
    """Nobody is asked to do it any more; certificates stay what they are."""
    now = now or clock.now()
    require_keeper(by)
    current = _moved(course, CourseState.CLOSED)
    current.closed_on = clock.today(now)
    current.version += 1
    current.save()
    journal.record(by=by, action="training.close_course", thing=current, unit=current.owner_unit, now=now)
    return current


def _moved(course: Course, state: CourseState) -> Course:
    current = locked_course(course)
    if state not in COURSE_TRANSITIONS[current.state]:
        message = _("The course is “%(state)s”: this cannot be done now.")
        raise Conflict(message % {"state": current.get_state_display()})
    current.state = state
    return current


def _require_complete(course: Course) -> None:
    """Raises Refused while nobody could finish the course."""
    lessons = course.lessons.filter(removed=False).count()
    pool = course.questions.in_pool().count()  # type: ignore[attr-defined]
    if course.has_quiz and pool < course.drawn:
        raise Refused(
            _("An attempt draws %(drawn)s questions, but the pool holds %(pool)s: write more or draw fewer.")
            % {"drawn": course.drawn, "pool": pool},
            field="drawn",
        )
    if not lessons and not course.has_quiz and not course.by_attendance:
        raise Refused(_("Write a lesson, ask questions, or let attending a session count: else nobody can do it."))
