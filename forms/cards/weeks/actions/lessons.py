"""The verbs of lessons: propose from a record, publish or decline, say that a unit talked it over (SAF-18, 5.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forms.cards.weeks import permissions
from forms.cards.weeks.actions.words import note, refuse_names, require_words
from forms.cards.weeks.enums import LessonState
from forms.cards.weeks.models import Lesson, LessonTalk, Summary, Week
from portal.jobs import outbox
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit
from portal.org.readers import reader_for

SEARCH_SOURCE = "lessons"
FIELDS = ("title", "happened", "why", "to_do")


@dataclass(frozen=True)
class LessonDraft:
    title: str
    happened: str
    why: str
    to_do: str


def _require_words(draft: LessonDraft) -> dict[str, str]:
    texts = {name: require_words(getattr(draft, name), name, _("Write this down.")) for name in FIELDS}
    refuse_names(**{name: (Lesson._meta.get_field(name).verbose_name, text) for name, text in texts.items()})  # type: ignore[union-attr]
    return texts


@transaction.atomic
def propose_lesson(*, by: Any, record: Week | Summary, draft: LessonDraft, now: datetime | None = None) -> Lesson:
    """From a week that is closed or a month that was sent up. The same title again from the same person is the same."""
    now = now or clock.now()
    if not permissions.user_can_propose_from(by, record):
        raise NotYours(_("A lesson is proposed by the unit's leaders or the safety department."))
    finished = record.is_closed if isinstance(record, Week) else record.is_sent
    if not finished:
        raise Refused(_("Close the record first: a lesson is drawn from what was discussed."))
    texts = _require_words(draft)
    Unit.objects.select_for_update().get(pk=record.unit_id)
    known = Lesson.objects.filter(unit=record.unit_id, title=texts["title"]).first()
    if known is not None:
        if known.proposed_by_id == by.pk and known.happened == texts["happened"]:
            return known
        raise Conflict(_("The unit has a lesson of this title already: choose another."), field="title")
    source = {"week": record} if isinstance(record, Week) else {"summary": record}
    lesson = Lesson.objects.create(unit_id=record.unit_id, proposed_by=by, proposed_at=now, **texts, **source)
    note(by=by, verb="propose_lesson", thing=lesson, unit=lesson.unit_id, now=now)
    return lesson


def publish_lesson(
    *, by: Any, lesson: Lesson, draft: LessonDraft, verdict: str = "", now: datetime | None = None
) -> Lesson:
    """The safety department has judged it, mended its words where needed, and shares it with all the staff."""
    return _judge(by, lesson, LessonState.PUBLISHED, verdict, _require_words(draft), now or clock.now())


def decline_lesson(*, by: Any, lesson: Lesson, verdict: str, now: datetime | None = None) -> Lesson:
    """It is not shared; the proposer reads why."""
    require_words(verdict, "verdict", _("Say why, so that the unit learns from it."))
    return _judge(by, lesson, LessonState.DECLINED, verdict, {}, now or clock.now())


@transaction.atomic
def _judge(by: Any, lesson: Lesson, state: LessonState, verdict: str, texts: dict[str, str], now: datetime) -> Lesson:
    lesson = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if not permissions.user_can_judge(by, lesson):
        raise NotYours(_("Lessons are judged by the safety department; nobody judges a proposal of one's own."))
    if lesson.state != LessonState.PROPOSED:
        raise Conflict(_("This lesson is judged already: nothing was changed."))
    refuse_names(verdict=(_("words of the safety department"), verdict))
    for name, text in texts.items():
        setattr(lesson, name, text)
    lesson.state, lesson.judged_by, lesson.judged_at, lesson.verdict = state, by, now, verdict.strip()
    lesson.save()
    if state == LessonState.PUBLISHED:
        outbox.changed(SEARCH_SOURCE, lesson.pk)
    note(by=by, verb=f"{state.value}_lesson", thing=lesson, unit=lesson.unit_id, now=now)
    return lesson


@transaction.atomic
def talk_lesson_over(
    *, by: Any, lesson: Lesson, unit: Unit, on: date, words: str, now: datetime | None = None
) -> LessonTalk:
    """The unit talked the lesson over, and says what it means for it. Once a unit; again is the same."""
    now = now or clock.now()
    if unit.pk not in {one.pk for one in permissions.units_that_talk(reader_for(by))}:
        raise NotYours(_("That a lesson was talked over is said by the unit's leaders."))
    if lesson.state != LessonState.PUBLISHED:
        raise Conflict(_("Only a published lesson is talked over."))
    words = require_words(words, "words", _("Say in a few words what it means for the unit."))
    refuse_names(words=(_("what it means for us"), words))
    published = clock.today(lesson.judged_at or now)
    if not published <= on <= clock.today(now):
        message = _("Choose a day from %(first)s to today.")
        raise Refused(message % {"first": f"{published:%Y-%m-%d}"}, field="on")
    talk, made = LessonTalk.objects.get_or_create(
        lesson=lesson, unit=unit, defaults={"on": on, "note": words, "by": by, "at": now}
    )
    if made:
        note(by=by, verb="talk_lesson_over", thing=lesson, unit=unit.pk, now=now)
    return talk
