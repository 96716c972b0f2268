"""Taking what is personal out of ended cases: when the term is over, or when a customer asks for it.

What can be counted stays: number, kind, office, estate, times, steps, outcome, stars. What a person wrote, who it was,
where it was and every file go - in the case, its notes and in what hangs on it in other rooms. It cannot be undone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.enums import ENDED, CaseKind
from forms.cases.models import Case, CaseExtension, CaseNote, CaseRating
from forms.cases.registries import case_erasers, erasure_holds
from forms.cases.retention.models import USUAL_MONTHS, ErasedCase, Erasure, RetentionTerm
from forms.cases.retention.permissions import user_can_erase, user_keeps_retention
from forms.intake.erasing import erase_submissions
from portal.files.storage import remove_files
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.erased import ERASED
from portal.lib.refusals import NotYours, Refused

PART = 200  # cases of one transaction


def set_term(*, by: Any, kind: str, months: int, now: datetime | None = None) -> RetentionTerm:
    """Sets for one kind how many months after its end a case keeps personal data; the next nightly run goes by it."""
    if not user_keeps_retention(by):
        raise NotYours(_("Only the administrator and the quality department set this."))
    now = now or clock.now()
    with transaction.atomic():
        term, _made = RetentionTerm.objects.update_or_create(
            kind=kind, defaults={"months": months, "set_by": by, "set_at": now}
        )
        journal.record(by=by, action="case_retention.set", thing=term, data={"kind": kind, "months": months}, now=now)
    return term


def months_of() -> dict[str, int]:
    """How many months each kind of case keeps its data."""
    return {kind.value: USUAL_MONTHS for kind in CaseKind} | dict(RetentionTerm.objects.values_list("kind", "months"))


def due_cases(now: datetime) -> list[int]:
    """Keys of the cases whose term is over by this moment and at which nobody works any more, oldest first.

    Whoever was joined to another case waits for that one: its progress is theirs.
    """
    found: list[int] = []
    ended = Case._base_manager.filter(state__in=ENDED, erased_at=None, ended_at__isnull=False)
    ended = ended.exclude(merged_into__in=Case._base_manager.exclude(state__in=ENDED).values("pk"))
    for kind, months in months_of().items():
        start = _begin(months, now)
        found += ended.filter(kind=kind, ended_at__lt=start).order_by("pk").values_list("pk", flat=True)
    return _free(found)


def begin_of_term(kind: str, now: datetime) -> datetime:
    """What of this kind ended before this moment is over its term."""
    return _begin(months_of()[kind], now)


def _begin(months: int, now: datetime) -> datetime:
    before = _months_before(timezone.localdate(now), months)
    return timezone.make_aware(datetime.combine(before, datetime.min.time()))


def erase_due(*, by: Any, now: datetime | None = None) -> Erasure | None:
    """Erases everything whose term is over (scheduled nightly). Returns the report; None where nothing was due.

    Goes part by part, each whole: killed in between, the next run goes on, and reports what is left.
    """
    now = now or clock.now()
    with scopes_disabled():
        keys = due_cases(now)
        if not keys:
            return None
        report = Erasure.objects.create(at=now)
        for first in range(0, len(keys), PART):
            _erase(keys[first : first + PART], report, by, now)
    return report


def erase_case(*, by: Any, case: Case, reason: str, now: datetime | None = None) -> Erasure:
    """Erases one ended case before its term, because its customer asks for it or for another reason that is recorded.

    Refused while it is open, while other rooms work at it, and without a reason.
    """
    now = now or clock.now()
    reason = " ".join(reason.split())
    with transaction.atomic(), scopes_disabled():
        locked = Case._base_manager.select_for_update(of=("self",)).get(pk=case.pk)
        if not user_can_erase(by, locked):
            raise NotYours(_("This case is not yours to erase."))
        if not reason:
            raise Refused(_("Say why it is erased now; do not name the customer."), field="reason")
        if _held([locked.pk]):
            raise Refused(_("Something about this case is not finished yet: end it first."))
        report = Erasure.objects.create(at=now, by=by, reason=reason[:300])
        _erase([locked.pk], report, by, now)
    return report


def _erase(keys: Sequence[int], report: Erasure, by: Any, now: datetime) -> None:
    with transaction.atomic():
        cases = list(
            Case._base_manager.select_for_update(of=("self",)).filter(pk__in=keys, erased_at=None, state__in=ENDED)
        )
        chosen = [case.pk for case in cases]
        files = erase_submissions([case.submission_id for case in cases])
        CaseNote._base_manager.filter(case__in=chosen).update(text=ERASED)
        CaseExtension._base_manager.filter(case__in=chosen).update(reason=ERASED)
        CaseRating._base_manager.filter(case__in=chosen).exclude(text="").update(text=ERASED)
        for erase in case_erasers:
            files += erase(chosen, now)
        Case._base_manager.filter(pk__in=chosen).update(
            house="",
            subject=ERASED,
            text=ERASED,
            contact_name="",
            contact_phone="",
            contact_email="",
            phone_digest="",
            erased_at=now,
        )
        ErasedCase.objects.bulk_create(
            ErasedCase(erasure=report, number=case.number, kind=case.kind, ended_at=case.ended_at or now)
            for case in cases
        )
        report.cases += len(cases)
        report.files += len(files)
        report.save(update_fields=["cases", "files"])
        for case in cases:
            journal.record(
                by=by, action="case_retention.erase", thing=case, unit=case.unit_id, data={"run": report.pk}, now=now
            )
        transaction.on_commit(lambda: remove_files(files))


def _held(keys: Sequence[int]) -> set[int]:
    return {key for room in erasure_holds for key in room(keys)}


def _free(keys: Sequence[int]) -> list[int]:
    """Those at which no other room still works."""
    free: list[int] = []
    for first in range(0, len(keys), PART):
        part = keys[first : first + PART]
        held = _held(part)
        free += [key for key in part if key not in held]
    return free


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
