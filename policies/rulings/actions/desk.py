"""What the department does with a question: take it up, give it to somebody, hand it over, answer, decline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.rulings.actions.lateness import note_breach
from policies.rulings.actions.sending import cleaned
from policies.rulings.enums import QUESTION_STEPS, QuestionState
from policies.rulings.models import Handover, Question
from policies.rulings.notifying import notify_asked
from policies.rulings.permissions import people_of_desk, user_can_answer
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit, User


def locked(question: Question) -> Question:
    """The question as it stands now, locked for the rest of the transaction."""
    found = Question.objects.select_for_update(of=("self",)).select_related("edition__regulation", "unit", "sent_by")
    return found.get(pk=question.pk)


def take_step(by: Any, question: Question, verb: str) -> QuestionState:
    """The state that `verb` leads to, for somebody of the department that owes the answer.

    Raises NotYours for others, Conflict where somebody was first.
    """
    if question.sent_by_id == by.pk:
        raise NotYours(_("You asked this yourself: somebody else of the department answers."))
    if not user_can_answer(by, question):
        raise NotYours(_("This question lies with %(unit)s now.") % {"unit": question.unit.name})
    target = QUESTION_STEPS.get((verb, question.state))
    if target is None:
        raise Conflict(
            _("Somebody was first: this question is now “%(state)s”. What you wrote was not sent.")
            % {"state": question.get_state_display()}
        )
    return target


def settle(question: Question, state: QuestionState, by: Any, answer: str, now: datetime) -> None:
    """Keeps the first answer and its moment; the asker is told again. An answer that comes late stays late."""
    if question.answered_at is None:
        note_breach(question, now)
        question.answer, question.answered_by, question.answered_at = answer, by, now
    question.state, question.seen_at = state, None
    question.save()


@transaction.atomic
def acknowledge_question(*, by: Any, question: Question, now: datetime | None = None) -> Question:
    """The department has seen it and works on it; the asker sees that."""
    with scopes_disabled():
        question = locked(question)
        question.state = take_step(by, question, "acknowledge")
        question.save(update_fields=["state"])
    journal.record(by=by, action="rulings.acknowledge", thing=question, unit=question.unit_id, now=now)
    return question


@transaction.atomic
def assign_question(*, by: Any, question: Question, to: User, now: datetime | None = None) -> Question:
    """Somebody of the department takes care of it."""
    with scopes_disabled():
        question = locked(question)
        question.state = take_step(by, question, "assign")
        if not people_of_desk(question.unit, clock.today(now)).filter(pk=to.pk).exists():
            raise Refused(_("Choose somebody of your department."), field="to")
        if to.pk == question.sent_by_id:
            raise Refused(_("Who asked does not answer: choose somebody else."), field="to")
        question.assigned_to = to
        question.save(update_fields=["state", "assigned_to"])
    data = {"to": to.pk}
    journal.record(by=by, action="rulings.assign", thing=question, unit=question.unit_id, data=data, now=now)
    return question


@transaction.atomic
def hand_over_question(*, by: Any, question: Question, to: Unit, reason: str, now: datetime | None = None) -> Question:
    """Another department can answer better. The clock runs on: the asker was promised a day, not a department."""
    now = now or clock.now()
    reason = cleaned(reason, field="reason", missing=_("Write why the other department should answer."))
    with scopes_disabled():
        question = locked(question)
        question.state = take_step(by, question, "hand_over")
        if to.pk == question.unit_id:
            raise Refused(_("The question lies with this department already."), field="to")
        if to.closed_on is not None and to.closed_on <= clock.today(now):
            raise Refused(_("This department is closed: choose another one."), field="to")
        note_breach(question, now)
        Handover.objects.create(question=question, from_unit=question.unit, to_unit=to, reason=reason, by=by, at=now)
        before, question.unit, question.assigned_to = question.unit, to, None
        question.save()
    data = {"from": before.code, "to": to.code}
    journal.record(by=by, action="rulings.hand_over", thing=question, unit=to, data=data, now=now)
    notify_asked(question, by, now)
    return question


@transaction.atomic
def answer_question(*, by: Any, question: Question, answer: str, now: datetime | None = None) -> Question:
    """An answer for the asker alone."""
    return _answered(by, question, "answer", answer, _("Write the answer."), now or clock.now())


@transaction.atomic
def decline_question(*, by: Any, question: Question, answer: str, now: datetime | None = None) -> Question:
    """Not about this regulation, or not the department's to say: the asker is told why, and where to turn."""
    missing = _("Write why this is not answered, and where the asker can turn.")
    return _answered(by, question, "decline", answer, missing, now or clock.now())


def _answered(by: Any, question: Question, verb: str, answer: str, missing: str, now: datetime) -> Question:
    answer = cleaned(answer, field="answer", missing=missing)
    with scopes_disabled():
        question = locked(question)
        settle(question, take_step(by, question, verb), by, answer, now)
    data = {"late": question.breached_at is not None}
    journal.record(by=by, action=f"rulings.{verb}", thing=question, unit=question.unit_id, data=data, now=now)
    return question
