"""The tables of cases: the case with its notes and promises, its life, what the desk works with."""

from forms.cases.models.cases import (
    Case,
    CaseNote,
    CasePromise,
    CaseQuerySet,
    ComplaintPage,
    ComplaintQuestion,
    PromiseQuerySet,
)
from forms.cases.models.desk import CannedAnswer, ClockPolicy, SavedFilter
from forms.cases.models.incidents import Incident
from forms.cases.models.life import CaseEscalation, CaseExtension, CaseRating, CaseStep

__all__ = [
    "CannedAnswer",
    "Case",
    "CaseEscalation",
    "CaseExtension",
    "CaseNote",
    "CasePromise",
    "CaseQuerySet",
    "CaseRating",
    "CaseStep",
    "ClockPolicy",
    "ComplaintPage",
    "ComplaintQuestion",
    "Incident",
    "PromiseQuerySet",
    "SavedFilter",
]
