"""From a clause to a form that may be sent twice: which clause is meant, and what a sender gets back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from policies.enums import EditionState
from policies.models import Edition
from policies.rulings import permissions, wording
from policies.rulings.addresses import number_in
from policies.rulings.forms import ClauseForm
from policies.rulings.wording import ClauseText
from policies.views.doors import not_for
from portal.lib.refusals import Conflict, Refused
from portal.lib.shown_again import show_refusal
from portal.org.readers import Reader
from portal.org.requests import ReaderRequest


def clause_meant(
    request: ReaderRequest, route: str, may: Callable[[Reader, Edition], bool], title: str
) -> ClauseText | HttpResponse:
    """The clause of ?edition=&clause=; without one the page that asks for it, for others the closed door."""
    if "clause" not in request.GET:
        return _ask_which(request, route, title)
    edition = (
        Edition.objects.select_related("regulation", "interpreting_unit", "owner_unit")
        .filter(pk=number_in(request.GET.get("edition", "")))
        .first()
    )
    clause_id = number_in(request.GET["clause"])
    if edition is None or not may(request.reader, edition):
        return not_for(request)
    if edition.state != EditionState.ISSUED:
        return _in_force_instead(request, route, edition, clause_id)
    return wording.clause_text(edition, clause_id) or not_for(request)


def _ask_which(request: ReaderRequest, route: str, title: str) -> HttpResponse:
    editions = permissions.editions_to_ask_about(request.reader)
    asked = "number" in request.GET
    form = ClauseForm(request.GET if asked else None, editions=editions)
    if asked and form.is_valid():
        edition = form.cleaned_data["edition"]
        clause_id = wording.clause_by_number(edition, form.cleaned_data["number"])
        if clause_id is not None:
            return redirect(address_of(route, edition.pk, clause_id))
        form.add_error("number", _("This regulation has no clause with this number."))
    context = {"form": form, "title": title, "has_editions": editions.exists()}
    return render(request, "rulings/which_clause.html", context, status=400 if form.errors else 200)


def address_of(route: str, edition_id: int, clause_id: int) -> str:
    return f"{reverse(route)}?{urlencode({'edition': edition_id, 'clause': clause_id})}"


def _in_force_instead(request: ReaderRequest, route: str, edition: Edition, clause_id: int) -> HttpResponse:
    """Nobody asks about a text that no longer holds: the same clause in the edition in force, or that one's page."""
    current = wording.editions_in_force([edition.regulation_id], request.reader.day).get(edition.regulation_id)
    if current is not None and wording.rows_of([(current.pk, clause_id)]):
        messages.info(request, _("That edition is no longer in force: this is the clause in the edition that is."))
        return redirect(address_of(route, current.pk, clause_id))
    messages.info(request, _("That clause is no longer in force."))
    return redirect("regulation_list")


def sent_on(request: ReaderRequest, address: str) -> HttpResponse:
    """303, so that a reload sends nothing; a script that sent the form gets the address instead of following it."""
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"location": address}, status=201)
    response = redirect(address)
    response.status_code = 303
    return response


def refuse(form: Any, refused: Refused) -> int:
    """A verb's refusal as an error of the form; what was typed stays. Returns the status to answer with."""
    if isinstance(refused, Conflict) and hasattr(form, "with_fresh_id"):
        form.with_fresh_id()
    return show_refusal(form, refused)
