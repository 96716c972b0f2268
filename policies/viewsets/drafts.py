"""Editing a draft: one form for one clause, so that nothing typed elsewhere is lost; moves by button."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policies.actions import add_clause, edit_clause, edit_details, move_clause, remove_clause, submit_edition
from policies.clause_tree import end_of_subtree, index_of
from policies.comparing import words_compared
from policies.forms import ClauseForm, DetailsForm, SubmitForm
from policies.models import Edition, EditionClause
from policies.permissions import user_can_edit_edition, user_can_submit_edition
from policies.viewsets.screens import crumbs_of, desk, find_edition, require, screen, told, tried
from portal.org.requests import ReaderRequest


def _draft(request: ReaderRequest, pk: int) -> Edition:
    edition = find_edition(pk)
    require(user_can_edit_edition(request.user, edition))
    return edition


def _row(edition: Edition, pk: int) -> EditionClause:
    row = edition.clauses.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _back_to(edition: Edition, row_pk: int | None = None) -> HttpResponse:
    place = f"#clause-{row_pk}" if row_pk else ""
    return HttpResponseRedirect(reverse("policies_edition", args=[edition.pk]) + place)


@desk
def clause_edit(request: ReaderRequest, pk: int, clause_pk: int) -> HttpResponse:
    """One clause. When somebody else saved it meanwhile, both texts are shown and nothing typed is lost."""
    edition = _draft(request, pk)
    row = _row(edition, clause_pk)
    form, status, theirs = ClauseForm.of(row), 200, None
    if request.method == "POST":
        form = ClauseForm(request.POST)
        if form.is_valid():
            saved, status = tried(form, lambda: edit_clause(by=request.user, clause=row, **form.cleaned_data))
            if saved is not None:
                return _back_to(edition, saved.pk)
            if status == 409:
                form, theirs = _after_conflict(request, form, row)
        else:
            status = 400
    return screen(
        request,
        "clause.html",
        title=_("Edit clause %(name)s") % {"name": row.number or row.heading or row.text[:16]},
        crumbs=crumbs_of(edition),
        edition=edition,
        form=form,
        row=row,
        theirs=theirs,
        status=status,
    )


def _after_conflict(
    request: ReaderRequest, form: ClauseForm, row: EditionClause
) -> tuple[ClauseForm, dict[str, Any] | None]:
    """The same input against the version that stands now: saving again is a decision, not an accident."""
    now = EditionClause.objects.filter(pk=row.pk).first()
    if now is None:
        return form, None
    data = request.POST.copy()
    data["version"] = str(now.version)
    again = ClauseForm(data)
    again.is_valid()
    for field, errors in form.errors.items():
        again.add_error(None if field == "__all__" else field, errors)
    return again, {"row": now, "pieces": words_compared(now.text, form.cleaned_data.get("text", ""))}


@desk
def clause_add(request: ReaderRequest, pk: int) -> HttpResponse:
    """A new clause after (?after=) or under (?under=) another, or at the end."""
    edition = _draft(request, pk)
    near = {name: _near(edition, request.GET.get(name)) for name in ("after", "under")}
    beside = near["after"]
    form, status = ClauseForm(initial={"kind": beside.kind if beside else "clause"}), 200
    if request.method == "POST":
        form = ClauseForm(request.POST)
        if form.is_valid():
            values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
            saved, status = tried(form, lambda: add_clause(by=request.user, edition=edition, **near, **values))  # type: ignore[arg-type]
            if saved is not None:
                return _back_to(edition, saved.pk)
        else:
            status = 400
    return screen(
        request,
        "clause.html",
        title=_("Add a clause"),
        crumbs=crumbs_of(edition),
        edition=edition,
        form=form,
        status=status,
        **near,
    )


def _near(edition: Edition, given: str | None) -> EditionClause | None:
    return _row(edition, int(given)) if given and given.isdecimal() and len(given) < 19 else None


@desk
@require_POST
def clause_move(request: ReaderRequest, pk: int, clause_pk: int) -> HttpResponse:
    edition = _draft(request, pk)
    row = _row(edition, clause_pk)
    to = request.POST.get("to", "")
    if to in {"up", "down", "in", "out"}:
        told(request, lambda: move_clause(by=request.user, clause=row, to=to), _("The clause was moved."))  # type: ignore[arg-type]
    address = reverse("policies_edition", args=[edition.pk])
    return HttpResponseRedirect(f"{address}?open={row.pk}#clause-{row.pk}")


@desk
def clause_remove(request: ReaderRequest, pk: int, clause_pk: int) -> HttpResponse:
    """Asks first, naming what goes with the clause."""
    edition = _draft(request, pk)
    row = _row(edition, clause_pk)
    rows = list(edition.clauses.order_by("order"))
    start = index_of(rows, row.pk)
    going = rows[start : end_of_subtree(rows, start)]
    if request.method == "POST":
        told(request, lambda: remove_clause(by=request.user, clause=row), _("The clause was removed from the draft."))
        return _back_to(edition, rows[start - 1].pk if start else None)
    return screen(
        request,
        "clause_remove.html",
        title=_("Remove clause %(name)s") % {"name": row.number or row.heading or row.text[:16]},
        crumbs=crumbs_of(edition),
        edition=edition,
        row=row,
        going=going,
    )


@desk
def edition_details(request: ReaderRequest, pk: int) -> HttpResponse:
    edition = _draft(request, pk)
    form, status = DetailsForm.of(edition), 200
    if request.method == "POST":
        form = DetailsForm(request.POST)
        if form.is_valid():
            saved, status = tried(form, lambda: edit_details(by=request.user, edition=edition, **form.cleaned_data))
            if saved is not None:
                return _back_to(edition)
        else:
            status = 400
    return screen(
        request,
        "form.html",
        title=_("Title and number"),
        crumbs=crumbs_of(edition),
        form=form,
        button=_("Save"),
        status=status,
    )


@desk
def edition_submit(request: ReaderRequest, pk: int) -> HttpResponse:
    """Hands the draft over for review."""
    edition = find_edition(pk)
    require(user_can_submit_edition(request.user, edition))
    form, status = SubmitForm(initial={"change_note": edition.change_note}), 200
    if request.method == "POST":
        form = SubmitForm(request.POST)
        if form.is_valid():
            done, status = tried(form, lambda: submit_edition(by=request.user, edition=edition, **form.cleaned_data))
            if done is not None:
                return redirect("policies_edition", edition.pk)
        else:
            status = 400
    return screen(
        request,
        "form.html",
        title=_("Submit for review"),
        crumbs=crumbs_of(edition),
        form=form,
        lead=_(
            "From now on the text is locked. A second person reviews it, a third one approves it; both may return it."
        ),
        button=_("Submit for review"),
        status=status,
    )
