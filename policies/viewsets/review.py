"""Judging an edition: comparison, review, approval, return, trial, issue, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from policies.actions import (
    approve_edition,
    issue_edition,
    return_edition,
    review_edition,
    try_edition,
    withdraw_edition,
)
from policies.actions.bundles import what_goes_out, what_is_missing
from policies.comparing import compare, counted, rows_to_compare
from policies.forms import MOST_LINES, ApproveForm, IssueForm, ReasonForm, TrialForm, audience_formset
from policies.models import Edition
from policies.permissions import (
    user_can_approve_edition,
    user_can_issue_edition,
    user_can_return_edition,
    user_can_review_edition,
    user_can_try_edition,
    user_can_withdraw_edition,
)
from policies.viewsets.deciders import deciders
from policies.viewsets.screens import crumbs_of, desk, edition_label, find_edition, require, screen, tried
from portal.org.requests import ReaderRequest

LINES = 3
FACTS = {"effective_on", "review_due_on", "ends_on", "owner_unit", "interpreting_unit"}


def _before(edition: Edition) -> Edition | None:
    """The edition that this one is compared with: the one it was drafted from, else the one issued before it."""
    if edition.based_on is not None:
        return edition.based_on
    earlier = edition.regulation.editions.published().filter(number__lt=edition.number)
    return earlier.order_by("-number").first()


@desk
def edition_review(request: ReaderRequest, pk: int) -> HttpResponse:
    """The text against the edition before it, word by word; under it review, approval and return for who may judge."""
    edition = find_edition(pk)
    approve, back, status = ApproveForm(), ReasonForm(), 200
    if request.method == "POST":
        judged = _judge(request, edition)
        if isinstance(judged, HttpResponse):
            return judged
        approve, back, status = judged  # type: ignore[assignment]
    before = _before(edition)
    compared = compare(rows_to_compare(before) if before else [], rows_to_compare(edition))
    return screen(
        request,
        "review.html",
        title=_("Review"),
        crumbs=crumbs_of(edition),
        edition=edition,
        before=before,
        compared=compared,
        counts=counted(compared),
        only_changes=before is not None and "all" not in request.GET,
        approve_form=approve,
        return_form=back,
        deciders=deciders(request.user, edition),
        can_review=user_can_review_edition(request.user, edition),
        can_approve=user_can_approve_edition(request.user, edition),
        can_return=user_can_return_edition(request.user, edition),
        status=status,
    )


def _judge(request: ReaderRequest, edition: Edition) -> HttpResponse | tuple[forms.Form, forms.Form, int]:
    """Passes the review, approves or returns; a refusal comes back with the forms as typed."""
    if "approve" in request.POST or "pass" in request.POST:
        passes = "pass" in request.POST
        asked = user_can_review_edition if passes else user_can_approve_edition
        require(asked(request.user, edition))
        verb = review_edition if passes else approve_edition
        form: forms.Form = ApproveForm(request.POST)
        form.is_valid()
        done, status = tried(
            form, lambda: verb(by=request.user, edition=edition, remark=form.cleaned_data.get("remark", ""))
        )
        success = _("The review is passed. An approver decides now.") if passes else _("The edition is approved.")
        forms_shown: tuple[forms.Form, forms.Form] = (form, ReasonForm())
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
    return _publishing(
        request,
        edition,
        IssueForm,
        issue_edition,
        title=_("Issue %(edition)s") % {"edition": edition_label(edition)},
        success=_("The edition is issued."),
        parts=what_goes_out(edition),
        missing=what_is_missing(edition),
        lead=_(
            "From now on this text never changes. Readers of the audience see it at once; it holds from its effective"
            " date. Notice and all parts go out with it, or nothing does."
        ),
        button=_("Issue"),
    )


@desk
def edition_trial(request: ReaderRequest, pk: int) -> HttpResponse:
    """For whom and until when a text is tried out, before it is issued."""
    edition = find_edition(pk)
    require(user_can_try_edition(request.user, edition))
    return _publishing(
        request,
        edition,
        TrialForm,
        try_edition,
        title=_("Issue %(edition)s on trial") % {"edition": edition_label(edition)},
        success=_("The edition is on trial."),
        lead=_(
            "The text is frozen and marked as on trial, for the units and posts below until the last day. What is in"
            " force stays in force. Afterwards issue it, or withdraw it."
        ),
        button=_("Issue on trial"),
    )


def _publishing(
    request: ReaderRequest,
    edition: Edition,
    form_class: type[IssueForm] | type[TrialForm],
    verb: Callable[..., Edition],
    *,
    title: str,
    success: str,
    **context: Any,
) -> HttpResponse:
    """The screen of both ways to readers: facts, audience lines, notice; nothing typed is lost."""
    form = form_class(initial=_first_values(edition))
    lines, status = audience_formset(LINES)(prefix="audience", initial=_first_audience(edition)), 200
    if request.method == "POST":
        form = form_class(request.POST)
        lines = audience_formset(0)(request.POST, prefix="audience")
        if "more" in request.POST:
            lines = _one_more(request)
        elif form.is_valid() & lines.is_valid():
            audience = [line for line in (one.line() for one in lines) if line is not None]
            done, status = tried(
                form, lambda: verb(by=request.user, edition=edition, audience=audience, **form.values())
            )
            if done is not None:
                messages.success(request, success)
                return redirect("policies_edition", edition.pk)
        else:
            status = 400
    return screen(
        request,
        "issue.html",
        title=title,
        crumbs=crumbs_of(edition),
        edition=edition,
        form=form,
        facts=[field for field in form if field.name in FACTS],
        notice=[field for field in form if field.name.startswith("notice_")],
        change=[field for field in form if field.name in {"material", "change_note"}],
        lines=lines,
        status=status,
        **context,
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
    before = edition if edition.was_published else _before(edition)
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
