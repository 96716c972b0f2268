"""The code on the sheet of a session: computed when the sheet is made, found by its digest, good while it lasts."""

from __future__ import annotations

from uuid import UUID

from policies.training.models import RoomSession
from portal.lib import codes
from portal.lib.encryption import index_key


def token_of(seed: UUID) -> str:
    """The token of a session; only who holds the portal's key can compute it."""
    key = codes.digest(index_key(), "training sessions").encode("ascii")
    return codes.tracking_code(key, seed)


def digest_of(token: str) -> str:
    return codes.digest(index_key(), f"training session:{token}")


def find_session(typed: str) -> RoomSession | None:
    """The session of a code, typed or scanned; misread letters are forgiven."""
    token = codes.normalise_code(typed)
    if token is None:
        return None
    found = RoomSession.objects.filter(token_digest=digest_of(token))
    return found.select_related("course", "unit", "trainer").first()
