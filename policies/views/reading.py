"""Reading an edition and confirming it. The page is fast: two queries beyond session and account, joined bytes, an
ETag."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies import frames, reading
from policies.actions import give_receipt
from policies.enums import EditionState
from policies.models import Edition
from policies.reading import EditionText, Standing
from policies.views.doors import not_for
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.readers import Reader

TEMPLATE = "policies/regulation_detail.html"


@require_safe
def regulation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The edition in force (before its day: the one announced) for a reader of its audience."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = reading.standings(slug, reading.person_id_of(reader))
    standing = reading.in_force(found, reader.day)
    if standing is None:
        return _last_of(request, slug)
    announced = found[0] if found[0].number > standing.number else None
    return _page(request, slug, standing, announced)


@require_safe
def regulation_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Any edition that was ever issued, marked with what became of it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found = reading.standings(slug, reading.person_id_of(reader), number=number)
    return _page(request, slug, found[0], None) if found else not_for(request)


def _last_of(request: HttpRequest, slug: str) -> HttpResponse:
    """A regulation out of force leads to the edition last issued, for its readers."""
    last = Edition.objects.filter(regulation__slug=slug, issued_at__isnull=False).order_by("-number").first()
    if last is None or not request.reader.may_read(last.audience):  # type: ignore[attr-defined]
        return not_for(request)
    return HttpResponseRedirect(reverse("regulation_edition", args=[slug, last.number]))


def _page(request: HttpRequest, slug: str, standing: Standing, announced: Standing | None) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    language = get_language() or "zh-hant"
    if not standing.is_for(reader):
        return not_for(request)
    text = reading.text_of(standing.edition_id, reading.script_for(language), standing.tree_hash)
    if "clause" in request.GET:
        anchor = text.anchor_of(request.GET["clause"])
        if anchor is not None:
            return HttpResponseRedirect(f"{quote(request.path)}#{quote(anchor)}")
    context = _context(request, reader, text, standing, announced)
    if request.GET or len(messages.get_messages(request)):
        return _rendered_alone(request, context, text, standing, language)
    key = (
        request.path,
        language,
        _lasting(standing),
        _lasting(announced),
        context["not_yet"],
        context["receipt"],
        frames.sharers_key(reader),
    )
    frame = frames.kept_frames.get(key)
    if frame is None:
        try:
            frame = frames.kept_frames.put(key, frames.render_shared(request, TEMPLATE, context, language))
        except frames.Personal:
            return _rendered_alone(request, context, text, standing, language)
    return _filled(request, frame, reader, text, standing, context["receipt"])


def _lasting(standing: Standing | None) -> tuple[Any, ...] | None:
    """What of a standing shows in the frame: all but the reader's own receipt."""
    if standing is None:
        return None
    return (standing.edition_id, standing.number, standing.state, standing.document_number)


def _context(
    request: HttpRequest, reader: Reader, text: EditionText, standing: Standing, announced: Standing | None
) -> dict[str, Any]:
    """What the template shows, with gaps for what is one reader's. `receipt` is given, asked or none."""
    receipt = "none"
    if standing.receipt_at is not None:
        receipt = "given"
    elif standing.state == EditionState.ISSUED and reader.is_staff_member and reading.person_id_of(reader):
        receipt = "asked" if standing.asks_for_receipts else "offered"
    return {
        "text": text,
        "text_html": mark_safe(frames.gap("text")),
        "contents_html": mark_safe(frames.gap("contents")),
        "receipt_day": mark_safe(frames.gap("receipt_day")),
        "receipt": receipt,
        "standing": standing,
        "state": standing.state,
        "not_yet": standing.effective_on > reader.day,
        "announced": announced,
        "regulation_url": reverse("regulation_detail", args=[text.slug]),
    }


def _gaps(text: EditionText, standing: Standing, name: str, token: str) -> dict[str, bytes]:
    day = clock.today(standing.receipt_at).isoformat() if standing.receipt_at else ""
    return {
        "text": text.html_bytes,
        "contents": text.contents_bytes,
        "receipt_day": day.encode(),
        "name": frames.name_in(name, text.script),
        "token": token.encode(),
    }


def _filled(
    request: HttpRequest, frame: frames.Frame, reader: Reader, text: EditionText, standing: Standing, receipt: str
) -> HttpResponse:
    """The kept frame with this reader's gaps filled, or 304 where the browser has just that."""
    has_form = receipt in {"asked", "offered"}
    token = get_token(request) if has_form else ""
    name = str(reader.user) if reader.is_signed_in else ""
    secret = request.META.get("CSRF_COOKIE", "") if has_form else ""
    state = f"{text.digest}|{name}|{standing.receipt_at}|{secret}"
    etag = f'"{hashlib.blake2b(state.encode(), digest_size=15, key=frame.digest).hexdigest()}"'
    if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(frame.filled(_gaps(text, standing, name, token)))
    response.headers["ETag"] = etag
    return _as_private(response)


def _rendered_alone(
    request: HttpRequest, context: dict[str, Any], text: EditionText, standing: Standing, language: str
) -> HttpResponse:
    """The page with a message, an answer to a search for a clause, or whatever is meant for this reader only: never
    kept."""
    typed = request.GET.get("clause", "").strip()[:40]
    html = render_to_string(TEMPLATE, context | {"unknown_clause": typed}, request=request)
    page = frames.cut(frames.in_script(html, language))
    return _as_private(HttpResponse(page.filled(_gaps(text, standing, "", ""))))


def _as_private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-cache"
    response.in_script = True  # type: ignore[attr-defined]
    return response


@require_POST
def regulation_receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives the receipt for the edition whose hash the form carries, and goes back to it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    number = request.POST.get("edition", "")
    read = Edition.objects.filter(
        regulation__slug=slug,
        issued_at__isnull=False,
        number=int(number) if number.isdecimal() and len(number) < 6 else 0,
        tree_hash=request.POST.get("text", ""),
    ).first()
    if read is None or not reader.may_read(read.audience):
        return not_for(request)
    try:
        give_receipt(by=request.user, edition=read, language=get_language() or "")
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Your receipt is recorded. Thank you for reading."))
    current = reading.in_force(reading.standings(slug, None), reader.day)
    if current is not None and current.edition_id != read.pk:
        return HttpResponseRedirect(reverse("regulation_edition", args=[slug, read.number]))
    return HttpResponseRedirect(reverse("regulation_detail", args=[slug]))
