"""The list of regulations for this reader, and the editions of one regulation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from policies import waiting
from policies.enums import EditionState
from policies.models import Edition
from policies.permissions import reader_can_confirm_review, reader_can_see_review
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
        Edition.objects.current()
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
        named = any(rule.token in asked_by for rule in edition.audience_rules.all())
        issued = edition.state == EditionState.ISSUED
        edition.asked = issued and reader.is_staff_member and named  # type: ignore[attr-defined]
        edition.url = edition_url(edition)  # type: ignore[attr-defined]
    groups = {
        "to_read": [e for e in editions if e.asked and e.receipt_at is None],  # type: ignore[attr-defined]
        "read": [e for e in editions if e.receipt_at is not None],  # type: ignore[attr-defined]
        "others": [e for e in editions if not e.asked and e.receipt_at is None],  # type: ignore[attr-defined]
    }
    doors = [tile for doors_for in library_doors for tile in doors_for(reader)]
    context = groups | {"all_count": len(editions), "library_doors": doors, "reviews": _reviews(request)}
    return render(request, "policies/regulation_list.html", context)


def _reviews(request: ReaderRequest) -> list[Edition]:
    """Reviews that are overdue or come soon, for the staff of the owner department and who may confirm them."""
    reader = request.reader
    if not reader.appointments:
        return []
    found = [edition for edition in waiting.reviews_due(reader.day) if reader_can_see_review(reader, edition)]
    for edition in found:
        edition.overdue = edition.review_due_on < reader.day  # type: ignore[attr-defined, operator]
        edition.may_confirm = reader_can_confirm_review(reader, edition)  # type: ignore[attr-defined]
    return found


def edition_url(edition: Edition) -> str:
    """The regulation's address for an edition in force, the edition's own for one announced or on trial."""
    if edition.state == EditionState.IN_TRIAL:
        return reverse("regulation_edition", args=[edition.regulation.slug, edition.number])
    if edition.effective_on and edition.effective_on > clock.today():
        return reverse("regulation_edition", args=[edition.regulation.slug, edition.number])
    return edition.regulation.reading_url()


def regulation_editions(request: ReaderRequest, slug: str) -> HttpResponse:
    """Every edition of a regulation that this reader may read: what changed and why, reviews, paper, comparison
    (SAF-21, clause 6.2)."""
    reader = request.reader
    editions = list(
        Edition.objects.published()
        .filter(regulation__slug=slug)
        .for_tokens(reader.tokens)
        .select_related("regulation", "owner_unit")
        .prefetch_related("reviews__by")
        .order_by("-number")
    )
    if not editions:
        return not_for(request)
    return render(
        request,
        "policies/regulation_editions.html",
        {"editions": editions, "regulation": editions[0].regulation, "today": clock.today()},
    )
