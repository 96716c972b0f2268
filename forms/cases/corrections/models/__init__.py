"""The tables of corrections: plans with their editions and items, causes and preventive measures, reports."""

from forms.cases.corrections.models.causes import CauseAnalysis, Prevention, PreventionQuerySet
from forms.cases.corrections.models.plans import CorrectionReminder, ItemQuerySet, Plan, PlanEdition, PlanItem, items_of
from forms.cases.corrections.models.reports import (
    Confirmation,
    CorrectiveReport,
    MajorMark,
    ReportQuerySet,
    ReportReceipt,
)

__all__ = [
    "CauseAnalysis",
    "Confirmation",
    "CorrectionReminder",
    "CorrectiveReport",
    "ItemQuerySet",
    "MajorMark",
    "Plan",
    "PlanEdition",
    "PlanItem",
    "Prevention",
    "PreventionQuerySet",
    "ReportQuerySet",
    "ReportReceipt",
    "items_of",
]
