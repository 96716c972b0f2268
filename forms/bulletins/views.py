"""Reading a bulletin's PDF, and in the admin: composing one, taking its figures anew."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.bulletins import actions
from forms.bulletins.enums import PaperState
from forms.bulletins.models import BulletinIndexPage, BulletinPage, Paper
from forms.bulletins.permissions import user_can_compose_bulletin, user_can_read_bulletin
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit


def bulletin_list(request: HttpRequest) -> HttpResponse:
    """The way to the page of all bulletins, wherever editors put it."""
    index = BulletinIndexPage.objects.live().first()
    if index is None:
        raise Http404
    return redirect(index.get_url(request))


def bulletin_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The PDF, for whoever may read the page. While it is being made: the page itself, which says so."""
    page = get_object_or_404(BulletinPage.objects.select_related("unit"), slug=slug)
    if not user_can_read_bulletin(request.reader, page):  # type: ignore[attr-defined]
        raise Http404
    paper = Paper.objects.filter(page=page, state=PaperState.READY).first()
    if paper is None:
        messages.info(request, _("The PDF is being made; it will be here in a moment."))
        return redirect(page.get_url(request))
    return FileResponse(
        paper.file.open("rb"), as_attachment=True, filename=f"{page.title}.pdf", content_type="application/pdf"
    )


def recent_quarters(count: int = 8) -> list[tuple[str, str]]:
    """The running quarter and those before it, and the half-years among them."""
    quarter = Period.of("quarter", clock.today())
    half = Period.of("half", clock.today())
    found = []
    for _number in range(count):
        found.append((quarter.code, quarter.label))
        quarter = quarter.previous()
    for _number in range(count // 2):
        found.append((half.code, half.label))
        half = half.previous()
    return found


class ComposeForm(django_forms.Form):
    """What a bulletin is about."""

    unit = django_forms.ModelChoiceField(Unit.objects.all(), label=gettext_lazy("Unit"))
    period = django_forms.ChoiceField(label=gettext_lazy("Period"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = recent_quarters()  # type: ignore[attr-defined]


def compose(request: HttpRequest) -> HttpResponse:
    """Admin: choose unit and period; the draft opens in the page editor with its figures frozen."""
    if not user_can_compose_bulletin(request.user):
        raise Http404
    form = ComposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            page = actions.compose_bulletin(
                by=request.user, unit=form.cleaned_data["unit"], period=Period.parse(form.cleaned_data["period"])
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The draft is composed: write your text, look at the preview, then publish."))
            return redirect("wagtailadmin_pages:edit", page.pk)
    bulletins = BulletinPage.objects.select_related("unit").order_by("-period_start", "title")[:50]
    return render(request, "bulletins/admin/compose.html", {"form": form, "bulletins": bulletins})


def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Admin: asks, then takes a draft's figures anew."""
    page = get_object_or_404(BulletinPage, pk=pk)
    if not user_can_compose_bulletin(request.user):
        raise Http404
    if request.method == "POST":
        try:
            actions.refresh_figures(by=request.user, page=page)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The figures were taken anew."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return render(request, "bulletins/admin/refresh.html", {"page": page})
