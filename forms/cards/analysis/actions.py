"""The verbs of statistics: sign an analysis, begin a phase of a chart, propose and follow up, review, coach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.analysis import permissions
from forms.cards.analysis.enums import (
    LONGEST_ANALYSIS,
    LONGEST_LINE,
    PERIOD_KINDS,
    TRANSITIONS,
    Grain,
    Habit,
    ProposalState,
    Verdict,
)
from forms.cards.analysis.models import CardReview, ChartPhase, CoachingTask, Proposal, WrittenAnalysis
from forms.cards.directory import staff_name_guard
from forms.cards.models import Card
from forms.cards.rules import name_message
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import strip_invisible
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Person, Unit


@transaction.atomic
def sign_analysis(
    *,
    by: Any,
    unit: Unit,
    period: Period,
    analysis: str,
    suggestion: str,
    version: int = 0,
    now: datetime | None = None,
) -> WrittenAnalysis:
    """The unit's words on its figures, as the version after `version` (0: the first). The same words again change
    nothing. Refused on the field in question, Conflict when somebody else signed a newer version."""
    now = now or clock.now()
    if not permissions.user_can_write_analysis(by, unit):
        raise NotYours(_("The analysis is written and signed by whoever leads the unit."))
    if period.kind not in PERIOD_KINDS:
        raise Refused(_("Statistics are analysed by week, month or quarter: choose one of them."), field="period")
    if period.start > clock.today(now):
        raise Refused(_("This period has not begun."), field="period")
    words = {
        "analysis": _sound(analysis, "analysis", _("analysis"), _("Write what the figures show.")),
        "suggestion": _sound(suggestion, "suggestion", _("suggestion"), _("Write what you suggest because of it.")),
    }
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=unit.pk)  # two at once: one after the other
        last = WrittenAnalysis.objects.filter(unit=unit, period_code=period.code).order_by("-version").first()
        if last is not None and all(getattr(last, name) == text for name, text in words.items()):
            return last
        if (last.version if last else 0) != version:
            raise Conflict(_("Somebody else signed a newer version meanwhile. Read it below, then send yours again."))
        written = WrittenAnalysis.objects.create(
            unit=unit,
            period_code=period.code,
            starts_on=period.start,
            ends_on=period.end,
            version=version + 1,
            by=by,
            post=_post_of(by, clock.today(now)),
            at=now,
            **words,
        )
    data = {"period": period.code, "version": written.version}
    journal.record(by=by, action="card_analysis.sign", thing=written, unit=unit, data=data, now=now)
    return written


@transaction.atomic
def begin_phase(
    *, by: Any, unit: Unit, grain: str, begins_on: date, reason: str, now: datetime | None = None
) -> ChartPhase:
    """New limits from a point on, for a reason that is known: a new rig, another way to work."""
    now = now or clock.now()
    if not permissions.user_can_write_analysis(by, unit):
        raise NotYours(_("The limits of a chart are set by whoever leads the unit."))
    if grain not in Grain.values or Period.of(grain, begins_on).start != begins_on:
        raise Refused(_("Choose the week or month with which new limits begin."), field="begins_on")
    if begins_on > clock.today(now):
        raise Refused(_("This period has not begun."), field="begins_on")
    reason = _sound(reason, "reason", _("reason"), _("Write what changed at that time."), LONGEST_LINE)
    with scopes_disabled():
        try:
            with transaction.atomic():
                phase = ChartPhase.objects.create(
                    unit=unit, grain=grain, begins_on=begins_on, reason=reason, by=by, at=now
                )
        except IntegrityError:
            raise Conflict(_("New limits begin there already."), field="begins_on") from None
    data = {"grain": grain, "begins_on": begins_on.isoformat()}
    journal.record(by=by, action="card_analysis.begin_phase", thing=phase, unit=unit, data=data, now=now)
    return phase


@transaction.atomic
def end_phase(*, by: Any, phase: ChartPhase, now: datetime | None = None) -> None:
    """Takes an annotation away: the limits run through again."""
    if not permissions.user_can_write_analysis(by, phase.unit):
        raise NotYours(_("The limits of a chart are set by whoever leads the unit."))
    data = {"grain": phase.grain, "begins_on": phase.begins_on.isoformat(), "reason": phase.reason}
    journal.record(by=by, action="card_analysis.end_phase", thing=phase, unit=phase.unit_id, data=data, now=now)
    with scopes_disabled():
        phase.delete()


@transaction.atomic
def propose(
    *,
    by: Any,
    submission_id: UUID,
    unit: Unit,
    period: Period,
    finding: str,
    proposal: str,
    owner: Person,
    due: date,
    now: datetime | None = None,
) -> Proposal:
    """What a trend asks for: who does what by when. The same id again is the same proposal."""
    now = now or clock.now()
    if not permissions.user_can_propose(by, unit):
        raise NotYours(_("Proposals come from whoever leads the unit, and from the safety department."))
    words = {
        "finding": _sound(finding, "finding", _("what the figures show"), _("Write what the figures show.")),
        "proposal": _sound(proposal, "proposal", _("what to improve"), _("Write what is to be done differently.")),
    }
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=unit.pk)
        known = Proposal.objects.filter(submission_id=submission_id).first()
        if known is not None:
            same = known.by_id == by.pk and (known.owner_id, known.due) == (owner.pk, due)
            if not same or any(getattr(known, name) != text for name, text in words.items()):
                raise Conflict(_("This was sent before with other content. Open the form anew."))
            return known
        if due < clock.today(now):
            raise Refused(_("This day is over: choose a day to come."), field="due")
        at_work = Appointment.objects.on(clock.today(now)).filter(person=owner)
        if not at_work.exists():
            raise Refused(_("This person holds no post now: choose somebody else."), field="owner")
        made = Proposal.objects.create(
            submission_id=submission_id,
            unit=unit,
            period_code=period.code,
            owner=owner,
            due=due,
            by=by,
            at=now,
            **words,
        )
    data = {"period": period.code, "due": due.isoformat()}
    journal.record(by=by, action="card_analysis.propose", thing=made, unit=unit, data=data, now=now)
    return made


@transaction.atomic
def move_proposal(*, by: Any, proposal: Proposal, to: str, note: str = "", now: datetime | None = None) -> Proposal:
    """Accept, decline, or report as done. To decline and to be done need words."""
    now = now or clock.now()
    with scopes_disabled():
        proposal = Proposal.objects.select_for_update().select_related("owner", "unit").get(pk=proposal.pk)
    finishing = to == ProposalState.DONE
    allowed = permissions.user_can_finish_proposal if finishing else permissions.user_can_decide_proposal
    if not allowed(by, proposal):
        raise NotYours(_("Managers of the unit decide; whoever does it reports it as done."))
    if to not in TRANSITIONS[proposal.state]:
        state = ProposalState(proposal.state).label
        raise Conflict(_("This proposal stands at “%(state)s” by now.") % {"state": state})
    note = " ".join(strip_invisible(note).split())
    if not note and to != ProposalState.ACCEPTED:
        raise Refused(_("Say in a sentence what was done, or why not."), field="note")
    _refuse_names(note, "note", _("what was said or done"))
    proposal.state, proposal.note = to, note or proposal.note
    if finishing:
        proposal.done_at = now
    else:
        proposal.decided_by, proposal.decided_at = by, now
    with scopes_disabled():
        proposal.save(update_fields=["state", "note", "decided_by", "decided_at", "done_at"])
    action = {"accepted": "accept", "declined": "decline", "done": "finish"}[to]
    journal.record(by=by, action=f"card_analysis.{action}_proposal", thing=proposal, unit=proposal.unit_id, now=now)
    return proposal


@transaction.atomic
def review_card(*, by: Any, card: Card, verdict: str, note: str = "", now: datetime | None = None) -> CardReview:
    """What a reviewer says of a card; once each. An observer does not review the own card."""
    now = now or clock.now()
    if not permissions.user_can_review(by, card.unit):
        raise NotYours(_("Cards are reviewed by whoever leads the unit, and by the safety department."))
    with scopes_disabled():
        if card.observers.filter(user_id=by.pk).exists():
            raise NotYours(_("Leave your own card to another reviewer."))
        if verdict not in Verdict.values:
            raise Refused(_("Choose one of the three."), field="verdict")
        note = " ".join(strip_invisible(note).split())
        if len(note) > LONGEST_LINE:
            raise Refused(_("Shorten this to %(most)s characters.") % {"most": LONGEST_LINE}, field="note")
        _refuse_names(note, "note", _("what would make it better"))
        known = CardReview.objects.filter(card=card, reviewer=by).first()
        if known is not None:
            if (known.verdict, known.note) != (verdict, note):
                raise Conflict(_("You reviewed this card before; a review stays as it is."))
            return known
        review = CardReview.objects.create(card=card, reviewer=by, verdict=verdict, note=note, at=now)
    journal.record(by=by, action="card_analysis.review", thing=review, unit=card.unit_id, now=now)
    return review


@transaction.atomic
def assign_coaching(
    *,
    by: Any,
    unit: Unit,
    person: Person,
    period: Period,
    habits: Sequence[str],
    due: date,
    now: datetime | None = None,
) -> CoachingTask:
    """A talk with a writer about how cards are filled in; once for a period."""
    now = now or clock.now()
    if not permissions.user_can_coach(by, unit):
        raise NotYours(_("Help with filling in cards is arranged by the managers of the unit."))
    chosen = [habit for habit in Habit.values if habit in set(habits)]
    if not chosen:
        raise Refused(_("Choose what the talk is about."), field="habits")
    if due < clock.today(now):
        raise Refused(_("This day is over: choose a day to come."), field="due")
    with scopes_disabled():
        task, created = CoachingTask.objects.get_or_create(
            unit=unit,
            person=person,
            period_code=period.code,
            defaults={"habits": chosen, "due": due, "by": by, "at": now},
        )
    if created:
        data = {"period": period.code, "habits": chosen}
        journal.record(by=by, action="card_analysis.coach", thing=task, unit=unit, data=data, now=now)
    return task


@transaction.atomic
def finish_coaching(*, by: Any, task: CoachingTask, note: str, now: datetime | None = None) -> CoachingTask:
    now = now or clock.now()
    with scopes_disabled():
        task = CoachingTask.objects.select_for_update().select_related("unit").get(pk=task.pk)
    if not permissions.user_can_finish_coaching(by, task):
        raise NotYours(_("Help with filling in cards is arranged by the managers of the unit."))
    if task.done_at is not None:
        raise Conflict(_("This talk was held already."))
    note = _sound(note, "note", _("what was agreed"), _("Write what was agreed."), LONGEST_LINE)
    task.done_at, task.note = now, note
    with scopes_disabled():
        task.save(update_fields=["done_at", "note"])
    journal.record(by=by, action="card_analysis.finish_coaching", thing=task, unit=task.unit_id, now=now)
    return task


def _sound(text: str, field: str, label: str, empty: str, most: int = LONGEST_ANALYSIS) -> str:
    """The text as it is kept. Statistics name nobody, as cards do not (clause 4.5.3)."""
    text = strip_invisible(text).replace("\r\n", "\n").strip()
    if not text:
        raise Refused(empty, field=field)
    if len(text) > most:
        raise Refused(_("Shorten this to %(most)s characters.") % {"most": most}, field=field)
    _refuse_names(text, field, label)
    return text


def _refuse_names(text: str, field: str, label: str) -> None:
    for found in staff_name_guard().find(text):
        raise Refused(name_message(label, found), field=field)


def _post_of(by: Any, day: date) -> str:
    """What stands under a signature: the posts of the day."""
    held = Appointment.objects.on(day).filter(person__user_id=by.pk).select_related("post", "unit")
    return "、".join(f"{one.unit.name}{one.post.title}" for one in held)[:LONGEST_LINE]
