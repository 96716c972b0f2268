"""How the page of an edition is put together for one reader: which frame, which gaps, which tag."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from secrets import token_bytes
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import CSRF_ALLOWED_CHARS, rotate_token

from policies import frames
from policies.enums import EditionState
from policies.reading import Choice, EditionText, Standing, person_id_of
from portal.lib import clock
from portal.org.readers import Reader

GIVEN, ASKED, OFFERED, NONE = "given", "asked", "offered", "none"
# An earlier edition was confirmed: its receipt still counts, or what changed since asks for a new one.
INHERITED, AGAIN = "inherited", "again"
WITH_FORM = frozenset({ASKED, AGAIN, OFFERED})


def receipt_state(reader: Reader, standing: Standing) -> str:
    """Whether this reader gave the receipt (or one for an edition that this one only words better), is asked for it,
    may give it, or has nothing to do with it."""
    if standing.receipt_at is not None:
        return GIVEN if standing.last_number == standing.number else INHERITED
    if standing.state != EditionState.ISSUED or not reader.is_staff_member or not person_id_of(reader):
        return NONE
    if not standing.asks_for_receipts:
        return OFFERED
    return ASKED if standing.last_number is None else AGAIN


def _lasting(standing: Standing | None) -> tuple[Any, ...] | None:
    """What of an edition shows in the frame: all but the reader's own receipt."""
    if standing is None:
        return None
    return (
        standing.edition_id,
        standing.tree_hash,
        standing.state,
        standing.document_number,
        standing.issued_at,
        standing.review_due_on,
    )


def frame_key(path: str, language: str, choice: Choice, reader: Reader) -> Hashable:
    """Equal keys, equal frames: everything that shows on the page and is not in a gap."""
    standing = choice.standing
    return (
        path,
        language,
        _lasting(standing),
        _lasting(choice.announced),
        _lasting(choice.trial),
        standing.effective_on > reader.day,
        standing.trial_is_over(reader.day),
        receipt_state(reader, standing),
        frames.sharers_key(reader),
    )


def gap_values(text: EditionText, standing: Standing, name: str, token: str) -> dict[str, bytes]:
    """What fills the gaps of regulation_detail.html."""
    day = clock.today(standing.receipt_at).isoformat() if standing.receipt_at else ""
    return {
        "text": text.html_bytes,
        "contents": text.contents_bytes,
        "receipt_day": day.encode(),
        "last_number": str(standing.last_number or "").encode(),
        "name": frames.name_in(name, text.script),
        "token": token.encode(),
    }


def filled(
    request: HttpRequest, frame: frames.Frame, reader: Reader, text: EditionText, standing: Standing
) -> HttpResponse:
    """The kept frame with this reader's gaps filled, or 304 where the browser has just that.

    The form's token is masked anew each time, so the tag is made of the secret behind it.
    """
    has_form = receipt_state(reader, standing) in WITH_FORM
    secret = form_secret(request) if has_form else ""
    name = str(reader.user) if reader.is_signed_in else ""
    state = f"{text.digest}|{name}|{standing.receipt_at}|{standing.last_number}|{secret}"
    etag = f'"{hashlib.blake2b(state.encode(), digest_size=15, key=frame.digest).hexdigest()}"'
    if request.META.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(frame.filled(gap_values(text, standing, name, masked(secret))))
    response.headers["ETag"] = etag
    return as_private(response)


def form_secret(request: HttpRequest) -> str:
    """What stands behind the form's token: the browser's cookie, or a new one that the answer brings it."""
    if not request.META.get("CSRF_COOKIE"):
        rotate_token(request)
    return request.META["CSRF_COOKIE"]


_CHARACTERS = CSRF_ALLOWED_CHARS
_PLACES = {character: place for place, character in enumerate(_CHARACTERS)}


def masked(secret: str) -> str:
    """A token of this secret, another at every call, as `django.middleware.csrf.get_token` makes it and Django accepts
    it, from one draw of random bytes instead of 32."""
    mask = [byte % len(_CHARACTERS) for byte in token_bytes(len(secret))]
    cipher = [_CHARACTERS[(_PLACES[sign] + place) % len(_CHARACTERS)] for sign, place in zip(secret, mask, strict=True)]
    return "".join([_CHARACTERS[place] for place in mask] + cipher)


def as_private(response: HttpResponse) -> HttpResponse:
    """One reader's page: a browser keeps it and asks each time; it is in the reader's script already."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.in_script = True  # type: ignore[attr-defined]
    return response
