"""What a case looks like: others that say the same, incidents it fits, words that suggest who should handle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forms.cases.enums import UNANSWERED, CaseLevel, IncidentState
from forms.cases.models import Case, CaseQuerySet, Incident
from portal.lib.chinese import fold

MOST_SHOWN: Final = 5

# Words as customers write them, in either script; compared folded. What they suggest is confirmed by a person (SRV-18).
COMPENSATION_WORDS: Final = ("賠償", "索賠", "賠錢", "補償", "賠付", "退款", "compensation", "compensate", "refund")
DIRECTOR_WORDS: Final = ("主任", "經理", "負責人", "處長", "director", "manager")


@dataclass(frozen=True)
class Suggestion:
    """Where the words of a case suggest that it belongs, and which words they are."""

    about_director: bool
    compensation: bool
    words: tuple[str, ...]

    @property
    def label(self) -> Any:
        if self.about_director and self.compensation:
            return _("It may be about the director, and ask for compensation.")
        return _("It may be about the director.") if self.about_director else _("It may ask for compensation.")


def suggestion_for(case: Case) -> Suggestion | None:
    """What the words suggest, until somebody has looked at it; nothing for what is with the leaders already."""
    if case.level == CaseLevel.LEADERS or case.route_checked or case.state not in UNANSWERED:
        return None
    return suggestion_in(f"{case.subject} {case.text}")


def suggestion_in(text: str) -> Suggestion | None:
    folded = fold(text)
    compensation = tuple(word for word in COMPENSATION_WORDS if fold(word) in folded)
    director = tuple(word for word in DIRECTOR_WORDS if fold(word) in folded)
    if not compensation and not director:
        return None
    return Suggestion(bool(director), bool(compensation), director + compensation)


def likely_duplicates(case: Case) -> CaseQuerySet:
    """Open cases of the same house and kind, which the same people see: offered for joining.

    Nothing of the leaders' level is ever offered, nor offered anything: it would be a hint (SRV-18).
    """
    if case.level == CaseLevel.LEADERS or not case.house or case.estate_id is None:
        return Case.objects.none()
    same = Case.objects.filter(estate=case.estate_id, house=case.house, kind=case.kind, level=case.level)
    return same.filter(state__in=UNANSWERED, office=case.office_id).exclude(pk=case.pk).order_by("received_at")


def fitting_incidents(case: Case) -> QuerySet[Incident]:
    """Open incidents at the estate of a case that is not gathered yet."""
    if case.level == CaseLevel.LEADERS or case.estate_id is None:
        return Incident.objects.none()
    fitting = Incident.objects.filter(estate=case.estate_id, state=IncidentState.OPEN)
    return fitting.exclude(pk=case.incident_id) if case.incident_id else fitting
