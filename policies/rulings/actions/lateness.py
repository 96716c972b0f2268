"""What ran late: a fact with the moment it was due and who held it then. No later act clears it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.rulings.models import Proposal, Question
from policies.rulings.permissions import actor_can_mark_late
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours


def note_breach(thing: Question | Proposal, now: datetime) -> bool:
    """Writes the breach into the row (not yet saved) where the due moment has passed without an answer."""
    if thing.breached_at is not None or thing.answered_at is not None or now <= thing.due_at:
        return False
    thing.breached_at, thing.breached_unit = thing.due_at, thing.unit
    return True


def mark_late(*, by: Any, now: datetime | None = None) -> int:
    """Marks every question and proposal that is overdue (scheduled). Returns how many are newly late."""
    now = now or clock.now()
    if not actor_can_mark_late(by):
        raise NotYours(_("Lateness is marked by the schedule alone."))
    marked = 0
    with scopes_disabled():
        for model in (Question, Proposal):
            for key in model.objects.late(now).filter(breached_at__isnull=True).values_list("pk", flat=True):
                marked += _mark(by, model, key, now)
    return marked


@transaction.atomic
def _mark(by: Any, model: Any, key: int, now: datetime) -> bool:
    thing = model.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key)
    if not note_breach(thing, now):
        return False
    thing.save(update_fields=["breached_at", "breached_unit"])
    data = {"due": thing.due_at}
    journal.record(by=by, action="rulings.breach", thing=thing, unit=thing.unit_id, data=data, now=now)
    return True
