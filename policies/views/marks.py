"""What stands beside the clauses: a page of its own, and the piece of it that the reading page fetches."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from policies import marking, reading
from policies.models import Edition
from policies.views.doors import not_for
from portal.lib.chinese import to_script
from portal.org.requests import ReaderRequest


@require_safe
def regulation_marks(request: ReaderRequest, slug: str, number: int | None = None) -> HttpResponse:
    """For who may read the edition (without a number: the one in force). `?fragment=1` is the piece alone."""
    reader = request.reader
    found = reading.standings(slug, None, number=number)
    standing = reading.in_force(found, reader.day) if number is None else (found[0] if found else None)
    if standing is None:
        return _of_the_last(request, slug) if number is None else not_for(request)
    if not standing.is_for(reader):
        return not_for(request)
    edition = Edition.objects.select_related("regulation").get(pk=standing.edition_id)
    marked = marking.marked(reader, edition)
    if "fragment" in request.GET:
        response = render(request, "policies/clause_marks.html", {"marked": marked})
    else:
        response = render(request, "policies/regulation_marks.html", _page(edition, standing, marked))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(edition: Edition, standing: reading.Standing, marked: marking.MarkedEdition) -> dict[str, Any]:
    script = reading.script_for(get_language() or "zh-hant")
    slug = edition.regulation.slug
    return {
        "edition": edition,
        "title": to_script(edition.title, script),
        "state": standing.state,
        "reading_url": reverse("regulation_edition", args=[slug, edition.number]),
        "acts": marked.acts,
        "with_marks": [(clause, to_script(clause.place.heading, script)) for clause in marked.with_marks],
        "without_marks": [(clause, to_script(clause.place.heading, script)) for clause in marked.without_marks],
    }


def _of_the_last(request: ReaderRequest, slug: str) -> HttpResponse:
    """As the reading page: a regulation out of force leads to the edition last issued, for its readers."""
    last = Edition.objects.filter(regulation__slug=slug, issued_at__isnull=False).order_by("-number").first()
    if last is None or not request.reader.may_read(last.audience):
        return not_for(request)
    query = "?fragment=1" if "fragment" in request.GET else ""
    return HttpResponseRedirect(reverse("regulation_edition_marks", args=[slug, last.number]) + query)
