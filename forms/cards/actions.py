"""The verbs of cards: hand in, withdraw, finish what was still to be done, open and close an area. Nothing is written
before the names guard passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards import permissions, rules
from forms.cards.directory import staff_name_guard
from forms.cards.enums import LONGEST_NOTE, TRANSITIONS, CardState, Step
from forms.cards.models import Area, Card, CardAction, CardItem, ObservationPage
from forms.cards.registries import after_hand_in, card_plan, daily_rule
from forms.cards.rules import CardDraft, Problem, StaffRecords
from forms.cards.tallies import Difference, add_cards, differences, take_away
from forms.intake.actions import Accepted, accept_submission
from forms.intake.attachments import Upload
from forms.intake.models import Submission
from forms.intake.questions import AnswerGiven
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import strip_invisible
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit


def hand_in_card(
    *,
    by: Any,
    page: ObservationPage,
    submission_id: UUID,
    draft: CardDraft,
    answers: Sequence[AnswerGiven] = (),
    files: Sequence[Upload] = (),
    language: str = "zh-hant",
    address: str = "",
    now: datetime | None = None,
) -> Accepted:
    """Takes an observation card once, with its photos, actions and the planned observation that it fills; the same
    submission id and content again is the same receipt.

    Raises Refused with the first problem (see `rules.problems`) before a byte of it is stored, NotYours for a unit that
    is not the observer's, Conflict for a known id with other content.
    """
    now = now or clock.now()
    if not permissions.user_can_hand_in_card_at(by, draft.unit):
        raise NotYours(_("You observe in your own unit and the units below it. Choose one of them."), field="unit")
    person = _person_of(by)
    own = person is not None and person.pk in {observer.pk for observer in draft.observers}
    if not own and not permissions.user_can_collect_cards(by, draft.unit):
        raise Refused(_("Hand in cards of observations that you made or took part in."), field="observers")
    draft.other_texts = {**draft.other_texts, **texts_of(answers)}
    found = problems_of(draft, by=by, now=now)
    if found:
        raise Refused(found[0].message, field=found[0].field)
    _refuse_foreign_owners(draft)
    moment = now

    def make_record(submission: Submission) -> Card:
        (by_rule,) = planned_by_rule([draft], now=moment)
        card = new_card(draft, now=moment, by=person, planned_by_rule=by_rule, submission=submission)
        card.save(force_insert=True)
        card.observers.set(draft.observers)
        items = CardItem.objects.bulk_create(new_items(card, draft))
        add_cards([(card, items, {observer.pk for observer in draft.observers})])
        _assign_actions(by=by, card=card, items=items, draft=draft, now=moment)
        _take_slot(by=by, card=card, draft=draft, now=moment)
        for follow in after_hand_in:
            follow(card, by, moment)
        return card

    with scopes_disabled():
        return accept_submission(
            entrance=page,
            submission_id=submission_id,
            by=by,
            cleaned=content_of(draft),
            make_record=make_record,
            language=language,
            answers=answers,
            files=files,
            action="cards.hand_in",
            address=address,
            now=now,
        )


def _refuse_foreign_owners(draft: CardDraft) -> None:
    """An action goes to an observer or to who leads: never to whoever happened to be observed."""
    observing = {person.pk for person in draft.observers}
    for item in draft.items:
        owner = item.follow_up.owner if item.follow_up is not None else None
        if owner is None or owner.pk in observing or permissions.possible_owners(draft.unit).filter(pk=owner.pk):
            continue
        message = _(
            "%(name)s neither observed nor leads this unit: an action goes to one of the observers or to who leads, "
            "never to the person observed."
        )
        raise Refused(message % {"name": owner.name}, field=f"{item.category}_owner")


def _assign_actions(*, by: Any, card: Card, items: Iterable[CardItem], draft: CardDraft, now: datetime) -> None:
    """What could not be mended at once gets an owner and a day (SAF-10)."""
    later = {item.category: item.follow_up for item in draft.items if item.follow_up is not None}
    for item in items:
        follow_up = later.get(item.category)
        if follow_up is None:
            continue
        action = CardAction.objects.create(
            item=item,
            what=_clean(follow_up.what),
            owner=follow_up.owner,  # type: ignore[misc]
            due_on=follow_up.due_on,  # type: ignore[misc]
        )
        journal.record(
            by=by,
            action="cards.assign_action",
            thing=action,
            unit=card.unit_id,
            data={"card": card.pk, "due_on": str(action.due_on)},
            now=now,
        )


def _take_slot(*, by: Any, card: Card, draft: CardDraft, now: datetime) -> None:
    if draft.slot is None:
        return
    plan = card_plan.get("plan")
    if plan is None or not card.planned:
        raise Refused(_("A card fills a planned observation only when it is marked as planned."), field="slot")
    plan.take(card=card, slot_pk=draft.slot, by=by, now=now)


@transaction.atomic
def finish_action(*, by: Any, action: CardAction, note: str, now: datetime | None = None) -> CardAction:
    """Its owner says what was done. An action that is done stays done; one done late stays late."""
    now = now or clock.now()
    note = _clean(note)
    with scopes_disabled():
        action = CardAction.objects.select_for_update().get(pk=action.pk)
        unit = action.item.card.unit_id
    if not permissions.user_can_finish_action(by, action):
        raise NotYours(_("An action is finished by its owner."))
    if action.done_at is not None:
        raise Conflict(_("This action was finished already."))
    if not note:
        raise Refused(_("Write in a few words what was done."), field="note")
    if len(note) > LONGEST_NOTE:
        raise Refused(_("Shorten this text to %(most)s characters.") % {"most": LONGEST_NOTE}, field="note")
    for found in staff_name_guard().find(note):
        raise Refused(rules.name_message(_("what was done"), found), field="note")
    action.done_at, action.note = now, note
    action.save(update_fields=["done_at", "note"])
    journal.record(by=by, action="cards.finish_action", thing=action, unit=unit, now=now)
    return action


def problems_of(draft: CardDraft, *, by: Any, now: datetime | None = None) -> list[Problem]:
    """Every problem of a card before it is sent, for the form that shows them all at once."""
    return rules.problems(
        draft,
        by=_person_of(by),
        staff=StaffRecords(draft.observers),
        guard=staff_name_guard(),
        now=now or clock.now(),
    )


@transaction.atomic
def withdraw_card(*, by: Any, card: Card, now: datetime | None = None) -> Card:
    """Takes a card back on the day it was handed in; it stays as a row and leaves every list and figure."""
    now = now or clock.now()
    with scopes_disabled():
        card = Card.objects.select_for_update().get(pk=card.pk)
    if CardState.WITHDRAWN not in TRANSITIONS[card.state]:
        raise Conflict(_("This card was withdrawn already."))
    with scopes_disabled():
        if not permissions.user_can_withdraw_card(by, card, now=now):
            raise NotYours(_("A card is withdrawn by its own observers, on the day it was handed in."))
    card.state = CardState.WITHDRAWN
    card.save(update_fields=["state"])
    take_away(card)
    journal.record(by=by, action="cards.withdraw", thing=card, unit=card.unit_id, now=now)
    return card


@transaction.atomic
def check_figures(*, by: Any, now: datetime | None = None) -> list[Difference]:
    """Compares the kept sums of cards with a scan of all cards; what differs stands in the journal of the unit."""
    now = now or clock.now()
    found = differences()
    by_unit: dict[int, list[str]] = {}
    for difference in found:
        by_unit.setdefault(difference.unit, []).append(difference.without_person)
    for unit in Unit.objects.filter(pk__in=by_unit):
        data = {"rows": len(by_unit[unit.pk]), "first": by_unit[unit.pk][0]}
        journal.record(by=by, action="cards.figures_differ", thing=unit, unit=unit, data=data, now=now)
    return found


@transaction.atomic
def open_area(*, by: Any, unit: Unit, name: str, now: datetime | None = None) -> Area:
    """Adds an area to a unit, or opens a closed one of that name again."""
    if not permissions.user_can_keep_areas(by, unit):
        raise NotYours(_("Areas are kept by the managers and crew leaders of the unit."))
    name = " ".join(strip_invisible(name).split())
    if not name:
        raise Refused(_("Write the name of the area."), field="name")
    if len(name) > 60:
        raise Refused(_("Shorten the name of the area to 60 characters."), field="name")
    for found in staff_name_guard().find(name):
        raise Refused(rules.name_message(_("area"), found), field="name")
    with scopes_disabled():
        try:
            with transaction.atomic():
                area, created = Area.objects.get_or_create(unit=unit, name=name)
        except IntegrityError:
            area, created = Area.objects.get(unit=unit, name=name), False
        if not created and not area.closed:
            raise Conflict(_("This unit has an area of that name already."), field="name")
        area.closed = False
        area.save(update_fields=["closed"])
    journal.record(by=by, action="cards.open_area", thing=area, unit=unit, now=now)
    return area


@transaction.atomic
def close_area(*, by: Any, area: Area, now: datetime | None = None) -> Area:
    """Leaves an area out of the choices for new cards; the cards that name it stay."""
    if not permissions.user_can_keep_areas(by, area.unit):
        raise NotYours(_("Areas are kept by the managers and crew leaders of the unit."))
    if area.closed:
        raise Conflict(_("This area is closed already."))
    area.closed = True
    area.save(update_fields=["closed"])
    journal.record(by=by, action="cards.close_area", thing=area, unit=area.unit_id, now=now)
    return area


def planned_by_rule(drafts: Sequence[CardDraft], *, now: datetime) -> list[bool]:
    """For each card whether it counts as planned although it is marked as random: decided once, here, so that no later
    decision changes a figure backwards."""
    random = [draft for draft in drafts if not draft.planned]
    rule = daily_rule.get("duty")
    if rule is None or not random:
        return [False] * len(drafts)
    answers = iter(rule.count_as_planned(random, now))
    return [not draft.planned and next(answers) for draft in drafts]


def new_card(
    draft: CardDraft, *, now: datetime, by: Person | None, planned_by_rule: bool = False, **origin: Any
) -> Card:
    """The row of a draft that passed the rules; `origin` is its submission, or its batch and import key."""
    return Card(
        unit=draft.unit,
        planned=draft.planned or planned_by_rule,
        kind_by_rule=planned_by_rule,
        on_behalf=by is None or by.pk not in {person.pk for person in draft.observers},
        area=draft.area,
        shift=draft.shift,
        observed_on=draft.observed_on,
        observed_at=draft.observed_at,
        seconds=draft.seconds,
        came_close=draft.came_close,
        out_of_sight=draft.out_of_sight,
        handed_in_at=now,
        **{Step(step).column: True for step in draft.steps},
        **{name: _clean(getattr(draft, name)) for name in rules.TEXT_FIELDS},
        **origin,
    )


def new_items(card: Card, draft: CardDraft) -> list[CardItem]:
    """The rows of the categories in which something was counted or written."""
    return [
        CardItem(
            card=card,
            category=item.category,
            safe=item.safe,
            unsafe_acts=item.unsafe_acts,
            unsafe_conditions=item.unsafe_conditions,
            note=_clean(item.note),
            action=_clean(item.action),
            sub_items=list(item.sub_items),
        )
        for item in draft.items
        if not item.is_empty
    ]


def content_of(draft: CardDraft) -> dict[str, Any]:
    """Everything a card says, as one mapping: what makes two submissions the same."""
    content: dict[str, Any] = {
        name: getattr(draft, name)
        for name in ("unit", "planned", "area", "shift", "observed_on", "observed_at", "seconds", "came_close")
    }
    content |= {name: getattr(draft, name) for name in rules.TEXT_FIELDS}
    content["observers"] = sorted(person.pk for person in draft.observers)
    content["steps"] = sorted(draft.steps)
    content["slot"] = draft.slot
    content["items"] = [
        {**vars(item), "follow_up": item.follow_up.content if item.follow_up is not None else None}
        for item in sorted(draft.items, key=lambda item: item.category)
        if not item.is_empty
    ]
    return content


def texts_of(answers: Iterable[AnswerGiven]) -> Mapping[str, tuple[Any, str]]:
    """The written answers to the editor's own questions, for the names guard."""
    return {answer.name: (answer.label, answer.value) for answer in answers if isinstance(answer.value, str)}


def _clean(text: str) -> str:
    return strip_invisible(text).strip()


def _person_of(by: Any) -> Person | None:
    return Person.objects.filter(user_id=by.pk).first() if by.pk is not None else None
