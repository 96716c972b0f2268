"""What deviations prove about SAF-24 (clause 6.5): `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.deviations.actions import latest_end
from policies.deviations.enums import DECIDED, DeviationState
from policies.deviations.models import Deviation, DeviationQuerySet
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def rows_within(found: DeviationQuerySet, period: Period) -> DeviationQuerySet:
    """Of `found`: applied for, due to be decided, in force or overrun within the period; nothing withdrawn."""
    first, after = period.bounds(timezone.get_default_timezone())
    within = (
        Q(applied_at__gte=first, applied_at__lt=after)
        | Q(decide_by__gte=first, decide_by__lt=after)
        | Q(overrun_on__gte=period.start, overrun_on__lte=period.end)
        | Q(pk__in=found.granted_within(period.start, period.end).values("pk"))
    )
    return found.filter(within).exclude(state=DeviationState.WITHDRAWN)


def is_missed(deviation: Deviation, period: Period, now: datetime) -> bool:
    """Decided late (or still not) with the tenth working day in the period; work after expiry seen in it; or leave that
    is not as it must be: by the head, within a year, with reasons and facts."""
    late = period.contains(clock.today(deviation.decide_by)) and deviation.is_late(now)
    overrun = deviation.overrun_on is not None and period.contains(deviation.overrun_on)
    return late or overrun or not is_proper(deviation)


def is_proper(deviation: Deviation) -> bool:
    """What the verbs make sure of, read from the row once more."""
    if deviation.state not in DECIDED:
        return True
    return bool(
        deviation.decided_by_id
        and deviation.decided_by_id != deviation.applied_by_id
        and deviation.ends_on <= latest_end(deviation.starts_on)
        and deviation.reasons
        and deviation.facts
    )


def deviations_in_order(unit: Unit | None, period: Period) -> Measured:
    """SAF-24. Due: see `rows_within`; missed: see `is_missed`; done: decided, and not missed."""
    now = clock.now()
    with scopes_disabled():
        found = Deviation.objects.all()
        if unit is not None:
            found = found.filter(unit__path__startswith=unit.path)
        rows = list(rows_within(found, period))
    missed = [row for row in rows if is_missed(row, period, now)]
    done = [row for row in rows if row not in missed and row.state in DECIDED]
    address = f"{reverse('deviation_list')}?view=all&period={period.code}" + (f"&unit={unit.code}" if unit else "")
    note = _(
        "Due: applications of the period and deviations in force in it. Missed: not decided within 10 working days,"
        " longer than a year, without facts, or work after expiry."
    )
    return Measured(len(rows), len(done), len(missed), address, note)


MEASURES: dict[str, Any] = {"SAF-24": deviations_in_order}
