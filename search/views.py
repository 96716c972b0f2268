"""The page of results, for everybody."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.lib.refusals import Refused
from search.results import LAST_PAGE, PAGE_SIZE, Results, find
from search.words import MAX_QUERY_LENGTH


@require_safe
@never_cache  # what one reader finds is not for the next at the same machine
def search(request: HttpRequest) -> HttpResponse:
    """/search/?q=&kind=&page= - whatever stands in the address gives a page."""
    typed = request.GET.get("q", "")
    kind = request.GET.get("kind", "")[:30]
    page = _page_number(request.GET.get("page", "1"))
    problem, status = "", 200
    try:
        results = find(typed, reader=request.reader, kind=kind, page=page)  # type: ignore[attr-defined]
        if not results.hits and results.count and page > 1:  # beyond the last page: show the last
            last = -(-results.count // PAGE_SIZE)
            results = find(typed, reader=request.reader, kind=kind, page=min(last, LAST_PAGE))  # type: ignore[attr-defined]
    except Refused as refusal:
        results, problem, status = Results(typed), str(refusal.message), refusal.status
    pages = Paginator(range(min(results.count, LAST_PAGE * PAGE_SIZE)), PAGE_SIZE)
    context = {
        "typed": typed,
        "results": results,
        "problem": problem,
        "page_obj": pages.get_page(results.page),
        "max_length": MAX_QUERY_LENGTH,
    }
    return render(request, "search/results.html", context, status=status)


def _page_number(text: str) -> int:
    number = int(text[:9]) if text.isascii() and text.isdigit() else 1
    return max(1, min(number, LAST_PAGE))
