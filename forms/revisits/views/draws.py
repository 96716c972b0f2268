"""The weekly draws: coverage by office and week, the population of a week, who was drawn and what came of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_scopes import scopes_disabled

from forms.revisits.actions.drawing import draws_of, is_reproduced, week_of
from forms.revisits.models import WeekDraw
from forms.revisits.permissions import reader_can_see_draws
from forms.revisits.statistics import coverage_of, weeks_and_offices
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.requests import ReaderRequest

WEEKS_PER_PAGE = 12


@never_cache
@login_required
@require_safe
def draw_list(request: ReaderRequest) -> HttpResponse:
    """Coverage by office and week, the newest first."""
    if not reader_can_see_draws(request.reader):
        raise Http404
    with scopes_disabled():
        weeks = list(WeekDraw.objects.order_by("-week").values_list("week", flat=True).distinct())
        page = Paginator(weeks, WEEKS_PER_PAGE).get_page(request.GET.get("page"))
        offices, rows = weeks_and_offices(list(page.object_list), clock.now())
    return render(request, "revisits/draw_list.html", {"page_obj": page, "offices": offices, "rows": rows})


@never_cache
@login_required
@require_safe
def draw_week_page(request: ReaderRequest, week: str) -> HttpResponse:
    """The draws of one week: the frozen population in the order of the seed."""
    if not reader_can_see_draws(request.reader):
        raise Http404
    try:
        period = week_of(week)
    except Refused:
        raise Http404 from None
    now = clock.now()
    found = draws_of(period)
    if not found:
        raise Http404
    context = {
        "week": period,
        "draws": [
            {"draw": one.draw, "members": one.members, "coverage": coverage_of(one, now), "whole": is_reproduced(one)}
            for one in found
        ],
    }
    return render(request, "revisits/draw_week.html", context)
