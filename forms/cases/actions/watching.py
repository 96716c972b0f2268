"""What the clock does by itself: promises that run out, posts that are called, holidays that were edited.

Each is a statement over all rows, not a loop over cases, and finds nothing left to do when it is repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django_scopes import scopes_disabled

from forms.cases.actions.changing import compute_clocks, next_due
from forms.cases.clocks import forget_calendar, kept_calendar
from forms.cases.enums import ESCALATION, OPEN, CaseLevel, EscalationStep
from forms.cases.models import Case, CaseEscalation, CasePromise
from forms.cases.notifying import notify_called

CHUNK = 500


def notice_breaches(now: datetime) -> int:
    """Marks promises that ran out unkept (scheduled hourly). Returns how many are newly broken."""
    with scopes_disabled():
        return CasePromise.objects.pending().filter(broken=False, due_at__lt=now).update(broken=True)


def escalate_cases(now: datetime) -> int:
    """Calls the next post for every promise that is broken for so long. Returns how many were called newly."""
    called = 0
    for step in ESCALATION:
        with transaction.atomic():
            newly = _call(step, now)
            if newly:
                notify_called(step, now)
            called += newly
    return called


def _call(step: EscalationStep, now: datetime) -> int:
    """One level in two statements; a row that is there already is left alone, so a restart repeats nothing."""
    quote = connection.ops.quote_name
    rows, cases = quote(CaseEscalation._meta.db_table), quote(Case._meta.db_table)
    promises = quote(CasePromise._meta.db_table)
    states = sorted(state.value for state in OPEN)
    moment = connection.ops.adapt_datetimefield_value(now)
    before = connection.ops.adapt_datetimefield_value(now - timedelta(hours=step.hours))
    false = "FALSE" if connection.vendor == "postgresql" else "0"
    waiting = (
        f"FROM {promises} p JOIN {cases} c ON c.id = p.case_id"  # noqa: S608 - our own tables
        f" WHERE p.kept_at IS NULL AND p.dropped = {false} AND p.due_at < %s"
        f" AND c.state IN ({', '.join(['%s'] * len(states))})"
        f" AND NOT EXISTS (SELECT 1 FROM {rows} e WHERE e.promise_id = p.id AND e.level = %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {rows} (case_id, promise_id, level, role, at)"
            f" SELECT p.case_id, p.id, %s, CASE c.level WHEN %s THEN %s ELSE %s END, %s {waiting}"
            " ON CONFLICT DO NOTHING",
            [step.level, CaseLevel.OFFICE, step.role, step.above, moment, before, *states, step.level],
        )
        called = cursor.rowcount
        if called:
            cursor.execute(
                f"UPDATE {cases} SET escalation = %s WHERE escalation < %s"  # noqa: S608
                f" AND id IN (SELECT case_id FROM {rows} WHERE level = %s AND at = %s)",
                [step.level, step.level, step.level, moment],
            )
    return max(called, 0)


def compute_all_clocks(now: datetime) -> int:
    """After holidays were edited: every clock that still runs is computed anew. Returns how many moved.

    What ran out before the edit stays broken, and what was kept stays kept.
    """
    forget_calendar()
    calendar, moved = kept_calendar(), 0
    with scopes_disabled():
        running = CasePromise.objects.pending().filter(broken=False, due_at__gte=now)
        keys = list(running.order_by("case").values_list("case", flat=True).distinct())
        for start in range(0, len(keys), CHUNK):
            with transaction.atomic():
                cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=keys[start : start + CHUNK])
                for case in cases:
                    changed = compute_clocks(case, now, calendar)
                    if changed:
                        moved += len(changed)
                        Case.objects.filter(pk=case.pk).update(next_due=next_due(case))
    return moved
