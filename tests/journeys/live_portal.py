"""The portal as a test sees it: an address, a worker to call, people to sign in as."""

from __future__ import annotations

import traceback
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.test.testcases import LiveServerThread

from portal.org.models import User


class LivePortal:
    """`url` is the base address without a final slash; `problems` the tracebacks of requests that failed."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._server = LiveServerThread("127.0.0.1", StaticFilesHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def start(self) -> None:
        got_request_exception.connect(self._remember)
        self._server.daemon = True
        self._server.start()
        self._server.is_ready.wait()
        if self._server.error:
            raise self._server.error

    def stop(self) -> None:
        self._server.terminate()
        got_request_exception.disconnect(self._remember)

    def _remember(self, sender: Any, request: Any = None, **kwargs: Any) -> None:
        self.problems.append(f"{getattr(request, 'path', '')}\n{traceback.format_exc()}")

    def run_worker(self) -> None:
        """Does what waits - jobs, outbox, schedule - and returns; the same code as the worker's process."""
        call_command("run_worker", "--once")

    def session_cookie(self, username: str) -> Any:
        """The cookie of a fresh session of this person."""
        user = User.objects.get(username=username)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": self.url}
