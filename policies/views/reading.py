"""Reading an edition and confirming it. The page is fast: two queries beyond session and account, joined bytes, an
ETag."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies import frames, reading, serving
from policies.actions import give_receipt
from policies.models import Edition
from policies.reading import Choice, EditionText, Standing
from policies.views.doors import not_for
from portal.lib.refusals import Refused
from portal.org.readers import Reader
from portal.org.requests import ReaderRequest

TEMPLATE = "policies/regulation_detail.html"


@require_safe
def regulation_detail(request: ReaderRequest, slug: str) -> HttpResponse:
    """The edition in force (before its day: the one announced) for a reader of its audience."""
    reader = request.reader
    found = reading.standings(slug, reading.person_id_of(reader))
    choice = reading.chosen(found, reader)
    if choice is not None:
        return _page(request, choice)
    return not_for(request) if reading.in_force(found, reader.day) is not None else _last_of(request, slug)


@require_safe
def regulation_edition(request: ReaderRequest, slug: str, number: int) -> HttpResponse:
    """Any edition that was ever issued or tried out, marked with what became of it."""
    reader = request.reader
    found = reading.standings(slug, reading.person_id_of(reader), number=number)
    return _page(request, Choice(found[0])) if found else not_for(request)


def _last_of(request: ReaderRequest, slug: str) -> HttpResponse:
    """A regulation out of force leads to the edition last published for this reader."""
    readable = Edition.objects.published().filter(regulation__slug=slug).for_tokens(request.reader.tokens)
    last = readable.order_by("-number").first()
    if last is None:
        return not_for(request)
    return HttpResponseRedirect(reverse("regulation_edition", args=[slug, last.number]))


def _page(request: ReaderRequest, choice: Choice) -> HttpResponse:
    reader, standing = request.reader, choice.standing
    language = get_language() or "zh-hant"
    if not standing.is_for(reader):
        return not_for(request)
    text = reading.text_of(standing, reading.script_for(language))
    if "clause" in request.GET:
        anchor = text.anchor_of(request.GET["clause"])
        if anchor is not None:
            return HttpResponseRedirect(f"{quote(request.path)}#{quote(anchor)}")
    context = _context(request, reader, text, choice)
    if request.GET or len(messages.get_messages(request)):
        return _rendered_alone(request, context, text, standing, language)
    key = serving.frame_key(request.path, language, choice, reader)
    frame = frames.kept_frames.get(key)
    if frame is None:
        try:
            frame = frames.kept_frames.put(key, frames.render_shared(request, TEMPLATE, context, language))
        except frames.Personal:
            return _rendered_alone(request, context, text, standing, language)
    return serving.filled(request, frame, reader, text, standing)


def _context(request: ReaderRequest, reader: Reader, text: EditionText, choice: Choice) -> dict[str, Any]:
    """What the template shows, with gaps for what is one reader's. `receipt` is a state of
    `policies.serving.receipt_state`."""
    standing = choice.standing
    return {
        "text": text,
        "text_html": mark_safe(frames.gap("text")),
        "contents_html": mark_safe(frames.gap("contents")),
        "receipt_day": mark_safe(frames.gap("receipt_day")),
        "last_number": mark_safe(frames.gap("last_number")),
        "receipt": serving.receipt_state(reader, standing),
        "standing": standing,
        "state": standing.state,
        "not_yet": standing.effective_on > reader.day,
        "trial_is_over": standing.trial_is_over(reader.day),
        "announced": choice.announced,
        "trial": choice.trial,
        "regulation_url": reverse("regulation_detail", args=[text.slug]),
    }


def _rendered_alone(
    request: ReaderRequest, context: dict[str, Any], text: EditionText, standing: Standing, language: str
) -> HttpResponse:
    """The page with a message, an answer to a search for a clause, or whatever is meant for this reader only: never
    kept."""
    typed = request.GET.get("clause", "").strip()[:40]
    html = render_to_string(TEMPLATE, context | {"unknown_clause": typed}, request=request)
    page = frames.cut(frames.in_script(html, language))
    return serving.as_private(HttpResponse(page.filled(serving.gap_values(text, standing, "", ""))))


@require_POST
def regulation_receipt(request: ReaderRequest, slug: str) -> HttpResponse:
    """Gives the receipt for the edition whose hash the form carries, and goes back to it."""
    reader = request.reader
    number = request.POST.get("edition", "")
    read = (
        Edition.objects.published()
        .filter(
            regulation__slug=slug,
            number=int(number) if number.isdecimal() and len(number) < 6 else 0,
            tree_hash=request.POST.get("text", ""),
        )
        .first()
    )
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
