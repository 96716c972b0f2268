"""The list of regulations for this reader, and the editions of one regulation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from policies.models import Edition
from policies.reading import person_id_of
from policies.views.doors import not_for
from portal.lib import clock
from portal.lib.registries import library_doors
from portal.org.readers import PUBLIC
from portal.org.requests import ReaderRequest


def regulation_list(request: ReaderRequest) -> HttpResponse:
    """What this reader may read: first what asks for a receipt, then what was confirmed, then the rest."""
    reader = request.reader
    person_id = person_id_of(reader)
    editions = list(
        Edition.objects.issued()
        .for_tokens(reader.tokens)
        .with_receipt_of(person_id or 0)
        .select_related("regulation", "owner_unit")
        .prefetch_related("audience_rules")
        .order_by("regulation__number", "title", "number")
    )
    today, asked_by = clock.today(), reader.tokens - {PUBLIC}
    for edition in editions:
        announced = edition.effective_on is not None and edition.effective_on > today
        edition.announced = announced  # type: ignore[attr-defined]
        edition.asked = reader.is_staff_member and any(  # type: ignore[attr-defined]
            rule.token in asked_by for rule in edition.audience_rules.all()
        )
        edition.url = edition_url(edition)  # type: ignore[attr-defined]
    groups = {
        "to_read": [e for e in editions if e.asked and e.receipt_at is None],  # type: ignore[attr-defined]
        "read": [e for e in editions if e.receipt_at is not None],  # type: ignore[attr-defined]
        "others": [e for e in editions if not e.asked and e.receipt_at is None],  # type: ignore[attr-defined]
    }
    doors = [tile for doors_for in library_doors for tile in doors_for(reader)]
    context = groups | {"all_count": len(editions), "library_doors": doors}
    return render(request, "policies/regulation_list.html", context)


def edition_url(edition: Edition) -> str:
    """The regulation's address for an edition in force, the edition's own for one announced."""
    if edition.effective_on and edition.effective_on > clock.today():
        return reverse("regulation_edition", args=[edition.regulation.slug, edition.number])
    return edition.regulation.reading_url()


def regulation_editions(request: ReaderRequest, slug: str) -> HttpResponse:
    """Every edition of a regulation that this reader may read, with what changed and why (SAF-21, clause 6.2)."""
    reader = request.reader
    editions = list(
        Edition.objects.filter(regulation__slug=slug, issued_at__isnull=False)
        .for_tokens(reader.tokens)
        .select_related("regulation", "owner_unit")
        .order_by("-number")
    )
    if not editions:
        return not_for(request)
    return render(
        request,
        "policies/regulation_editions.html",
        {"editions": editions, "regulation": editions[0].regulation, "today": clock.today()},
    )
