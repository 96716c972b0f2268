"""Of what the people at the desk are notified, told in the transaction of what happened.

Whoever may not see a case is never told of it, and neither reads nor counts what was said of it once it lies with the
leaders (SRV-18): `records` is asked of everybody, and so is every page, mail and message afterwards.
What is said is the number of the case; subject, house and names stay in the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_scopes import scopes_disabled

from forms.cases.enums import ESCALATION, OPEN, CaseLevel, CaseState, EscalationStep
from forms.cases.models import Case, CaseEscalation, CaseQuerySet
from forms.cases.permissions import QUALITY, reader_can_list_cases, visible_cases, visible_cases_in_query
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.notifications.actions import notify, withdraw, withdraw_unseen
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Appointment, Person
from portal.org.readers import Reader, reader_for

ASSIGNED = "cases.assigned"
CUSTOMER_WROTE = "cases.customer_wrote"
STILL_BROKEN = "cases.still_broken"
DUE_SOON = "cases.due_soon"
BROKEN = "cases.broken"
WAITING_ENDED = "cases.waiting_ended"
SOON = timedelta(hours=4)
MOST_SINGLE = 5  # more cases than this at once are told in one line that leads to the list


def _kind(
    label: Any, sentence: Any, icon: str, *, many: Any = None, urgent: bool = False, mail: str = MailChoice.AT_ONCE
) -> Kind:
    return Kind(
        label,
        sentence,
        many=many,
        concerns=reader_can_list_cases,
        records=visible_cases_in_query,
        urgent=urgent,
        mail=mail,
        icon=icon,
    )


KINDS = {
    ASSIGNED: _kind(
        _("A case is given to me"), _("Case %(subject)s was given to you"), "person", mail=MailChoice.DIGEST
    ),
    CUSTOMER_WROTE: _kind(
        _("A customer adds to my case"), _("The customer added something to case %(subject)s"), "chat-left-text"
    ),
    STILL_BROKEN: _kind(
        _("A customer says it is still broken"),
        _("Case %(subject)s: the customer says that it is still broken"),
        "arrow-repeat",
    ),
    DUE_SOON: _kind(
        _("A promise to a customer runs out soon"),
        _("Case %(subject)s: a promise runs out soon"),
        "clock",
        many=ngettext_lazy(
            "A promise runs out soon in %(count)s case", "Promises run out soon in %(count)s cases", "count"
        ),
    ),
    BROKEN: _kind(
        _("A promise to a customer ran out"),
        _("Case %(subject)s: a promise ran out"),
        "exclamation-triangle",
        many=ngettext_lazy("A promise ran out in %(count)s case", "Promises ran out in %(count)s cases", "count"),
        urgent=True,
    ),
    WAITING_ENDED: _kind(
        _("A case goes on after waiting"),
        _("Case %(subject)s: the waiting is over"),
        "hourglass-split",
        mail=MailChoice.DIGEST,
    ),
}
CUSTOMER_SAID = {"add": CUSTOMER_WROTE, "still_broken": STILL_BROKEN}


# ---- after a step ----------------------------------------------------------------------------------------------------
def notify_after_step(case: Case, verb: str, by: Any, now: datetime) -> None:
    """Hooked to `registries.after_case_step`. Nobody is told of what the own hand did."""
    if verb == "transfer" and case.level == CaseLevel.LEADERS:
        withdraw_unseen(kinds=list(KINDS), about=case.pk)
    if verb == "assign" and case.assigned_to is not None and case.assigned_to.user_id != by.pk:
        _tell(case, ASSIGNED, [case.assigned_to], f"assigned:{case.version}", now)
    elif verb in CUSTOMER_SAID:
        _tell(case, CUSTOMER_SAID[verb], answerers(case, now), f"{verb}:{case.version}", now)
    elif verb == "resume" and by is SYSTEM:
        _tell(case, WAITING_ENDED, answerers(case, now), f"waited:{case.version}", now)


def answerers(case: Case, now: datetime) -> list[Person]:
    """Who has the case; nobody has: the clerks of its unit, the quality department, or the leaders it lies with."""
    if case.assigned_to is not None:
        return [case.assigned_to]
    return _desk_of(case.level, case.unit_id, now)


def forget_notifications(keys: Sequence[int], now: datetime) -> list[str]:
    """What was said of cases whose data is erased goes with it; see `registries.case_erasers`."""
    withdraw(kinds=list(KINDS), about=keys)
    return []


# ---- by the clock ----------------------------------------------------------------------------------------------------
def notify_called(step: EscalationStep, now: datetime) -> None:
    """After the rows of one level of escalation were written at `now`: the post that is called, and at the first level
    whoever has the case. In the transaction of the escalation."""
    with scopes_disabled():
        rows = CaseEscalation.objects.filter(level=step.level, at=now)
        called, key = Case.objects.filter(pk__in=rows.values("case")), f"broken:{step.level}:{now:%Y%m%d%H}"
        if step is ESCALATION[0]:
            for person in _people(called.values("assigned_to")):
                _tell_of_many(reader_for(person.user), called.filter(assigned_to=person), BROKEN, key, now)
        for role in sorted({step.role, step.above}):
            of_role = called.filter(pk__in=rows.filter(role=role).values("case"))
            for person in _called_people(role, now):
                reader = reader_for(person.user)
                mine = of_role
                if role == Role.DIRECTOR:
                    mine = of_role.filter(unit__in=reader.unit_ids_as(Role.DIRECTOR))
                _tell_of_many(reader, mine, BROKEN, key, now)


def notify_due_soon(moment: datetime) -> None:
    """Every hour: whoever has cases with a promise that runs out within SOON, each promise once."""
    with scopes_disabled():
        waiting = OPEN - {CaseState.WAITING}
        due = Case.objects.filter(state__in=waiting, next_due__gte=moment, next_due__lte=moment + SOON)
        key = f"due:{clock.today(moment):%Y%m%d}"
        for person in _people(due.values("assigned_to")):
            _tell_of_many(reader_for(person.user), due.filter(assigned_to=person), DUE_SOON, key, moment)
        nobodys = due.filter(assigned_to=None)
        for level, unit in nobodys.order_by().values_list("level", "unit").distinct():
            of_desk = nobodys.filter(level=level, unit=unit)
            for person in _desk_of(level, unit, moment):
                _tell_of_many(reader_for(person.user), of_desk, DUE_SOON, key, moment)


def _called_people(role: str, now: datetime) -> list[Person]:
    if role == Role.UNIT_MANAGER:
        return _holders(now, post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)
    return _holders(now, post__role=role)


def _desk_of(level: str, unit_id: int, now: datetime) -> list[Person]:
    if level == CaseLevel.OFFICE:
        return _holders(now, post__role=Role.CLERK, unit=unit_id)
    if level == CaseLevel.COMPANY:
        return _holders(now, post__role__in=QUALITY)
    return _holders(now, post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)


def _holders(now: datetime, **of: Any) -> list[Person]:
    return _people(Appointment.objects.on(clock.today(now)).filter(**of).values("person"))


def _people(keys: Any) -> list[Person]:
    return list(Person.objects.filter(pk__in=keys, user__is_active=True).select_related("user").order_by("pk"))


# ---- words -----------------------------------------------------------------------------------------------------------
def _tell(case: Case, kind: str, people: Sequence[Person | Reader], key: str, now: datetime) -> None:
    notify(
        people=people,
        kind=kind,
        about=case.pk,
        subject=case.number,
        until=case.next_due if kind == DUE_SOON else None,
        url=case.get_absolute_url(),
        key=f"case:{case.pk}:{key}",
        now=now,
    )


def _tell_of_many(reader: Reader, cases: CaseQuerySet, kind: str, key: str, now: datetime) -> None:
    """A line for each case, or one that counts them where they are many; only those the reader may see."""
    seen = visible_cases(reader).filter(pk__in=cases.order_by().values("pk"))
    found = list(seen.order_by("next_due", "pk")[: MOST_SINGLE + 1])
    if len(found) <= MOST_SINGLE:
        for case in found:
            # Of a promise that moves, and of the next one on the same day, people are told again.
            of = f"{key}:{case.next_due:%H%M}" if kind == DUE_SOON and case.next_due else key
            _tell(case, kind, [reader], of, now)
        return
    view = "overdue" if kind == BROKEN else "today"
    url = f"{reverse('case_list')}?view={view}"
    notify(people=[reader], kind=kind, count=seen.count(), url=url, key=f"cases:{key}", now=now)
