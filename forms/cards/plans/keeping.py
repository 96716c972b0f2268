"""The plan as the entrance for cards knows it (`forms.cards.registries.CardPlan`): open slots, the card that takes one.

The card of a slot is the team's: at least two of its observers belong to the team, and at most one does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.plans.enums import STRANGERS, TEAM_SIZE, PlanState
from forms.cards.plans.models import PlanSlot, SlotCard
from forms.cards.registries import SlotChoice
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, NotYours, Refused


class PlanOfCards:
    """At most one of these is registered, as "plan"."""

    def open_slots(self, reader: Any, day: date) -> Sequence[SlotChoice]:
        """The reader's own teams' slots that run on this day and wait, those that end first before the others."""
        if reader.person is None:
            return []
        with scopes_disabled():
            slots = (
                PlanSlot.objects.binding()
                .undone()
                .filter(first_day__lte=day, last_day__gte=day, team__members=reader.person)
                .for_screens()
                .order_by("last_day", "pk")
            )
            return [choice_of(slot) for slot in slots]

    @transaction.atomic
    def take(self, *, card: Any, slot_pk: int, by: Any, now: datetime) -> None:
        with scopes_disabled():
            slot = (
                PlanSlot.objects.select_for_update(of=("self",))
                .select_related("team__plan", "area")
                .filter(pk=slot_pk)
                .first()
            )
            if slot is None or slot.team.plan.unit_id != card.unit_id:
                raise NotYours(_("This planned observation is not one of the unit: choose another."), field="slot")
            _require_fit(slot, card)
            link = SlotCard.objects.select_related("card").filter(slot=slot).first()
            if link is not None and link.card_id == card.pk:
                return
            if link is not None and slot.card is not None:
                raise Conflict(_("Another card fills this planned observation already: choose another."), field="slot")
            if SlotCard.objects.filter(card=card).exists():
                raise Conflict(_("This card fills another planned observation already."), field="slot")
            if link is not None:  # of a card that was withdrawn
                link.delete()
            SlotCard.objects.create(slot=slot, card=card)
        journal.record(by=by, action="plans.take_slot", thing=slot, unit=card.unit_id, data={"card": card.pk}, now=now)

    def slot_of(self, card: Any) -> SlotChoice | None:
        with scopes_disabled():
            slot = PlanSlot.objects.for_screens().filter(filled__card=card).first()
            return choice_of(slot) if slot is not None else None


def choice_of(slot: PlanSlot) -> SlotChoice:
    return SlotChoice(
        pk=slot.pk,
        label=slot.label,
        unit_id=slot.team.plan.unit_id,
        area_id=slot.area_id,
        shift_id=slot.shift_id,
        first_day=slot.first_day,
        last_day=slot.last_day,
        team=tuple(person.pk for person in slot.team.people),
    )


def _require_fit(slot: PlanSlot, card: Any) -> None:
    if not card.planned:
        raise Refused(_("A random card fills no planned observation: mark it as planned."), field="slot")
    if slot.team.plan.state != PlanState.APPROVED or slot.dropped_at is not None:
        raise Conflict(_("This observation is no longer in the plan: choose another."), field="slot")
    if not slot.first_day <= card.observed_on <= slot.last_day:
        message = _("This observation is planned from %(first)s to %(last)s: choose another, or correct the date.")
        shown = {"first": f"{slot.first_day:%Y-%m-%d}", "last": f"{slot.last_day:%Y-%m-%d}"}
        raise Refused(message % shown, field="slot")
    if card.area_id != slot.area_id:
        message = _("This observation is planned for the area “%(area)s”: choose another, or correct the area.")
        raise Refused(message % {"area": slot.area.name}, field="area")
    team = {person.pk for person in slot.team.members.all()}
    observers = {person.pk for person in card.observers.all()}
    if len(team & observers) < TEAM_SIZE[0] or len(observers - team) > STRANGERS:
        message = _(
            "This observation is planned for %(team)s: at least two of the team observe, and one guest at most."
        )
        raise Refused(message % {"team": slot.team.name}, field="observers")


CARD_PLAN = PlanOfCards()
