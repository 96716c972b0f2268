"""Evidence for the duties on cases: what was asked is confirmed or out of scope (SRV-05), done by the day the customer
asked for (SRV-06), promises kept (SRV-17), sensitive ones with the leaders (SRV-18).

What is with the leaders enters the figures of the company only: in those of an office it would be a hint.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.enums import CaseKind, CaseLevel, CaseState, ClockName, ExtensionAnswer, Outcome
from forms.cases.models import Case, CaseExtension, CasePromise
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.models import Unit


def promises_kept(unit: Unit, period: Period) -> Measured:
    """Acknowledgements and answers that fell due in the period (SRV-17): kept in time, or broken for ever."""
    now = clock.now()
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        promises = CasePromise.objects.filter(
            case__in=_of_unit(unit).values("pk"), due_at__gte=start, due_at__lt=end, dropped=False
        )
        missed = promises.broken_at(now).count()
        done = promises.filter(kept_at__isnull=False, broken=False).count()
        due = promises.filter(Q(due_at__lt=now) | Q(kept_at__isnull=False)).count()
    return Measured(due, done, missed, _rows(unit, period))


def asked_and_told(unit: Unit, period: Period) -> Measured:
    """Enquiries and requests of the period whose answer is due or given: confirmed, or told that it is out of scope.

    (SRV-05) Ended without either, or not told in time, is missed.
    """
    now = clock.now()
    with scopes_disabled():
        asked = _received(unit, period).filter(kind__in=[CaseKind.ENQUIRY, CaseKind.REQUEST])
        asked = asked.exclude(state__in=[CaseState.WITHDRAWN, CaseState.MERGED])
        told = Q(outcome__in=[Outcome.CONFIRMED, Outcome.OUT_OF_SCOPE], answered_at__isnull=False)
        late = CasePromise.objects.filter(clock=ClockName.ANSWER).broken_at(now).values("case")
        done = asked.filter(told).count()
        missed = asked.exclude(told).filter(Q(state=CaseState.CLOSED) | Q(pk__in=late)).count()
        out_of_scope = asked.filter(outcome=Outcome.OUT_OF_SCOPE).count()
    note = _("%(number)d of them were out of scope.") % {"number": out_of_scope} if out_of_scope else ""
    return Measured(done + missed, done, missed, _rows(unit, period), note)


def done_in_time(unit: Unit, period: Period) -> Measured:
    """Days that customers asked for, and promised solutions, that fell due in the period: kept or missed (SRV-06).

    An extension agreed beforehand moved the day; one asked afterwards did not, and is counted apart in the note.
    """
    now = clock.now()
    start, end = period.bounds(timezone.get_default_timezone())
    with scopes_disabled():
        promises = CasePromise.objects.filter(
            case__in=_of_unit(unit).values("pk"),
            clock__in=[ClockName.WANTED, ClockName.SOLUTION],
            due_at__gte=start,
            due_at__lt=end,
            dropped=False,
        )
        missed = promises.broken_at(now).count()
        done = promises.filter(kept_at__isnull=False, broken=False).count()
        asked = CaseExtension.objects.filter(
            case__in=_of_unit(unit).values("pk"), asked_at__gte=start, asked_at__lt=end
        ).aggregate(
            before=Count("pk", filter=Q(in_time=True)),
            agreed=Count("pk", filter=Q(in_time=True, answer=ExtensionAnswer.AGREED)),
            after=Count("pk", filter=Q(in_time=False)),
        )
    note = (
        _("More time was asked %(before)d times before the day (%(agreed)d agreed), %(after)d times after it.") % asked
        if asked["before"] or asked["after"]
        else ""
    )
    return Measured(done + missed, done, missed, _rows(unit, period), note)


def _of_unit(unit: Unit) -> QuerySet[Case]:
    cases = Case.objects.filter(unit__path__startswith=unit.path)
    return cases if unit.is_root() else cases.exclude(level=CaseLevel.LEADERS)


def _received(unit: Unit, period: Period) -> QuerySet[Case]:
    start, end = period.bounds(timezone.get_default_timezone())
    return _of_unit(unit).filter(received_at__gte=start, received_at__lt=end)


def sensitive_with_leaders(unit: Unit, period: Period) -> Measured:
    """Complaints about a director, or for compensation, and how many of them lie with the company's leaders (SRV-18).

    Counted for the company as a whole only: for one office the number alone would tell.
    """
    start, end = period.bounds(timezone.get_default_timezone())
    if not unit.is_root():
        return Measured(0, 0, 0, note=_("Counted for the company as a whole."))
    with scopes_disabled():
        sensitive = Case.objects.filter(received_at__gte=start, received_at__lt=end).filter(
            Q(about_director=True) | Q(compensation=True)
        )
        due = sensitive.count()
        done = sensitive.filter(level=CaseLevel.LEADERS).count()
        company = Case.objects.filter(received_at__gte=start, received_at__lt=end, level=CaseLevel.COMPANY).count()
    note = _("%(number)d more are with the quality department.") % {"number": company} if company else ""
    return Measured(due, done, due - done, _rows(unit, period, view="all"), note)


def _rows(unit: Unit, period: Period, **more: str) -> str:
    return f"{reverse('case_list')}?{urlencode({'unit': unit.code, 'period': period.code, 'view': 'all', **more})}"


MEASURES: dict[str, Any] = {
    "SRV-05": asked_and_told,
    "SRV-06": done_in_time,
    "SRV-17": promises_kept,
    "SRV-18": sensitive_with_leaders,
}
