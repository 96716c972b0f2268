"""What a phone needs to keep the card at hand without a network: the worker, the manifest, who is signed in now.

The worker's scope is /observe/ alone: the rest of the portal never passes through it. Cards wait in the phone
(portal/static/portal/js/card-queue.js) and are handed in at the same entrance as from any form: docs/offline-cards.md.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from forms.intake.models import Submission
from forms.intake.views import receipt_address
from portal.org.requests import ReaderRequest

WORKER = "portal/js/card-worker.js"
MOST_ASKED = 100  # cards that one request may ask about


@require_GET
def worker(request: ReaderRequest) -> HttpResponse:
    """The script that answers for the card's page. Served here and not with the static files, because a worker rules
    over what lies below its own address."""
    place = finders.find(WORKER)
    if place is None:
        raise Http404
    response = HttpResponse(Path(str(place)).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
def manifest(request: ReaderRequest) -> JsonResponse:
    """By which a phone puts the card on its home screen."""
    home = reverse("card_observe")
    icons = [
        {
            "src": static(f"portal/img/card-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    content = {
        "name": f"{_('Observation card')} – {settings.ORGANISATION_NAME}",
        "short_name": _("Observation card"),
        "id": home,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "lang": request.LANGUAGE_CODE,
        "background_color": "#fffdf9",
        "theme_color": "#fffdf9",
        "icons": icons,
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
@require_GET
def queue(request: ReaderRequest) -> JsonResponse:
    """Asked before cards are handed in: who is signed in, with which token, and which of the cards named (`id=`) are
    here already. A stranger's cards are unknown, as those that never came."""
    reader = request.reader
    if not reader.is_signed_in or not reader.is_staff_member:
        back = f"{reverse('account_login')}?next={reverse('card_observe')}"
        return JsonResponse({"signed_in": False, "sign_in": back})
    here = Submission.objects.filter(pk__in=_asked(request), by_id=request.user.pk)
    receipts = {str(pk): number for pk, number in here.values_list("pk", "receipt_number")}
    cards = {
        str(pk): {"state": "accepted", "receipt": receipts[str(pk)], "location": receipt_address(pk)}
        if str(pk) in receipts
        else {"state": "unknown"}
        for pk in _asked(request)
    }
    return JsonResponse(
        {"signed_in": True, "writer": str(request.user.pk), "token": get_token(request), "cards": cards}
    )


def _asked(request: ReaderRequest) -> list[UUID]:
    asked = []
    for text in request.GET.getlist("id")[:MOST_ASKED]:
        try:
            asked.append(UUID(text))
        except ValueError:
            continue
    return asked
