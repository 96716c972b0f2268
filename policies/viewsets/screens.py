"""What all screens of the regulation desk share: the door, the head of the page, refusals turned into form errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.models import Edition, RegulationPage
from policies.permissions import user_can_see_regulation_desk
from portal.lib.refusals import Refused

Crumb = tuple[Any, str]


def desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for editors, approvers and administrators; for everybody else the address does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not user_can_see_regulation_desk(request.user):
            raise Http404
        with scopes_disabled():
            return view(request, *args, **kwargs)

    return guarded


def require(allowed: bool) -> None:
    """404 for what is not this person's to do; the screen that leads there does not show the button either."""
    if not allowed:
        raise Http404


def screen(
    request: HttpRequest, template: str, *, title: str, crumbs: list[Crumb], status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the desk under its trail of (label, url)."""
    trail = [(_("Home"), reverse("wagtailadmin_home")), (_("Regulations"), reverse("policies_index")), *crumbs]
    items = [{"label": label, "url": url} for label, url in trail]
    if title != items[-1]["label"]:
        items.append({"label": title, "url": ""})
    head = {"page_title": title, "header_title": title, "breadcrumbs_items": items, "header_icon": "doc-full-inverse"}
    return TemplateResponse(request, f"policies/admin/{template}", head | context, status=status)


def crumbs_of(edition: Edition) -> list[Crumb]:
    return [
        (edition.regulation.title, reverse("policies_regulation", args=[edition.regulation_id])),
        (edition_label(edition), reverse("policies_edition", args=[edition.pk])),
    ]


def edition_label(edition: Edition) -> str:
    return _("Edition %(number)d") % {"number": edition.number}


def tried(form: forms.Form, verb: Callable[[], Any]) -> tuple[Any, int]:
    """Runs a verb; its refusal becomes an error of the form. Returns (result or None, status to answer with)."""
    try:
        return verb(), 200
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal.message))
        return None, refusal.status


def told(request: HttpRequest, verb: Callable[[], Any], success: str) -> Any:
    """Runs a verb from a button; its refusal or its success becomes a message."""
    try:
        result = verb()
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return None
    messages.success(request, success)
    return result


def find_edition(pk: int) -> Edition:
    edition = (
        Edition.objects.select_related(
            "regulation",
            "based_on",
            "drafted_by",
            "submitted_by",
            "reviewed_by",
            "approved_by",
            "issued_by",
            "owner_unit",
            "interpreting_unit",
        )
        .filter(pk=pk)
        .first()
    )
    if edition is None:
        raise Http404
    return edition


def find_regulation(pk: int) -> RegulationPage:
    page = RegulationPage.objects.filter(pk=pk).first()
    if page is None:
        raise Http404
    return page
