"""What a campaign says: returns, satisfaction by the definition recorded with it, the answers to each question.

A share is the ratio of the sums; where nothing was answered there is no number. Whether somebody may see a figure is
the question of the page that shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.intake.models import Answer
from forms.surveys.enums import InvitationState
from forms.surveys.models import Campaign, Invitation, Return
from portal.lib.periods import Period
from portal.org.models import Unit

STILL_SPEAKS = timedelta(days=366)  # a campaign older than this says nothing about a period
SCALE_VALUES = (5, 4, 3, 2, 1)
COUNTED_TYPES = ("scale", "radio", "checkboxes")


def ratio(numerator: float, denominator: float) -> float | None:
    """The share, or None where there is nothing to share."""
    return numerator / denominator if denominator else None


@dataclass(frozen=True)
class OfficeReturns:
    """Issued and returned questionnaires of one office (or of all: `office` None)."""

    office: Unit | None
    issued: int
    returned: int
    least: float

    @property
    def rate(self) -> float | None:
        return ratio(self.returned, self.issued)

    @property
    def is_low(self) -> bool:
        """Below the rate that the rule asks for (SRV-13)."""
        return self.rate is not None and self.rate < self.least

    @property
    def missing(self) -> int:
        """How many more must come back to reach it."""
        wanted = -int(-(self.least * self.issued) // 1)
        return max(0, wanted - self.returned)


@dataclass(frozen=True)
class Satisfaction:
    """Satisfied among those who answered the overall question."""

    satisfied: int
    answered: int

    @property
    def rate(self) -> float | None:
        return ratio(self.satisfied, self.answered)


@dataclass(frozen=True)
class QuestionResult:
    """The answers to one question: `counts` by answer, in the order of the scale or of the choices."""

    name: str
    label: str
    kind: str
    answered: int
    counts: tuple[tuple[Any, int], ...]

    @property
    def mean(self) -> float | None:
        if self.kind != "scale":
            return None
        return ratio(sum(value * count for value, count in self.counts), self.answered)

    @property
    def shares(self) -> list[tuple[Any, int, float | None]]:
        return [(value, count, ratio(count, self.answered)) for value, count in self.counts]


@dataclass(frozen=True)
class CampaignCounts:
    """A campaign's figures for the offices at or below a unit."""

    campaign: Campaign
    issued: int
    returned: int
    satisfied: int
    answered: int
    rows_url: str
    question_means: tuple[tuple[str, float], ...] = field(default=())

    @property
    def return_rate(self) -> float | None:
        return ratio(self.returned, self.issued)

    @property
    def satisfaction_rate(self) -> float | None:
        return ratio(self.satisfied, self.answered)


def returns_by_office(campaign: Campaign, offices: Iterable[int] | None = None) -> list[OfficeReturns]:
    """One row for each office of the census, in the order of the unit tree; `offices` limits to these ids."""
    with scopes_disabled():
        found = _invitations(campaign, offices).values("office").annotate(issued=Count("pk"), returned=_RETURNED)
        rows = {row["office"]: row for row in found}
        units = Unit.objects.filter(pk__in=rows).order_by("path")
        least = campaign.least_return_rate
        return [OfficeReturns(unit, rows[unit.pk]["issued"], rows[unit.pk]["returned"], least) for unit in units]


def returns_in_all(campaign: Campaign, offices: Iterable[int] | None = None) -> OfficeReturns:
    """The sum over the offices."""
    with scopes_disabled():
        found = _invitations(campaign, offices).aggregate(issued=Count("pk"), returned=_RETURNED)
    return OfficeReturns(None, found["issued"], found["returned"], campaign.least_return_rate)


def satisfaction(campaign: Campaign, offices: Iterable[int] | None = None) -> Satisfaction:
    """The share of answers of at least `campaign.satisfied_from` to the overall question recorded at its opening."""
    with scopes_disabled():
        found = _returns(campaign, offices).aggregate(
            satisfied=Count("pk", filter=Q(overall__gte=campaign.satisfied_from)), answered=Count("overall")
        )
    return Satisfaction(found["satisfied"], found["answered"])


