"""Confirming that a regulation was reviewed and stays as it is (SAF-23, clause 6.4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from policies.actions import confirm_review
from policies.forms import ConfirmReviewForm
from policies.models import Edition
from policies.permissions import reader_can_confirm_review
from policies.views.doors import not_for
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest


@require_http_methods(["GET", "HEAD", "POST"])
def regulation_review(request: ReaderRequest, slug: str) -> HttpResponse:
    """The edition in force, its earlier reviews, and the form; for the head of the owner department and approvers."""
    reader = request.reader
    editions = Edition.objects.in_force(reader.day).filter(regulation__slug=slug)
    edition = editions.select_related("regulation", "owner_unit").first()
    if edition is None or not reader_can_confirm_review(reader, edition):
        return not_for(request)
    form, status = ConfirmReviewForm(initial={"due_before": edition.review_due_on}), 200
    if request.method == "POST":
        form, status = ConfirmReviewForm(request.POST), 400
        if form.is_valid():
            try:
                confirm_review(by=request.user, edition=edition, **form.cleaned_data)
            except Refused as refusal:
                status = show_refusal(form, refusal)
            else:
                messages.success(request, _("The review is recorded: the regulation stays as it is."))
                return redirect("regulation_list")
    context = {
        "edition": edition,
        "regulation": edition.regulation,
        "form": form,
        "reviews": edition.reviews.select_related("by").order_by("-at"),
        "overdue": edition.review_due_on is not None and edition.review_due_on < reader.day,
        "may_read": reader.may_read(edition.audience),
    }
    return render(request, "policies/regulation_review.html", context, status=status)
