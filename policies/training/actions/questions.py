"""The pool of questions of a course, each tied to a clause and checked against an edition of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policies.models import EditionClause
from policies.training.actions.courses import editable_course, require_keeper, require_version
from policies.training.clause_texts import newest_edition
from policies.training.enums import CourseState, QuestionKind
from policies.training.models import Choice, Course, Question
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, Refused

LEAST_CHOICES, MOST_CHOICES = 2, 8


@dataclass(frozen=True)
class QuestionContent:
    """What the form of a question says; `choices` are (words, right?). `clause` is of an issued edition."""

    text: str
    choices: Sequence[tuple[str, bool]]
    kind: str = QuestionKind.SINGLE
    explanation: str = ""
    clause: EditionClause | None = None

    def checked(self) -> list[tuple[str, bool]]:
        """The choices, tidied. Raises Refused naming what cannot be asked."""
        if not self.text.strip():
            raise Refused(_("Write the question."), field="text")
        if self.kind not in QuestionKind.values:
            raise Refused(_("Choose whether one or several answers are right."), field="kind")
        rows = [(words.strip(), right) for words, right in self.choices if words.strip()]
        if not LEAST_CHOICES <= len(rows) <= MOST_CHOICES:
            raise Refused(
                _("Give %(least)s to %(most)s answers to choose from.")
                % {"least": LEAST_CHOICES, "most": MOST_CHOICES},
                field="choices",
            )
        if len({words for words, _right in rows}) < len(rows):
            raise Refused(_("Two answers say the same: change one of them."), field="choices")
        if any(len(words) > 300 for words, _right in rows):
            raise Refused(_("Keep each answer to 300 characters."), field="choices")
        right = sum(right for _words, right in rows)
        if not right:
            raise Refused(_("Mark the answer that is right."), field="choices")
        if self.kind == QuestionKind.SINGLE and right > 1:
            raise Refused(_("Only one answer may be right here, or choose “several answers”."), field="choices")
        if self.clause is not None and not self.clause.edition.was_published:
            raise Refused(_("Choose a clause of an issued edition."), field="clause")
        return rows


def _note(by: Any, question: Question, course: Course, action: str, now: datetime | None, **data: Any) -> None:
    journal.record(
        by=by,
        action=f"training.{action}",
        thing=question,
        unit=course.owner_unit,
        data={"course": course.pk} | data,
        now=now,
    )


@transaction.atomic
def save_question(
    *,
    by: Any,
    course: Course,
    content: QuestionContent,
    question: Question | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Question:
    """Writes a question, or changes one. Saving says that it fits the clause as chosen; attempts keep their wording."""
    require_keeper(by)
    current = editable_course(course)
    rows = content.checked()
    columns = {
        "kind": content.kind,
        "text": content.text.strip(),
        "explanation": content.explanation.strip(),
        "clause_id": content.clause.clause_id if content.clause else None,
        "checked_edition_id": content.clause.edition_id if content.clause else None,
    }
    if question is None:
        kept = Question.objects.create(course=current, **columns)
    else:
        kept = Question.objects.select_for_update().get(pk=question.pk, course=current)
        require_version(version, kept.version)
        for name, value in columns.items():
            setattr(kept, name, value)
        kept.version += 1
        kept.save()
        kept.choices.all().delete()
    Choice.objects.bulk_create(
        Choice(question=kept, text=words, correct=right, order=order) for order, (words, right) in enumerate(rows)
    )
    _note(by, kept, current, "save_question", now, clause=kept.clause_id, edition=kept.checked_edition_id)
    return kept


@transaction.atomic
def retire_question(*, by: Any, question: Question, now: datetime | None = None) -> Question:
    """Takes a question out of the pool, as long as enough are left for an attempt."""
    require_keeper(by)
    course = editable_course(question.course)
    kept = Question.objects.select_for_update().get(pk=question.pk)
    if kept.retired:
        return kept
    left = course.questions.in_pool().count() - 1  # type: ignore[attr-defined]
    if course.state == CourseState.OPEN and left < course.drawn:
        raise Refused(
            _("An attempt draws %(drawn)s questions: write another one first, then take this one out.")
            % {"drawn": course.drawn}
        )
    kept.retired = True
    kept.save(update_fields=["retired"])
    _note(by, kept, course, "retire_question", now)
    return kept


@transaction.atomic
def confirm_question(
    *, by: Any, question: Question, edition_id: int | None = None, now: datetime | None = None
) -> Question:
    """Says that a question still fits its clause as the newest edition words it. `edition_id` is the edition the
    person compared with: another one raises Conflict."""
    require_keeper(by)
    course = editable_course(question.course)
    kept = Question.objects.select_for_update(of=("self",)).select_related("clause__regulation").get(pk=question.pk)
    newest = newest_edition(kept.clause.regulation) if kept.clause else None
    if newest is None:
        raise Refused(_("This question rests on no clause that is in force: change or remove it."))
    if edition_id is not None and edition_id != newest.pk:
        raise Conflict(_("A newer edition was issued meanwhile: compare the question with it."))
    if not newest.clauses.filter(clause=kept.clause_id).exists():
        raise Refused(_("The clause was taken out of the regulation: change the question or take it out."))
    kept.checked_edition = newest
    kept.save(update_fields=["checked_edition"])
    _note(by, kept, course, "confirm_question", now, edition=newest.pk)
    return kept
