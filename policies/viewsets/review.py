"""Judging an edition: comparison, approval, return, issue, withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from policies.actions import approve_edition, issue_edition, return_edition, withdraw_edition
from policies.comparing import compare
from policies.forms import MOST_LINES, ApproveForm, IssueForm, ReasonForm, audience_formset
from policies.models import Edition
from policies.permissions import (
    user_can_approve_edition,
    user_can_issue_edition,
    user_can_return_edition,
    user_can_withdraw_edition,
)
from policies.viewsets.screens import crumbs_of, desk, edition_label, find_edition, require, screen, tried
from portal.org.requests import ReaderRequest

LINES = 3


def _before(edition: Edition) -> Edition | None:
    """The edition that this one is compared with: the one it was drafted from, else the one issued before it."""
    if edition.based_on is not None:
        return edition.based_on
    earlier = edition.regulation.editions.filter(issued_at__isnull=False, number__lt=edition.number)
    return earlier.order_by("-number").first()


@desk
def edition_review(request: ReaderRequest, pk: int) -> HttpResponse:
    """The text against the edition before it, word by word; under it approval and return for who may judge."""
    edition = find_edition(pk)
    approve, back, status = ApproveForm(), ReasonForm(), 200
    if request.method == "POST":
        judged = _judge(request, edition)
        if isinstance(judged, HttpResponse):
            return judged
        approve, back, status = judged  # type: ignore[assignment]
    before = _before(edition)
    old = list(before.clauses.order_by("order")) if before else []
    compared = compare(old, list(edition.clauses.order_by("order")))
    counts = {name: sum(one.change == name for one in compared) for name in ("added", "removed", "changed")}
    return screen(
        request,
        "review.html",
        title=_("Review"),
        crumbs=crumbs_of(edition),
        edition=edition,
        before=before,
        compared=compared,
        counts=counts | {"moved": sum(one.moved for one in compared)},
        only_changes=before is not None and "all" not in request.GET,
        approve_form=approve,
        return_form=back,
        can_approve=user_can_approve_edition(request.user, edition),
        can_return=user_can_return_edition(request.user, edition),
        status=status,
    )


def _judge(request: ReaderRequest, edition: Edition) -> HttpResponse | tuple[forms.Form, forms.Form, int]:
    """Approves or returns; a refusal comes back with the forms as typed."""
    if "approve" in request.POST:
        require(user_can_approve_edition(request.user, edition))
        form: forms.Form = ApproveForm(request.POST)
        form.is_valid()
        done, status = tried(
            form, lambda: approve_edition(by=request.user, edition=edition, remark=form.cleaned_data.get("remark", ""))
        )
        success, forms_shown = _("The edition is approved. It can be issued now."), (form, ReasonForm())
    else:
        require(user_can_return_edition(request.user, edition))
        form = ReasonForm(request.POST)
        form.is_valid()
        done, status = tried(
            form, lambda: return_edition(by=request.user, edition=edition, reason=form.cleaned_data.get("reason", ""))
        )
        success, forms_shown = _("The edition went back to its editors."), (ApproveForm(), form)
    if done is None:
        return (*forms_shown, status)
    messages.success(request, success)
    return redirect("policies_edition", edition.pk)


@desk
def edition_issue(request: ReaderRequest, pk: int) -> HttpResponse:
    """Dates, departments and audience; then the edition freezes and readers have it."""
    edition = find_edition(pk)
    require(user_can_issue_edition(request.user, edition))
    form = IssueForm(initial=_first_values(edition))
    lines, status = audience_formset(LINES)(prefix="audience", initial=_first_audience(edition)), 200
    if request.method == "POST":
        form = IssueForm(request.POST)
        lines = audience_formset(0)(request.POST, prefix="audience")
        if "more" in request.POST:
            lines = _one_more(request)
        elif form.is_valid() & lines.is_valid():
            audience = [line for line in (one.line() for one in lines) if line is not None]
            done, status = tried(
                form, lambda: issue_edition(by=request.user, edition=edition, audience=audience, **form.cleaned_data)
            )
            if done is not None:
                messages.success(request, _("The edition is issued."))
                return redirect("policies_edition", edition.pk)
        else:
            status = 400
    return screen(
        request,
        "issue.html",
        title=_("Issue %(edition)s") % {"edition": edition_label(edition)},
        crumbs=crumbs_of(edition),
        edition=edition,
        form=form,
        lines=lines,
        status=status,
    )


def _first_values(edition: Edition) -> dict[str, Any]:
    return {
        "owner_unit": edition.owner_unit_id,
        "interpreting_unit": edition.interpreting_unit_id,
        "change_note": edition.change_note,
        "material": "yes",
    }


def _first_audience(edition: Edition) -> list[dict[str, Any]]:
    """The audience of the edition before, to be confirmed or changed."""
    before = _before(edition)
    if before is None:
        return []
    return [
        {"scope": rule.scope, "unit": rule.unit_id, "post": rule.post_id}
        for rule in before.audience_rules.order_by("pk")
    ]


def _one_more(request: ReaderRequest) -> forms.BaseFormSet:
    """The lines as typed and an empty one, for browsers without script, too."""
    data = request.POST.copy()
    given = data.get("audience-TOTAL_FORMS", "")
    total = int(given) if given.isdecimal() and len(given) < 4 else LINES
    data["audience-TOTAL_FORMS"] = str(min(total + 1, MOST_LINES))
    return audience_formset(0)(data, prefix="audience")


@desk
def edition_withdraw(request: ReaderRequest, pk: int) -> HttpResponse:
    edition = find_edition(pk)
    require(user_can_withdraw_edition(request.user, edition))
    form, status = ReasonForm(), 200
    if request.method == "POST":
        form = ReasonForm(request.POST)
        if form.is_valid():
            done, status = tried(form, lambda: withdraw_edition(by=request.user, edition=edition, **form.cleaned_data))
            if done is not None:
                messages.success(request, _("The edition is withdrawn."))
                return redirect("policies_regulation", edition.regulation_id)
        else:
            status = 400
    return screen(
        request,
        "form.html",
        title=_("Withdraw"),
        crumbs=crumbs_of(edition),
        form=form,
        lead=_("The edition and its text are kept; readers see that it no longer holds."),
        button=_("Withdraw"),
        status=status,
    )
