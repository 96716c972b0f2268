"""Asking what a clause means, and having seen the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.models import Edition
from policies.rulings.actions.sending import cleaned, fingerprint, interpreter_of, require_in_force, sent_before
from policies.rulings.clocks import due_after
from policies.rulings.enums import ANSWER_DAYS
from policies.rulings.models import Proposal, Question
from policies.rulings.notifying import notify_asked
from policies.rulings.permissions import reader_can_ask
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours
from portal.org.readers import reader_for


def ask_question(
    *, by: Any, edition: Edition, clause_id: int, text: str, submission_id: UUID, now: datetime | None = None
) -> Question:
    """Somebody of the audience asks; the interpreting department has five working days (SAF-26, clause 6.7).

    The same id and words twice are one question. Raises NotYours outside the audience, Conflict for an edition that is
    no longer in force or a known id with other words.
    """
    now = now or clock.now()
    text = cleaned(text, field="text", missing=_("Write what you want to know."))
    mark = fingerprint({"edition": edition.pk, "clause": clause_id, "text": text})
    with scopes_disabled():
        try:
            with transaction.atomic():
                return _ask(by, edition, clause_id, text, submission_id, mark, now)
        except IntegrityError:  # two tries of one form at the same moment: the other one was first
            if found := sent_before(Question, submission_id, by, mark):
                return found
            raise


def _ask(
    by: Any, edition: Edition, clause_id: int, text: str, submission_id: UUID, mark: str, now: datetime
) -> Question:
    if found := sent_before(Question, submission_id, by, mark):
        return found
    current = Edition.objects.select_related("interpreting_unit", "owner_unit").get(pk=edition.pk)
    if not reader_can_ask(reader_for(by, clock.today(now)), current):
        raise NotYours(_("This regulation is not meant for you."))
    require_in_force(current, clause_id)
    unit = interpreter_of(current)
    question = Question.objects.create(
        submission_id=submission_id,
        fingerprint=mark,
        edition=current,
        clause_id=clause_id,
        sent_by=by,
        sent_at=now,
        unit=unit,
        due_at=due_after(ANSWER_DAYS, now),
        text=text,
    )
    journal.record(
        by=by,
        action="rulings.ask",
        thing=question,
        unit=unit,
        data={"edition": current.pk, "clause": clause_id, "due": question.due_at},
        now=now,
    )
    notify_asked(question, by, now)
    return question


@transaction.atomic
def see_answer(*, by: Any, thing: Question | Proposal, now: datetime | None = None) -> None:
    """Whoever sent it has opened the answer: it waits on the home page no longer. Nothing to do the second time."""
    now = now or clock.now()
    if thing.sent_by_id != by.pk:
        raise NotYours(_("Only the sender can do this."))
    with scopes_disabled():
        model = type(thing)
        unseen = model.objects.filter(pk=thing.pk, answered_at__isnull=False, seen_at__isnull=True)
        if unseen.update(seen_at=now):
            journal.record(by=by, action="rulings.see_answer", thing=thing, unit=thing.unit_id, now=now)
