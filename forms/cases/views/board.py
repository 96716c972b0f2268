"""The director's board."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from forms.cases.board import board_for
from forms.cases.permissions import reader_can_see_board
from portal.lib import clock
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_GET
def case_board(request: ReaderRequest) -> HttpResponse:
    """Today, overdue, ageing, rework and reasons, of the cases this reader may see."""
    if not reader_can_see_board(request.reader):
        raise Http404
    now = clock.now()
    return render(request, "cases/board.html", {"board": board_for(request.reader, now), "now": now})
