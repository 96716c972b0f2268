"""Lessons of a course: text, clauses of the edition last issued, pictures, a video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from policies.models import Edition, EditionClause
from policies.training import videos
from policies.training.actions.courses import editable_course, require_keeper, require_version
from policies.training.models import Course, Lesson
from portal.files.actions import keep_files
from portal.files.models import PrivateFile
from portal.files.storage import Upload, remove_files
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Refused

LONGEST_TEXT = 20_000
PICTURES = "picture"


@dataclass(frozen=True)
class LessonContent:
    """What the form of a lesson says; `clauses` are of one issued edition."""

    title: str
    body: str = ""
    clauses: Sequence[EditionClause] = field(default_factory=tuple)

    def checked(self) -> tuple[dict[str, Any], Edition | None]:
        title, body = self.title.strip(), self.body.strip()
        if not title or len(title) > 120:
            raise Refused(_("Write a title of at most 120 characters."), field="title")
        if len(body) > LONGEST_TEXT:
            raise Refused(_("Keep a lesson to 20,000 characters: divide it in two."), field="body")
        editions = {row.edition_id: row.edition for row in self.clauses}
        if len(editions) > 1:
            raise Refused(_("Choose the clauses from one edition."), field="clauses")
        edition = next(iter(editions.values()), None)
        if edition is not None and not edition.was_published:
            raise Refused(_("Only clauses of an issued edition may be taught."), field="clauses")
        return {"title": title, "body": body}, edition


def _note(by: Any, lesson: Lesson, course: Course, action: str, now: datetime | None, **data: Any) -> None:
    journal.record(
        by=by,
        action=f"training.{action}",
        thing=lesson,
        unit=course.owner_unit,
        data={"course": course.pk} | data,
        now=now,
    )


@transaction.atomic
def save_lesson(
    *,
    by: Any,
    course: Course,
    content: LessonContent,
    lesson: Lesson | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Lesson:
    """Writes a lesson, or changes one; who read it before has read it."""
    require_keeper(by)
    current = editable_course(course)
    columns, edition = content.checked()
    if lesson is None:
        last = current.lessons.aggregate(last=Max("order"))["last"] or 0
        kept = Lesson.objects.create(course=current, order=last + 1, edition=edition, **columns)
    else:
        kept = Lesson.objects.select_for_update().get(pk=lesson.pk, course=current)
        require_version(version, kept.version)
        for name, value in columns.items():
            setattr(kept, name, value)
        kept.edition = edition
        kept.version += 1
        kept.save()
    kept.clauses.set(content.clauses)
    _note(by, kept, current, "save_lesson", now, edition=edition.pk if edition else None, clauses=len(content.clauses))
    return kept


@transaction.atomic
def move_lesson(*, by: Any, lesson: Lesson, up: bool, now: datetime | None = None) -> Lesson:
    """Changes places with its neighbour; at the end it stays where it is."""
    require_keeper(by)
    course = editable_course(lesson.course)
    row = list(course.lessons.filter(removed=False))
    place = [other.pk for other in row].index(lesson.pk)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(row):
        return lesson
    row[place], row[target] = row[target], row[place]
    for order, other in enumerate(row, start=1):
        other.order = order
    Lesson.objects.bulk_update(row, ["order"])
    _note(by, lesson, course, "move_lesson", now, place=target + 1)
    return row[target]


@transaction.atomic
def remove_lesson(*, by: Any, lesson: Lesson, now: datetime | None = None) -> None:
    """Takes a lesson out of the course. The row stays: people have read it."""
    require_keeper(by)
    course = editable_course(lesson.course)
    if Lesson.objects.filter(pk=lesson.pk, removed=False).update(removed=True):
        _note(by, lesson, course, "remove_lesson", now)


@transaction.atomic
def keep_pictures(
    *, by: Any, lesson: Lesson, uploads: Sequence[Upload], now: datetime | None = None
) -> list[PrivateFile]:
    """Puts pictures (and PDF files) under the text of a lesson."""
    now = now or clock.now()
    require_keeper(by)
    course = editable_course(lesson.course)
    kept = keep_files(by=by, owner=lesson, uploads=uploads, purpose=PICTURES, now=now)
    if kept:
        _note(by, lesson, course, "keep_pictures", now, files=len(kept))
    return kept


@transaction.atomic
def remove_picture(*, by: Any, lesson: Lesson, picture: PrivateFile, now: datetime | None = None) -> None:
    require_keeper(by)
    course = editable_course(lesson.course)
    path = picture.path
    if PrivateFile.objects.filter(pk=picture.pk).delete()[0]:
        _note(by, lesson, course, "remove_picture", now)
        transaction.on_commit(lambda: remove_files([path]))


def keep_video(*, by: Any, lesson: Lesson, file: Any, now: datetime | None = None) -> Lesson:
    """Stores a video file with a lesson, in the place of the one it had. Raises Refused on `video` for another kind."""
    now = now or clock.now()
    require_keeper(by)
    kind = videos.kind_of(file)
    path, name = videos.write(file, kind, now)
    try:
        return _take_video(by=by, lesson=lesson, path=path, name=name, kind=kind, now=now)
    except BaseException:
        remove_files([path])
        raise


@transaction.atomic
def remove_video(*, by: Any, lesson: Lesson, now: datetime | None = None) -> Lesson:
    return _take_video(by=by, lesson=lesson, path="", name="", kind="", now=now)


@transaction.atomic
def _take_video(*, by: Any, lesson: Lesson, path: str, name: str, kind: str, now: datetime | None) -> Lesson:
    require_keeper(by)
    course = editable_course(lesson.course)
    kept = Lesson.objects.select_for_update().get(pk=lesson.pk)
    before = kept.video_path
    kept.video_path, kept.video_name, kept.video_type = path, name, kind
    kept.save(update_fields=["video_path", "video_name", "video_type"])
    _note(by, kept, course, "keep_video" if path else "remove_video", now)
    if before:
        transaction.on_commit(lambda: remove_files([before]))
    return kept
