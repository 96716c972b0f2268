"""Of what the people at the desk are notified: five kinds, told in the transaction of what happened.

Whoever may not see a case is never told of it, and loses what was said of it once it lies with the leaders (SRV-18):
`notify` asks `seen_cases` of everybody, and so does every page, mail and message afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, ngettext
from django_scopes import scopes_disabled

from forms.cases.enums import AT_WORK, ESCALATION, CaseLevel, EscalationStep
from forms.cases.models import Case, CaseEscalation, CaseQuerySet
from forms.cases.permissions import QUALITY, reader_can_list_cases, visible_cases
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.notifications.actions import notify, withdraw, withdraw_unseen
from portal.notifications.enums import MailChoice
from portal.notifications.kinds import Kind
from portal.org.enums import MANAGING, Role, UnitKind
from portal.org.models import Appointment, Person
from portal.org.readers import Reader, reader_for

ASSIGNED = "cases.assigned"
DUE_TODAY = "cases.due_today"
BROKEN = "cases.broken"
CUSTOMER_WROTE = "cases.customer_wrote"
WAITING_ENDED = "cases.waiting_ended"
MOST_SINGLE = 5  # more cases than this at once are told in one line that leads to the list


def seen_cases(reader: Reader, keys: Sequence[str]) -> set[str]:
    """Those of these cases that the reader may see at this moment."""
    with scopes_disabled():
        found = visible_cases(reader).filter(pk__in=[int(key) for key in keys])
        return {str(key) for key in found.values_list("pk", flat=True)}


def _kind(label: Any, icon: str, *, urgent: bool = False, mail: str = MailChoice.AT_ONCE) -> Kind:
    return Kind(label, may_see=seen_cases, concerns=reader_can_list_cases, urgent=urgent, mail=mail, icon=icon)


KINDS = {
    ASSIGNED: _kind(gettext_lazy("Assigned to me"), "person", mail=MailChoice.DIGEST),
    DUE_TODAY: _kind(gettext_lazy("Promise due today"), "clock"),
    BROKEN: _kind(gettext_lazy("Promise broken"), "exclamation-triangle", urgent=True),
    CUSTOMER_WROTE: _kind(gettext_lazy("The customer wrote"), "chat-left-text"),
    WAITING_ENDED: _kind(gettext_lazy("Waiting is over"), "hourglass-split", mail=MailChoice.DIGEST),
}


# ---- after a step ----------------------------------------------------------------------------------------------------
def notify_after_step(case: Case, verb: str, by: Any, now: datetime) -> None:
    """Hooked to `registries.after_case_step`. Nobody is told of what the own hand did."""
    if verb == "transfer" and case.level == CaseLevel.LEADERS:
        withdraw_unseen(kinds=list(KINDS), about=str(case.pk))
    if verb == "assign" and case.assigned_to is not None and case.assigned_to.user_id != by.pk:
        _tell(case, ASSIGNED, [case.assigned_to], f"assigned:{case.version}", now)
    elif verb in {"add", "still_broken"}:
        _tell(case, CUSTOMER_WROTE, answerers(case, now), f"wrote:{case.version}", now)
    elif verb == "resume" and by is SYSTEM:
        _tell(case, WAITING_ENDED, answerers(case, now), f"waited:{case.version}", now)


def answerers(case: Case, now: datetime) -> list[Person]:
    """Who has the case; nobody has: the clerks of its unit, the quality department, or the leaders it lies with."""
    if case.assigned_to is not None:
        return [case.assigned_to]
    if case.level == CaseLevel.OFFICE:
        return _holders(now, post__role=Role.CLERK, unit=case.unit_id)
    if case.level == CaseLevel.COMPANY:
        return _holders(now, post__role__in=QUALITY)
    return _holders(now, post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)


def forget_notifications(keys: Sequence[int], now: datetime) -> list[str]:
    """What was said of cases whose data is erased goes with it; see `registries.case_erasers`."""
    withdraw(kinds=list(KINDS), about=[str(key) for key in keys])
    return []


# ---- by the clock ----------------------------------------------------------------------------------------------------
def notify_called(step: EscalationStep, now: datetime) -> None:
    """After the rows of one level of escalation were written at `now`: the post that is called, and at the first level
    whoever has the case. In the transaction of the escalation."""
    with scopes_disabled():
        rows = CaseEscalation.objects.filter(level=step.level, at=now)
        called, key = Case.objects.filter(pk__in=rows.values("case")), f"broken:{step.level}:{now:%Y%m%d%H}"
        if step is ESCALATION[0]:
            for person in Person.objects.filter(pk__in=called.values("assigned_to")).select_related("user"):
                _tell_of_many(reader_for(person.user), called.filter(assigned_to=person), BROKEN, key, "overdue", now)
        for role in {step.role, step.above}:
            of_role = called.filter(pk__in=rows.filter(role=role).values("case"))
            for person in _called_people(role, now):
                reader = reader_for(person.user)
                mine = of_role
                if role == Role.DIRECTOR:
                    mine = of_role.filter(unit__in=reader.unit_ids_as(Role.DIRECTOR))
                _tell_of_many(reader, mine, BROKEN, key, "overdue", now)


def notify_due_today(moment: datetime) -> None:
    """In the morning: whoever has cases with a promise that runs out before midnight."""
    midnight = timezone.localtime(moment).replace(hour=23, minute=59, second=59, microsecond=999999)
    with scopes_disabled():
        key = f"due:{clock.today(moment):%Y%m%d}"
        due = Case.objects.filter(state__in=AT_WORK, next_due__gte=moment, next_due__lte=midnight)
        for person in Person.objects.filter(pk__in=due.values("assigned_to")).select_related("user"):
            _tell_of_many(reader_for(person.user), due.filter(assigned_to=person), DUE_TODAY, key, "mine", moment)


def _called_people(role: str, now: datetime) -> list[Person]:
    if role == Role.UNIT_MANAGER:
        return _holders(now, post__role__in=MANAGING, unit__kind=UnitKind.COMPANY)
    return _holders(now, post__role=role)


def _holders(now: datetime, **of: Any) -> list[Person]:
    held = Appointment.objects.on(clock.today(now)).filter(**of)
    return list(Person.objects.filter(pk__in=held.values("person"), user__is_active=True).select_related("user"))


# ---- words -----------------------------------------------------------------------------------------------------------
def _tell(case: Case, kind: str, people: Sequence[Person | Reader], key: str, now: datetime) -> None:
    notify(
        people=people,
        kind=kind,
        about=str(case.pk),
        title=f"{case.number} {case.subject}",
        text=case.house,
        url=case.get_absolute_url(),
        key=f"case:{case.pk}:{key}",
        now=now,
    )


def _tell_of_many(reader: Reader, cases: CaseQuerySet, kind: str, key: str, view: str, now: datetime) -> None:
    """A line for each case, or one that counts them where they are many; only those the reader may see."""
    seen = visible_cases(reader).filter(pk__in=cases.order_by().values("pk"))
    found = list(seen.order_by("next_due", "pk")[: MOST_SINGLE + 1])
    if len(found) <= MOST_SINGLE:
        for case in found:
            _tell(case, kind, [reader], key, now)
        return
    with translation.override(settings.LANGUAGE_CODE):
        count = seen.count()
        title = ngettext("%(count)s case", "%(count)s cases", count) % {"count": count}
    url = f"{reverse('case_list')}?view={view}"
    notify(people=[reader], kind=kind, title=title, url=url, key=f"cases:{key}:{now:%Y%m%d%H%M}", now=now)
