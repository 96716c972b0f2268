"""How a verb says no: one sentence that tells the person what to do."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A verb's refusal. `message` is a translated sentence; `field` names the input it belongs to, if one.

    `status` is the HTTP status a view answers with when it cannot show the form again (400, 409 for a conflict).
    """

    status = 400

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else was first, or the same submission id came with other content."""

    status = 409


class TooMany(Refused):
    """A limit was reached; the sentence says how long to wait."""

    status = 429


class NotYours(Refused):
    """The acting person may not do this. A view answers 404 where the thing itself is not theirs to see."""

    status = 403
