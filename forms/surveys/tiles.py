"""What the home page, the navigation, the schedule and intake know of surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.intake.kinds import Kind
from forms.intake.models import EntrancePage, Submission
from forms.surveys import permissions
from forms.surveys.models import Campaign, Return
from forms.surveys.statistics import OfficeReturns, returns_in_all
from portal.lib.registries import NavItem, Tile
from portal.org.requests import ReaderRequest

WARNING_DAYS = timedelta(days=7)


def survey_tiles(reader: Any) -> list[Tile]:
    """The return rate of every running campaign, for the offices that the reader sees."""
    if not permissions.reader_sees_campaigns(reader):
        return []
    offices = permissions.office_ids(reader)
    return [
        _tile(reader, campaign, found)
        for campaign in permissions.visible_campaigns(reader).running()[:3]  # type: ignore[attr-defined]
        if (found := returns_in_all(campaign, offices)).issued
    ]


def _tile(reader: Any, campaign: Campaign, found: OfficeReturns) -> Tile:
    left = (campaign.closes_on - reader.day).days
    shown = {
        "returned": found.returned,
        "issued": found.issued,
        "rate": f"{(found.rate or 0) * 100:.0f}%",
        "missing": found.missing,
        "day": f"{campaign.closes_on:%Y-%m-%d}",
    }
    text = _("%(returned)s of %(issued)s came back (%(rate)s), until %(day)s.") % shown
    if found.is_low:
        text = _("%(returned)s of %(issued)s came back (%(rate)s); %(missing)s more are needed until %(day)s.") % shown
    return Tile(
        title=campaign.name,
        url=campaign.get_absolute_url(),
        text=text,
        urgent=found.is_low and left <= WARNING_DAYS.days,
        icon="clipboard-data",
    )


def survey_door(reader: Any) -> list[Tile]:
    """Where a customer types the code of a letter."""
    if reader.is_signed_in and reader.is_staff_member:
        return []
    return [Tile(title=_("Answer the satisfaction survey"), url=reverse("survey_answer"), icon="ui-checks")]


def _serve(request: HttpRequest, page: EntrancePage) -> HttpResponseBase:
    """A questionnaire is opened with a letter, never by its address; its editor sees how it will look."""
    if not getattr(request, "is_preview", False):
        return redirect("survey_answer")
    from forms.surveys.views import preview

    return preview(cast(ReaderRequest, request), page)


def _record_of(submission: Submission) -> Return | None:
    with scopes_disabled():
        return Return.objects.filter(submission_id=submission.pk).first()


SURVEY_KIND = Kind("survey", _("Satisfaction survey"), _record_of, _serve)
SURVEY_NAVIGATION = NavItem(_("Surveys"), "survey_list", "clipboard-data", permissions.reader_sees_campaigns)
