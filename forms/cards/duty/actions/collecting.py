"""Collecting the cards of a day (SAF-15, clause 5.4.2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.duty import permissions
from forms.cards.duty.matrix import slots_of
from forms.cards.duty.models import Collection
from forms.cards.duty.statistics import outstanding
from forms.cards.models import Card
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit


@transaction.atomic
def collect_day(*, by: Any, unit: Unit, day: date, now: datetime | None = None) -> Collection:
    """The head of the unit has collected the cards of this day and looked at their classes. Once for each day.

    What arrives later is shown as having arrived later. Raises Refused before the last shift of the day is over.
    """
    now = now or clock.now()
    if not permissions.user_can_collect(by, unit):
        raise NotYours(_("The cards of a unit are collected by its head."))
    with scopes_disabled():
        slots = slots_of([unit.pk], day, day)
        last = max((slot.work_ends_at for slot in slots), default=None)
        if not slots and not Card.objects.counted().filter(unit=unit, observed_on=day).exists():
            raise Refused(_("Nobody worked on this day and no card came: there is nothing to collect."))
        if day > clock.today(now) or (last is not None and last > now):
            raise Refused(_("The shifts of this day are not over yet: collect when they are."))
        cards = Card.objects.counted().filter(unit=unit, observed_on=day).count()
        try:
            with transaction.atomic():
                collection = Collection.objects.create(
                    unit=unit, day=day, by=by, at=now, cards=cards, outstanding=len(outstanding(slots, now))
                )
        except IntegrityError:
            raise Conflict(_("The cards of this day were collected already.")) from None
    data = {"day": day, "cards": cards, "outstanding": collection.outstanding}
    journal.record(by=by, action="card_duty.collect_day", thing=collection, unit=unit, data=data, now=now)
    return collection
