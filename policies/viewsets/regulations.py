"""The list of regulations, one regulation with its editions, one edition with its clauses."""

from __future__ import annotations

from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from policies import waiting
from policies.actions import start_draft
from policies.comparing import rows_to_compare
from policies.enums import CURRENT, EDITABLE, OPEN, EditionState
from policies.models import Edition, RegulationPage
from policies.permissions import (
    user_can_approve_edition,
    user_can_edit_edition,
    user_can_import_regulation,
    user_can_issue_edition,
    user_can_return_edition,
    user_can_review_edition,
    user_can_start_draft,
    user_can_try_edition,
    user_can_withdraw_edition,
)
from policies.viewsets.deciders import deciders
from policies.viewsets.screens import crumbs_of, desk, edition_label, find_edition, find_regulation, screen, told
from portal.journal.models import Entry
from portal.lib import clock
from portal.org.requests import ReaderRequest


@desk
@require_GET
def regulation_index(request: ReaderRequest) -> HttpResponse:
    """Every regulation with its edition in force, the one that is open or on trial, its review date; reviews due."""
    editions = Edition.objects.filter(state__in=[*OPEN, *CURRENT]).order_by("-number")
    pages = RegulationPage.objects.prefetch_related(Prefetch("editions", queryset=editions, to_attr="current"))
    today = clock.today()
    rows = []
    for page in pages.order_by("number", "title").select_related("owner_unit"):
        issued = [one for one in page.current if one.state == EditionState.ISSUED]
        in_force = next((one for one in issued if one.effective_on and one.effective_on <= today), None)
        rows.append(
            {
                "page": page,
                "in_force": in_force,
                "announced": next((one for one in issued if one.effective_on and one.effective_on > today), None),
                "open": next((one for one in page.current if one.state in OPEN), None),
                "trial": next((one for one in page.current if one.state == EditionState.IN_TRIAL), None),
                "overdue": bool(in_force and in_force.review_due_on and in_force.review_due_on < today),
            }
        )
    return screen(
        request,
        "index.html",
        title=_("Regulations"),
        crumbs=[],
        rows=rows,
        reviews=waiting.reviews_due(today),
        today=today,
        can_import=user_can_import_regulation(request.user),
    )


@desk
@require_GET
def regulation_screen(request: ReaderRequest, pk: int) -> HttpResponse:
    """The editions of a regulation and everything that was done to them."""
    page = find_regulation(pk)
    editions = list(
        page.editions.annotate(receipt_count=Count("receipts__person", distinct=True))
        .select_related("drafted_by", "reviewed_by", "approved_by")
        .order_by("-pk")
    )
    entries = Entry.objects.filter(
        record_type=Edition._meta.label_lower, record_id__in=[str(edition.pk) for edition in editions]
    ).select_related("user")
    numbers = {str(edition.pk): edition.number for edition in editions}
    history = [(numbers[entry.record_id], entry) for entry in entries.order_by("-sequence")[:200]]
    has_open = any(edition.state in OPEN for edition in editions)
    was_issued = any(edition.was_published for edition in editions)
    return screen(
        request,
        "regulation.html",
        title=page.title,
        crumbs=[],
        regulation=page,
        editions=editions,
        history=history,
        can_start=was_issued and not has_open and user_can_start_draft(request.user, page),
    )


@desk
@require_POST
def regulation_start_draft(request: ReaderRequest, pk: int) -> HttpResponse:
    page = find_regulation(pk)
    draft = told(request, lambda: start_draft(by=request.user, regulation=page), _("The draft is ready to be edited."))
    return redirect("policies_edition", draft.pk) if draft else redirect("policies_regulation", pk)


@desk
@require_GET
def edition_screen(request: ReaderRequest, pk: int) -> HttpResponse:
    """An edition: its facts, what this person can do with it, its clauses (with their tools while it is a draft)."""
    edition = find_edition(pk)
    user = request.user
    rows = rows_to_compare(edition)
    title = f"{edition.title} – {edition_label(edition)}"
    return screen(
        request,
        "edition.html",
        title=title,
        crumbs=crumbs_of(edition)[:1],
        edition=edition,
        rows=rows,
        editable=edition.state in EDITABLE and user_can_edit_edition(user, edition),
        opened=_number(request.GET.get("open", "")),
        deciders=deciders(user, edition),
        can_judge=user_can_review_edition(user, edition) or user_can_approve_edition(user, edition),
        can_return=user_can_return_edition(user, edition),
        can_issue=user_can_issue_edition(user, edition),
        can_try=user_can_try_edition(user, edition),
        can_withdraw=user_can_withdraw_edition(user, edition),
        audience=list(edition.audience_rules.select_related("unit", "post")),
        receipt_count=edition.receipts.values("person").distinct().count(),
        reviews=edition.reviews.select_related("by"),
        trial_is_over=edition.trial_is_over(clock.today()),
        duplicate_numbers=_duplicates(rows),
        reading_url=reverse("regulation_edition", args=[edition.regulation.slug, edition.number]),
    )


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _duplicates(rows: list) -> list[str]:
    """Numbers that occur twice: allowed, but worth a look."""
    seen: set[str] = set()
    twice: list[str] = []
    for row in rows:
        if row.number and row.kind in {"chapter", "clause", "appendix"}:
            if row.number in seen and row.number not in twice:
                twice.append(row.number)
            seen.add(row.number)
    return twice