def satisfaction_by_office(campaign: Campaign, offices: Iterable[int] | None = None) -> dict[int, Satisfaction]:
    """By the id of the office; offices without an answer are missing."""
    with scopes_disabled():
        rows = (
            _returns(campaign, offices)
            .values("office")
            .annotate(satisfied=Count("pk", filter=Q(overall__gte=campaign.satisfied_from)), answered=Count("overall"))
        )
        return {row["office"]: Satisfaction(row["satisfied"], row["answered"]) for row in rows}


def results_by_question(campaign: Campaign, offices: Iterable[int] | None = None) -> list[QuestionResult]:
    """Every question that can be counted, as it was worded at the opening; one query."""
    questions = [question for question in campaign.questions if question["type"] in COUNTED_TYPES]
    with scopes_disabled():
        answers = Answer.objects.filter(
            submission__survey_return__in=_returns(campaign, offices),
            name__in=[question["name"] for question in questions],
        )
        rows = list(answers.values("name", "value").annotate(count=Count("pk")).order_by("name"))
    counted: dict[str, Counter[Any]] = {question["name"]: Counter() for question in questions}
    answered: Counter[str] = Counter()
    for row in rows:
        given = row["value"] if isinstance(row["value"], list) else [row["value"]]
        given = [value for value in given if value not in (None, "")]
        if given:
            answered[row["name"]] += row["count"]
        for value in given:
            counted[row["name"]][value] += row["count"]
    return [_result(question, counted[question["name"]], answered[question["name"]]) for question in questions]


def opinions(campaign: Campaign, offices: Iterable[int] | None = None, *, most: int = 200) -> list[tuple[str, str]]:
    """Written answers as (question, text), without saying whose they are; the newest first."""
    names = {q["name"] for q in campaign.questions if q["type"] in ("singleline", "multiline")}
    with scopes_disabled():
        answers = Answer.objects.filter(submission__survey_return__in=_returns(campaign, offices), name__in=names)
        return [(a.label, a.shown) for a in answers.order_by("-submission__created_at")[: most * 2] if a.shown][:most]


def campaign_of_period(unit: Unit, period: Period) -> CampaignCounts | None:
    """The figures of the campaign that speaks for a period: the last one closed in or within a year before it.

    None where the unit has no office in any such campaign.
    """
    with scopes_disabled():
        offices = list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))
        closed = Campaign.objects.closed().filter(
            closes_on__lte=period.end, closes_on__gte=period.start - STILL_SPEAKS, offices__in=offices
        )
        campaign = closed.order_by("-closes_on", "-pk").first()
    if campaign is None:
        return None
    returns, rate = returns_in_all(campaign, offices), satisfaction(campaign, offices)
    means = [(result.label, result.mean) for result in results_by_question(campaign, offices)]
    return CampaignCounts(
        campaign=campaign,
        issued=returns.issued,
        returned=returns.returned,
        satisfied=rate.satisfied,
        answered=rate.answered,
        rows_url=f"{reverse('survey_campaign', args=[campaign.pk])}?{urlencode({'unit': unit.code})}",
        question_means=tuple((label, mean) for label, mean in means if mean is not None),
    )


_RETURNED = Count("pk", filter=Q(state=InvitationState.RETURNED))


def _invitations(campaign: Campaign, offices: Iterable[int] | None) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(campaign=campaign)
    return found if offices is None else found.filter(office__in=list(offices))


def _returns(campaign: Campaign, offices: Iterable[int] | None) -> QuerySet[Return]:
    found = Return.objects.filter(campaign=campaign)
    return found if offices is None else found.filter(office__in=list(offices))


def _result(question: dict[str, Any], counted: Counter[Any], answered: int) -> QuestionResult:
    order: list[Any] = list(SCALE_VALUES if question["type"] == "scale" else question["choices"])
    order += [value for value in counted if value not in order]
    counts = tuple((value, counted[value]) for value in order)
    return QuestionResult(question["name"], question["label"], question["type"], answered, counts)
