"""Reminding of a card before the shift ends: once for each slot and person, nobody on leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from forms.cards.duty.enums import REMINDED_BEFORE, SlotState
from forms.cards.duty.matrix import slots_of
from forms.cards.duty.models import DutyReminder
from forms.cards.duty.slots import Slot
from forms.cards.duty.statistics import duty_units
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.org.models import Person

TOPIC = "card_duty.reminder"
ONE_DAY = timedelta(days=1)


@transaction.atomic
def remind_due(*, by: Any, now: datetime | None = None) -> int:
    """Reminds everybody whose shift ends within the hour and whose slot has no card. Returns how many are new.

    A run that comes late looks at the present: what is over by then is not reminded of.
    """
    now = max(now or clock.now(), clock.now())
    today = clock.today(now)
    with scopes_disabled():
        waiting = [slot for slot in slots_of(duty_units(), today - ONE_DAY, today) if _is_time(slot, now)]
        reminders = _new_reminders(waiting, now)
        DutyReminder.objects.bulk_create(reminders)
        for reminder in reminders:
            outbox.put(TOPIC, str(reminder.pk))
        if reminders:
            data = {"people": len(reminders), "slots": len({one.slot for one in reminders})}
            journal.record(by=by, action="card_duty.remind_due", thing=reminders[0], data=data, now=now)
    return len(reminders)


def _is_time(slot: Slot, now: datetime) -> bool:
    """In the last hour of the work; of two shifts of a day that owes one card, the later one."""
    return slot.state(now) == SlotState.DUE and slot.work_ends_at - REMINDED_BEFORE <= now < slot.work_ends_at


def _new_reminders(slots: list[Slot], now: datetime) -> list[DutyReminder]:
    """Whoever has no account hears of it from the crew leader."""
    asked = {person for slot in slots for person in slot.members}
    reachable = set(Person.objects.filter(pk__in=asked, user__is_active=True).values_list("pk", flat=True))
    keys = [slot.key for slot in slots]
    known = set(DutyReminder.objects.filter(slot__in=keys).values_list("slot", "person_id"))
    return [
        DutyReminder(
            slot=slot.key, person_id=person, unit_id=slot.unit, day=slot.day, ends_at=slot.work_ends_at, at=now
        )
        for slot in slots
        for person in slot.members
        if person in reachable and (slot.key, person) not in known
    ]


@transaction.atomic
def mark_mailed(*, reminder: DutyReminder, now: datetime | None = None) -> bool:
    """Notes that the mail went out. False where another worker noted it first."""
    with scopes_disabled():
        unsent = DutyReminder.objects.filter(pk=reminder.pk, mailed_at=None)
        return bool(unsent.update(mailed_at=now or clock.now()))
