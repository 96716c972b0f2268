"""Two editions of a regulation side by side, for who may read both (SAF-21, clause 6.2)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from policies.comparing import compare, counted, rows_to_compare
from policies.models import Edition
from policies.views.doors import not_for
from portal.lib import clock
from portal.org.requests import ReaderRequest


def _readable(request: ReaderRequest, slug: str) -> list[Edition]:
    """The editions of a regulation that this reader may read, the newest first."""
    return list(
        Edition.objects.published()
        .filter(regulation__slug=slug)
        .for_tokens(request.reader.tokens)
        .select_related("regulation", "owner_unit")
        .order_by("-number")
    )


@require_safe
def regulation_compare(request: ReaderRequest, slug: str) -> HttpResponse:
    """The form to choose two editions; with both chosen (?old=1&new=2) it leads to their comparison."""
    editions = _readable(request, slug)
    if not editions:
        return not_for(request)
    numbers = {str(edition.number) for edition in editions}
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    if old in numbers and new in numbers and old != new:
        return redirect("regulation_comparison", slug, *sorted((int(old), int(new))))
    problem = "same" if old and old == new else "unknown" if (old or new) else ""
    return render(
        request,
        "policies/regulation_compare.html",
        {
            "regulation": editions[0].regulation,
            "editions": editions,
            "old": old or str(editions[1].number if len(editions) > 1 else editions[0].number),
            "new": new or str(editions[0].number),
            "problem": problem,
            "today": clock.today(),
        },
        status=400 if problem else 200,
    )


@require_safe
def regulation_comparison(request: ReaderRequest, slug: str, old: int, new: int) -> HttpResponse:
    """Clause by clause, from the edition `old` to the edition `new`; what stayed the same is left out unless ?all."""
    editions = {edition.number: edition for edition in _readable(request, slug)}
    if old not in editions or new not in editions or old == new:
        return not_for(request)
    compared = compare(rows_to_compare(editions[old]), rows_to_compare(editions[new]))
    only_changes = "all" not in request.GET
    return render(
        request,
        "policies/regulation_comparison.html",
        {
            "regulation": editions[new].regulation,
            "editions": list(editions.values()),
            "old": editions[old],
            "new": editions[new],
            "compared": [one for one in compared if not only_changes or one.change != "same" or one.moved],
            "counts": counted(compared),
            "only_changes": only_changes,
        },
    )
