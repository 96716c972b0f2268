"""Taking what is personal out of the corrections of cases whose data is erased.

A published report stays as the company reads it: it was redacted. Of what was withdrawn nothing stays but its trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from forms.cases.corrections.enums import ON_ITS_WAY, UNFINISHED, PreventionState, ReportState, Section
from forms.cases.corrections.models import (
    CauseAnalysis,
    Confirmation,
    CorrectiveReport,
    MajorMark,
    PlanEdition,
    PlanItem,
    Prevention,
)
from portal.files.actions import forget_files
from portal.lib.erased import ERASED


def unfinished_corrections(keys: Sequence[int]) -> set[int]:
    """Cases with an item that is not accepted, a measure whose effect nobody has verified, a report that is not
    published."""
    with scopes_disabled():
        items = PlanItem.objects.filter(plan__case__in=keys, state__in=UNFINISHED)
        measures = Prevention.objects.filter(case__in=keys, state__in=[PreventionState.OPEN, PreventionState.DONE])
        written = CorrectiveReport.objects.filter(case__in=keys, state__in=ON_ITS_WAY)
        published = CorrectiveReport.objects.published().filter(case__in=keys)
        owed = MajorMark.objects.filter(case__in=keys, ended_at=None).exclude(case__in=published.values("case"))
        return (
            set(items.values_list("plan__case", flat=True))
            | set(measures.values_list("case", flat=True))
            | set(written.values_list("case", flat=True))
            | set(owed.values_list("case", flat=True))
        )


def erase_corrections(keys: Sequence[int], now: datetime) -> list[str]:
    """The words of plans, causes, measures and marks, their proofs, and every report but the published ones go; owners,
    days, states and verdicts on effect stay."""
    with scopes_disabled():
        items = PlanItem.objects.filter(plan__case__in=keys)
        measures = Prevention.objects.filter(case__in=keys)
        chosen = {"case_corrections.planitem": items, "case_corrections.prevention": measures}
        owners = {owner: list(rows.values_list("pk", flat=True)) for owner, rows in chosen.items()}
        _take_words(items, "what", "proof", "verdict")
        _take_words(measures, "text", "proof", "verdict")
        _take_words(MajorMark.objects.filter(case__in=keys), "reason", "end_reason")
        editions = PlanEdition.objects.filter(plan__case__in=keys)
        _take_words(editions, "reason")
        for edition in editions.only("pk", "lines"):
            edition.lines = [line | {"what": ERASED} for line in edition.lines]
            edition.save(update_fields=["lines"])
        CauseAnalysis.objects.filter(case__in=keys).update(whys=[], branches={}, conclusion=ERASED)
        _erase_reports(keys)
    return [path for owner, found in owners.items() for path in forget_files(owner, found)]


def _erase_reports(keys: Sequence[int]) -> None:
    reports = CorrectiveReport.objects.filter(case__in=keys)
    Confirmation.objects.filter(report__in=reports).delete()
    _take_words(reports, "returned_with", "withdrawn_why")
    _take_words(reports.filter(state=ReportState.WITHDRAWN), "title", *Section.values)


def _take_words(rows: QuerySet[Any], *fields: str) -> None:
    for field in fields:
        rows.exclude(**{field: ""}).update(**{field: ERASED})
