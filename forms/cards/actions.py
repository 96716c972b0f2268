"""The verbs of cards: hand in, withdraw, open and close an area. Nothing is written before the names guard passed."""

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
from forms.cards.enums import TRANSITIONS, CardState, Step
from forms.cards.models import Area, Card, CardItem, ObservationPage
from forms.cards.rules import CardDraft, Problem, StaffRecords
from forms.intake.actions import Accepted, accept_submission
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
    language: str = "zh-hant",
    address: str = "",
    now: datetime | None = None,
) -> Accepted:
    """Takes an observation card once; the same submission id and content again is the same receipt.

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

    def make_record(submission: Submission) -> Card:
        card = new_card(draft, now=now, by=person, submission=submission)
        card.save(force_insert=True)
        card.observers.set(draft.observers)
        CardItem.objects.bulk_create(new_items(card, draft))
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
            action="cards.hand_in",
            address=address,
            now=now,
        )


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
    journal.record(by=by, action="cards.withdraw", thing=card, unit=card.unit_id, now=now)
    return card


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


def new_card(draft: CardDraft, *, now: datetime, by: Person | None, **origin: Any) -> Card:
    """The row of a draft that passed the rules; `origin` is its submission, or its batch and import key."""
    return Card(
        unit=draft.unit,
        planned=draft.planned,
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
    content["items"] = [vars(item) for item in sorted(draft.items, key=lambda item: item.category) if not item.is_empty]
    return content


def texts_of(answers: Iterable[AnswerGiven]) -> Mapping[str, tuple[Any, str]]:
    """The written answers to the editor's own questions, for the names guard."""
    return {answer.name: (answer.label, answer.value) for answer in answers if isinstance(answer.value, str)}


def _clean(text: str) -> str:
    return strip_invisible(text).strip()


def _person_of(by: Any) -> Person | None:
    return Person.objects.filter(user_id=by.pk).first() if by.pk is not None else None
