"""The Service Guide at its fixed address, wherever its page stands in Wagtail's tree."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from policies.models import ServiceGuidePage


def service_guide(request: HttpRequest) -> HttpResponse:
    """The published guide; 404 while there is none."""
    page = ServiceGuidePage.objects.live().first()
    if page is None:
        raise Http404
    return page.serve(request)
