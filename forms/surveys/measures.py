"""What campaigns prove about the service regulation: `(unit, period) -> Measured`, counted from the rows themselves."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django_scopes import scopes_disabled

from forms.surveys.enums import SURVEY_MONTHS, CampaignState
from forms.surveys.models import Campaign, Invitation
from forms.surveys.statistics import returns_by_office
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.enums import UnitKind
from portal.org.models import Unit


def _offices(unit: Unit | None) -> list[int]:
    """Offices with customers at or below the unit."""
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, estates__households__isnull=False)
    if unit is not None:
        offices = offices.filter(path__startswith=unit.path)
    return list(offices.distinct().values_list("pk", flat=True))


def _survey_months(period: Period) -> list[Period]:
    """The Junes and Novembers that begin within the period."""
    month, months = Period.of("month", period.start), []
    while month.start <= period.end:
        if month.start.month in SURVEY_MONTHS and month.start >= period.start:
            months.append(month)
        month = month.next()
    return months


def surveyed(unit: Unit | None, period: Period) -> Measured:
    """SRV-12: every office's customers are surveyed each June and November.

    Due: office x such month; done: its households were invited to a campaign that ran in the month; missed: the month
    is over without one.
    """
    today, due, done, missed = clock.today(), 0, 0, 0
    with scopes_disabled():
        offices = _offices(unit)
        for month in _survey_months(period):
            invited = Invitation.objects.filter(
                office__in=offices, campaign__opens_on__lte=month.end, campaign__closes_on__gte=month.start
            )
            asked = invited.values("office").distinct().count()
            due += len(offices)
            done += asked
            missed += len(offices) - asked if month.end < today else 0
    return Measured(due, done, missed, reverse("survey_list"))


def returned_enough(unit: Unit | None, period: Period) -> Measured:
    """SRV-13: at least 60% of the forms come back.

    Due: office x campaign whose last day lies in the period; done: the rate is reached; missed: it is over without.
    """
    due = done = missed = 0
    with scopes_disabled():
        offices = _offices(unit)
        ending = Campaign.objects.exclude(state=CampaignState.DRAFT).filter(
            closes_on__gte=period.start, closes_on__lte=period.end
        )
        for campaign in ending:
            over = campaign.state == CampaignState.CLOSED or campaign.closes_on < clock.today()
            for row in returns_by_office(campaign, offices):
                due += 1
                done += not row.is_low
                missed += row.is_low and over
    return Measured(due, done, missed, reverse("survey_list"))


MEASURES: dict[str, Any] = {"SRV-12": surveyed, "SRV-13": returned_enough}
