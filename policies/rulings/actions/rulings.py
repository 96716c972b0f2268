"""Publishing a ruling under a clause and edition, reaffirming it when the clause has changed, withdrawing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.models import Edition
from policies.rulings import wording
from policies.rulings.actions.desk import locked, settle, take_step
from policies.rulings.actions.sending import cleaned
from policies.rulings.enums import RULING_STEPS, RulingState, Standing
from policies.rulings.models import Question, Ruling, RulingSerial
from policies.rulings.permissions import user_can_settle_ruling
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import fold
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit, User

SEARCH_SOURCE = "rulings"


@transaction.atomic
def publish_ruling(*, by: Any, question: Question, asked: str, answer: str, now: datetime | None = None) -> Ruling:
    """Answers a question for everybody who may read the regulation: under its clause and edition, with a number.

    `asked` is the question in the department's words. Raises Refused where it names the asker, Conflict where somebody
    answered first.
    """
    now = now or clock.now()
    asked, answer = _texts(asked, answer)
    with scopes_disabled():
        question = locked(question)
        target = take_step(by, question, "publish")
        _refuse_names(question.sent_by, asked=asked, answer=answer)
        ruling = _write(question, question.edition, question.unit, asked, answer, by, now)
        settle(question, target, by, answer, now)
    journal.record(
        by=by,
        action="rulings.publish",
        thing=question,
        unit=question.unit_id,
        data={"ruling": ruling.number, "late": question.breached_at is not None},
        now=now,
    )
    return ruling


@transaction.atomic
def reaffirm_ruling(*, by: Any, ruling: Ruling, asked: str, answer: str, now: datetime | None = None) -> Ruling:
    """The clause has changed: the department decides anew under the edition in force. Returns the new ruling; the old
    one stays readable and leads to it."""
    now = now or clock.now()
    asked, answer = _texts(asked, answer)
    with scopes_disabled():
        old = _locked_ruling(ruling)
        target = _ruling_step(by, old, "reaffirm")
        day = clock.today(now)
        if wording.standing_of(old, day) != Standing.CHANGED:
            raise Conflict(_("Only a ruling whose clause has changed is decided anew; one that is wrong is withdrawn."))
        _refuse_names(old.question.sent_by, asked=asked, answer=answer)
        edition = Edition.objects.in_force(day).get(regulation=old.edition.regulation_id)
        unit = edition.interpreting_unit or edition.owner_unit or old.unit
        new = _write(old.question, edition, unit, asked, answer, by, now, reaffirms=old)
        _end(old, target, by, now)
    data = {"by": new.number, "edition": edition.pk}
    journal.record(by=by, action="rulings.reaffirm", thing=old, unit=unit, data=data, now=now)
    return new


@transaction.atomic
def withdraw_ruling(*, by: Any, ruling: Ruling, reason: str, now: datetime | None = None) -> Ruling:
    """Takes a ruling back. It stays readable to its readers, with the reason, and leaves search and clauses."""
    now = now or clock.now()
    reason = cleaned(reason, field="reason", missing=_("Write why the ruling is withdrawn."))
    with scopes_disabled():
        ruling = _locked_ruling(ruling)
        target = _ruling_step(by, ruling, "withdraw")
        ruling.ended_reason = reason
        _end(ruling, target, by, now)
    journal.record(by=by, action="rulings.withdraw", thing=ruling, unit=ruling.unit_id, now=now)
    return ruling


def _texts(asked: str, answer: str) -> tuple[str, str]:
    return (
        cleaned(asked, field="asked", missing=_("Write the question in words that everybody understands.")),
        cleaned(answer, field="answer", missing=_("Write the answer.")),
    )


def _refuse_names(asker: User, **texts: str) -> None:
    """Nobody is to read in public who asked."""
    person = Person.objects.filter(user=asker).first()
    names = [asker.get_full_name().strip(), *((person.name, person.staff_number) if person else ())]
    for field, text in texts.items():
        squeezed = "".join(fold(text).split())
        if any(name and "".join(fold(name).split()) in squeezed for name in names):
            raise Refused(_("A ruling does not say who asked: take the name or staff number out."), field=field)


def _write(
    question: Question,
    edition: Edition,
    unit: Unit,
    asked: str,
    answer: str,
    by: Any,
    now: datetime,
    reaffirms: Ruling | None = None,
) -> Ruling:
    number = _next_number(clock.today(now).year)
    clause = wording.rows_of([(edition.pk, question.clause_id)])[edition.pk, question.clause_id]
    ruling = Ruling.objects.create(
        number=number,
        question=question,
        reaffirms=reaffirms,
        edition=edition,
        clause_id=question.clause_id,
        unit=unit,
        asked=asked,
        answer=answer,
        words=fold("\n".join([number, clause.number, clause.heading, asked, answer])),
        decided_by=by,
        decided_at=now,
    )
    outbox.changed(SEARCH_SOURCE, ruling.pk)
    return ruling


def _next_number(year: int) -> str:
    """R2026-001, R2026-002 ...: the row of the year is locked until the ruling is committed."""
    RulingSerial.objects.get_or_create(year=year)
    serial = RulingSerial.objects.select_for_update().get(year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"R{year}-{serial.last:03d}"


def _locked_ruling(ruling: Ruling) -> Ruling:
    found = Ruling.objects.select_for_update(of=("self",)).select_related(
        "edition__regulation__interpreting_unit", "unit", "question__sent_by"
    )
    return found.get(pk=ruling.pk)


def _ruling_step(by: Any, ruling: Ruling, verb: str) -> RulingState:
    if not user_can_settle_ruling(by, ruling):
        raise NotYours(_("Only the department that interprets the regulation may do this."))
    target = RULING_STEPS.get((verb, ruling.state))
    if target is None:
        raise Conflict(
            _("Somebody was first: this ruling is now “%(state)s”. What you wrote was not sent.")
            % {"state": ruling.get_state_display()}
        )
    return target


def _end(ruling: Ruling, state: RulingState, by: Any, now: datetime) -> None:
    ruling.state, ruling.ended_by, ruling.ended_at = state, by, now
    ruling.save()
    outbox.changed(SEARCH_SOURCE, ruling.pk)
