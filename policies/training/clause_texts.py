"""Clauses of issued editions as lessons and questions show them, and what became of them since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from policies.comparing import words_compared
from policies.models import Edition, EditionClause, RegulationPage
from policies.training.enums import ClauseChange
from policies.training.models import Question

LABEL_LENGTH = 36


def newest_edition(regulation: RegulationPage | None) -> Edition | None:
    """The edition last issued: what a course is written against, also before its effective day."""
    if regulation is None:
        return None
    return Edition.objects.issued().filter(regulation=regulation).order_by("-number").first()


def wording(row: EditionClause) -> str:
    return " ".join(part for part in (row.number, row.heading, row.text) if part)


def label(row: EditionClause) -> str:
    """Number and beginning: "4.5.3 報告裡不得寫…"."""
    text = row.heading or row.text
    short = text[:LABEL_LENGTH] + ("…" if len(text) > LABEL_LENGTH else "")
    return " ".join(part for part in (row.number, short) if part)


def address(row: EditionClause) -> str:
    """Where the clause is read (edition and regulation loaded)."""
    page = reverse("regulation_edition", args=[row.edition.regulation.slug, row.edition.number])
    return f"{page}#{row.anchor}" if row.anchor else page


def rows_of(questions: Iterable[Question]) -> dict[int, EditionClause]:
    """Question -> its clause as it stood when the question was checked. One query."""
    asked = {(q.checked_edition_id, q.clause_id): q.pk for q in questions if q.clause_id and q.checked_edition_id}
    found = EditionClause.objects.filter(
        edition__in={edition for edition, _clause in asked}, clause__in={clause for _edition, clause in asked}
    ).select_related("edition__regulation")
    texts = {(row.edition_id, row.clause_id): row for row in found}
    return {q.pk: texts[pair] for q in questions if (pair := (q.checked_edition_id, q.clause_id)) in texts}


@dataclass(frozen=True)
class ToCheck:
    """A question whose clause is no longer what it was when the question was checked."""

    question: Question
    change: ClauseChange
    old: EditionClause
    new: EditionClause | None
    edition: Edition  # the one that changed it

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The old and the new words: (same, gone or new; words)."""
        return words_compared(wording(self.old), wording(self.new) if self.new else "")


def to_check(questions: Sequence[Question]) -> list[ToCheck]:
    """Of these questions (course loaded) the ones whose clause the newest edition changed or took out.

    Four queries, however many: computed when read, so no issue of an edition can be missed. An edition that moved or
    renumbered a clause changed its wording too: people are sent to it by its number.
    """
    tied = [question for question in questions if question.clause_id and question.checked_edition_id]
    if not tied:
        return []
    before = rows_of(tied)
    newest: dict[int, Edition] = {}
    regulations = {row.edition.regulation_id for row in before.values()}
    for issued in Edition.objects.issued().filter(regulation__in=regulations).order_by("number"):
        newest[issued.regulation_id] = issued
    now: dict[int, dict[int, EditionClause]] = defaultdict(dict)
    wanted = EditionClause.objects.filter(
        edition__in=newest.values(), clause__in={question.clause_id for question in tied}
    )
    for row in wanted.select_related("edition__regulation"):
        now[row.edition_id][row.clause_id] = row
    found = []
    for question in tied:
        old = before.get(question.pk)
        edition = newest.get(old.edition.regulation_id) if old else None
        if old is None or edition is None or edition.number <= old.edition.number:
            continue
        new = now[edition.pk].get(question.clause_id or 0)
        if new is None:
            found.append(ToCheck(question, ClauseChange.REMOVED, old, None, edition))
        elif wording(new) != wording(old):
            found.append(ToCheck(question, ClauseChange.CHANGED, old, new, edition))
    return found


def open_to_check() -> list[ToCheck]:
    """All of them, in courses that are not closed."""
    questions = Question.objects.in_pool().exclude(course__state="closed").select_related("course__owner_unit")
    return to_check(list(questions.order_by("course__title", "pk")))
