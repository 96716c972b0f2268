"""The frame around an edition's text: rendered once for all readers who see the same, filled with what is one reader's.

Readers with the same roles, posts and units in the same language see the same masthead, navigation and footer. That
frame is kept with gaps; a request fills the gaps (name, text, receipt's day, form token) by joining bytes. So that
nothing personal can be kept by mistake, the frame is rendered for a `SharedReader`, which refuses to tell who it is.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape

from policies.keeping import Kept
from portal.lib.chinese import convert_html, to_script
from portal.lib.middleware import SCRIPT_OF_LANGUAGE
from portal.org.readers import Reader

# Marks of private-use characters: no text, name or title contains them.
_OPEN, _CLOSE = "\uf8f0", "\uf8f1"
_GAP = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}".encode())
KEPT_FRAMES = 512


def gap(name: str) -> str:
    """A place in a frame that each request fills."""
    return f"{_OPEN}{name}{_CLOSE}"


class Personal(AttributeError):
    """A frame asked something that only one reader could answer; the page is then rendered for that reader alone."""


class _SharedUser:
    """Stands for the account of every reader who shares the frame."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __str__(self) -> str:
        return gap("name")

    def __getattr__(self, name: str) -> Any:
        raise Personal(name)


class SharedReader:
    """A reader without a face: roles, posts, units and household, but no account, person, person's tokens."""

    _hidden = frozenset({"person", "tokens", "may_read", "user"})

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def user(self) -> Any:
        return _SharedUser() if self._reader.is_signed_in else None

    def __getattr__(self, name: str) -> Any:
        if name in SharedReader._hidden:
            raise Personal(name)
        return getattr(self._reader, name)


def sharers_key(reader: Reader) -> Hashable:
    """Readers with equal keys see the same frame."""
    if not reader.is_signed_in:
        return None
    posts = tuple(sorted((a.post_id, a.post.title, a.unit_id, a.unit.name) for a in reader.appointments))
    household = None
    if not posts and reader.contact is not None:
        household = str(reader.contact.household)
    return (tuple(sorted(reader.roles)), posts, household)


@dataclass(frozen=True)
class Frame:
    """Bytes with gaps: `pieces` alternates text and the names of gaps."""

    pieces: tuple[bytes | str, ...]
    digest: bytes

    def filled(self, values: dict[str, bytes]) -> bytes:
        return b"".join([piece if isinstance(piece, bytes) else values[piece] for piece in self.pieces])


def cut(html: str) -> Frame:
    """The frame of a page rendered with gaps."""
    content = html.encode("utf-8")
    pieces: list[bytes | str] = []
    done = 0
    for found in _GAP.finditer(content):
        pieces += [content[done : found.start()], found[1].decode()]
        done = found.end()
    pieces.append(content[done:])
    return Frame(tuple(pieces), hashlib.blake2b(content, digest_size=12).digest())


kept_frames: Kept[Frame] = Kept(KEPT_FRAMES)


def render_shared(request: HttpRequest, template: str, context: dict[str, Any], language: str) -> Frame:
    """Renders a template for all who share the reader's frame, in the script of the language.

    The bell in the header shows no number there: it would be one reader's.
    Raises Personal when the template, the navigation or a door of the footer asks for more than they share.
    """
    shared = copy.copy(request)
    shared.reader = SharedReader(request.reader)  # type: ignore[attr-defined]
    hidden: dict[str, Any] = {"csrf_token": gap("token"), "user": _SharedUser(), "perms": None, "messages": ()}
    hidden |= {"unread_notifications": 0}
    html = render_to_string(template, context | hidden, request=shared)
    return cut(in_script(html, language))


def in_script(html: str, language: str) -> str:
    """The page in the reader's script; English readers see it as written."""
    script = SCRIPT_OF_LANGUAGE.get(language)
    return convert_html(html, script) if script else html


@lru_cache(maxsize=4096)
def name_in(name: str, script: str) -> bytes:
    """A person's name as the frame shows it."""
    return escape(to_script(name, script)).encode("utf-8")
