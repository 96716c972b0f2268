"""The short way to a regulation that is in memory: session, account with its posts, edition with its audience. Three
queries.

Right after the session middleware, for a signed-in member of the staff who opens a regulation whose text and frame
this process already has. Whatever is not quite that - no session, a message to show, a search for a clause, a cold
memory, a reader outside the audience - goes the long way, through every middleware and the view, which also fills the
memory. The answers are the same; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import FilteredRelation, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import constant_time_compare

from policies import frames, reading, serving
from policies.prepared import PreparedRows
from portal.lib import clock
from portal.lib.middleware import language_of
from portal.org.models import User
from portal.org.readers import Reader

_ADDRESS = re.compile(r"/regulations/([^/]+)/")
_MESSAGES_COOKIE = "messages"
_MESSAGES_KEY = "_messages"
SESSIONS_IN_DATABASE = "django.contrib.sessions.backends.db"


class ReadingLane:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.form_guard = CsrfViewMiddleware(get_response)
        self.open = settings.SESSION_ENGINE == SESSIONS_IN_DATABASE and not settings.CSRF_USE_SESSIONS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.open and request.method == "GET" and request.path_info.startswith("/regulations/"):
            self.form_guard.process_request(request)  # reads the cookie behind the form's token
            response = answer_from_memory(request)
            if response is not None:
                return self.form_guard.process_response(request, response)  # sets that cookie where it is new
        return self.get_response(request)


def answer_from_memory(request: HttpRequest) -> HttpResponseBase | None:
    """The page, or None for the long way."""
    address = _ADDRESS.fullmatch(request.path_info)
    if address is None or request.META.get("QUERY_STRING") or _MESSAGES_COOKIE in request.COOKIES:
        return None
    request.get_host()  # raises for a host that is not ours, as every other page does
    reader = reader_of_session(request)
    if reader is None:
        return None
    found = reading.standings(address[1], reader.appointments[0].person_id)
    choice = reading.chosen(found, reader)
    if choice is None:
        return None
    standing = choice.standing
    language = language_of(request)
    text = reading.kept_texts.get((standing.edition_id, reading.script_for(language)))
    frame = frames.kept_frames.get(serving.frame_key(request.path, language, choice, reader))
    if text is None or not text.is_of(standing) or frame is None:
        return None
    response = serving.filled(request, frame, reader, text, standing)
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return response


def reader_of_session(request: HttpRequest) -> Reader | None:
    """The reader behind a valid session, with today's appointments; None where Django should look more closely.

    Checks what `django.contrib.auth.get_user` checks: backend, account, activity, the hash that a changed password
    breaks.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    data = _session_data(key) if key else None
    if data is None or _MESSAGES_KEY in data or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    day = clock.today()
    rows = _accounts.rows(int(data[SESSION_KEY]), day)
    if not rows:
        return None
    user = User(**dict(zip(_ACCOUNT, rows[0], strict=False)))
    if not user.is_active or not constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    held = [_appointment(row[len(_ACCOUNT) :]) for row in rows if row[len(_ACCOUNT) + 1] is not None]
    if not held:
        return None
    reader = Reader(user, day)
    reader.__dict__["appointments"] = held  # the place of the cached property
    return reader


_sessions = PreparedRows(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data"),
    str,
    datetime,
)
_ACCOUNT = ("id", "username", "password", "first_name", "last_name", "is_active", "is_superuser")
_HELD = ("post_id", "post__code", "post__title", "post__role", "unit_id", "unit__name", "unit__path")


def _accounts_query(user_id: int, day: date) -> QuerySet[User, Any]:
    """The account, once for each appointment of the day (once with nothing where there is none)."""
    ends = Q(person__appointments__ends_on__isnull=True) | Q(person__appointments__ends_on__gte=day)
    today = Q(person__appointments__starts_on__lte=day) & ends
    return (
        User.objects.filter(pk=user_id)
        .annotate(held=FilteredRelation("person__appointments", condition=today))
        .order_by("held__pk")
        .values_list(*_ACCOUNT, "person__id", *[f"held__{name}" for name in _HELD])
    )


_accounts = PreparedRows(_accounts_query, int, date)


def _session_data(key: str) -> dict[str, Any] | None:
    rows = _sessions.rows(key, clock.now())
    data = _decoded(rows[0][0]) if rows else {}
    return data if str(data.get(SESSION_KEY, "")).isdecimal() else None


@lru_cache(maxsize=1024)
def _decoded(stored: str) -> dict[str, Any]:
    """The content of a session's row. The same signed text always says the same; nobody here changes the answer."""
    return SessionStore().decode(stored)


def _appointment(values: tuple[Any, ...]) -> Any:
    """As much of an appointment as readers, audiences and frames look at."""
    person_id, post_id, code, title, role, unit_id, name, path = values
    return SimpleNamespace(
        person_id=person_id,
        post_id=post_id,
        post=SimpleNamespace(pk=post_id, code=code, title=title, role=role),
        unit_id=unit_id,
        unit=SimpleNamespace(pk=unit_id, name=name, path=path),
    )
