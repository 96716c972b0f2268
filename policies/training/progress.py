"""How far a person is in one course: lessons read, tries used, whether the quiz may be begun and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from policies.training.enums import AttemptState
from policies.training.models import Attempt, Certificate, Course, Lesson, LessonRead, TriesGranted
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused, TooMany

# So long before a certificate ends its holder may do the course again.
RENEWAL = timedelta(days=60)


@dataclass(frozen=True)
class Progress:
    """`used` counts the tries since the last certificate or since new tries were granted."""

    course: Course
    lessons: list[Lesson]
    read: frozenset[int]
    certificate: Certificate | None  # the valid one that lasts longest
    open_attempt: Attempt | None
    used: int
    last_failed_at: datetime | None
    now: datetime

    @property
    def next_lesson(self) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.pk not in self.read), None)

    @property
    def read_count(self) -> int:
        return sum(lesson.pk in self.read for lesson in self.lessons)

    @property
    def tries_left(self) -> int | None:
        """None: without limit."""
        return max(0, self.course.tries - self.used) if self.course.tries else None

    @property
    def again_at(self) -> datetime | None:
        """The end of the cooldown, while it lasts."""
        if self.last_failed_at is None or not self.course.cooldown_hours:
            return None
        ends = self.last_failed_at + timedelta(hours=self.course.cooldown_hours)
        return ends if ends > self.now else None

    @property
    def may_renew(self) -> bool:
        """Without a valid certificate, or with one that ends soon."""
        held = self.certificate
        if held is None:
            return True
        return held.valid_until is not None and held.valid_until - RENEWAL <= clock.today(self.now)

    def refusal(self) -> Refused | None:
        """Why no attempt may be begun now, in a sentence that says what to do; None where it may."""
        if not self.may_renew:
            return Conflict(_("You hold a valid certificate of this course: you need not take the quiz again."))
        if self.next_lesson is not None:
            return Refused(_("Read all lessons first; then the quiz opens."))
        if self.tries_left == 0:
            return TooMany(
                _("You have used all %(tries)s tries. Your manager or the owner of the course can give you new ones.")
                % {"tries": self.course.tries}
            )
        if self.again_at is not None:
            shown = date_format(timezone.localtime(self.again_at), "Y-m-d H:i")
            return TooMany(_("The next try opens at %(moment)s. Use the time to read the lessons.") % {"moment": shown})
        return None


def progress_of(person_id: int, course: Course, now: datetime) -> Progress:
    """Six small queries of one person and one course."""
    lessons = list(course.lessons.filter(removed=False))
    read = LessonRead.objects.filter(person_id=person_id, lesson__course=course).values_list("lesson_id", flat=True)
    own = Certificate.objects.filter(person_id=person_id, course=course)
    valid = list(own.valid_on(clock.today(now)))  # type: ignore[attr-defined]
    valid.sort(key=lambda held: (held.valid_until is None, held.valid_until or held.done_on))
    counted = Attempt.objects.filter(person_id=person_id, course=course)
    since = [own.aggregate(at=Max("given_at"))["at"]]
    since.append(TriesGranted.objects.filter(person_id=person_id, course=course).aggregate(at=Max("at"))["at"])
    attempts = list(counted.order_by("started_at"))
    begun = max((moment for moment in since if moment is not None), default=None)
    failed = [
        attempt.handed_in_at
        for attempt in attempts
        if attempt.state == AttemptState.FAILED and attempt.handed_in_at and (not begun or attempt.handed_in_at > begun)
    ]
    return Progress(
        course=course,
        lessons=lessons,
        read=frozenset(read),
        certificate=valid[-1] if valid else None,
        open_attempt=next((attempt for attempt in attempts if attempt.is_open), None),
        used=len(failed),
        last_failed_at=max(failed, default=None),
        now=now,
    )
