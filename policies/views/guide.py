"""The Service Guide at its fixed address: the edition in force, older and coming ones, what changed, the booklet."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies.enums import BookletState, Script
from policies.guide.comparing import compare
from policies.guide.reading import edition_context, filter_of
from policies.models import GuideBooklet, GuideEdition, ServiceGuidePage
from portal.lib import clock
from portal.org.requests import ReaderRequest

SCRIPT_OF_LANGUAGE = {"zh-hans": Script.HANS}


def _guide_page() -> ServiceGuidePage:
    """The published guide; 404 while there is none, for its editions too."""
    page = ServiceGuidePage.objects.live().first()
    if page is None:
        raise Http404
    return page


def service_guide(request: HttpRequest) -> HttpResponse:
    """The edition in force, wherever the guide's page stands in Wagtail's tree."""
    return _guide_page().serve(request)


@require_safe
def guide_editions(request: ReaderRequest) -> HttpResponse:
    """All editions, newest first: what changed, from which day."""
    page = _guide_page()
    context = {
        "page": page,
        "editions": GuideEdition.objects.newest_first(),
        "in_force": GuideEdition.objects.in_force(clock.today()),
        "today": clock.today(),
    }
    return render(request, "policies/guide_editions.html", context)


@require_safe
def guide_edition(request: ReaderRequest, number: int) -> HttpResponse:
    """One edition; a banner says whether it is the one in force."""
    page, day = _guide_page(), clock.today()
    edition = get_object_or_404(GuideEdition, number=number)
    context = edition_context(edition, filter_of(request.GET), day)
    return render(
        request,
        "policies/guide_edition.html",
        context | {"page": page, "in_force": GuideEdition.objects.in_force(day)},
    )


@require_safe
def guide_changes(request: ReaderRequest, number: int) -> HttpResponse:
    """An edition against the one before it: prices, new services, services that went, other wording."""
    page = _guide_page()
    edition = get_object_or_404(GuideEdition, number=number)
    before = GuideEdition.objects.filter(number__lt=number).newest_first().first()
    changes = compare(before.rows(), edition.rows()) if before else []
    context = {"page": page, "edition": edition, "before": before, "changes": changes}
    return render(request, "policies/guide_changes.html", context)


@require_safe
def guide_booklet(request: ReaderRequest, number: int | None = None) -> HttpResponseBase:
    """The PDF of an edition (default: the one in force) in the reader's script, or in that of `?script=hans|hant`."""
    _guide_page()
    edition = GuideEdition.objects.in_force(clock.today())
    if number is not None:
        edition = get_object_or_404(GuideEdition, number=number)
    if edition is None:
        raise Http404
    script = request.GET.get("script", "")
    if script not in Script.values:
        script = SCRIPT_OF_LANGUAGE.get(request.LANGUAGE_CODE, Script.HANT)
    booklet = GuideBooklet.objects.filter(edition=edition, script=script, state=BookletState.READY).first()
    if booklet is None:
        messages.info(request, _("The booklet is being made; it will be here in a moment."))
        return redirect("guide_edition", edition.number)
    name = {Script.HANT: "服務指南", Script.HANS: "服务指南"}[Script(script)]
    return FileResponse(
        booklet.file.open("rb"), filename=f"{name}-{edition.number}.pdf", content_type="application/pdf"
    )
