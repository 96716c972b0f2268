"""Tokens of invitations: computed when a letter is made, found by their digest, forgiving of how they are typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django_scopes import scopes_disabled

from forms.intake import limits
from forms.intake.limits import Limit
from forms.surveys.models import Invitation
from portal.lib import clock, codes
from portal.lib.encryption import index_key

# A household types a code wrong now and then; whoever guesses 2^95 tokens does nothing else.
TOKEN_TRIES = Limit("survey-token", 40, timedelta(minutes=10))


def token_of(seed: UUID) -> str:
    """The token of an invitation, four groups of five; only who holds the portal's key can compute it."""
    key = codes.digest(index_key(), "survey tokens").encode("ascii")
    return codes.tracking_code(key, seed)


def digest_of(token: str) -> str:
    return codes.digest(index_key(), f"survey:{token}")


def find_invitation(typed: str, *, address: str, now: datetime | None = None) -> Invitation | None:
    """The invitation of a typed token; full-width characters, spaces and misread letters are forgiven.

    Counts the try; raises TooMany at the limit. Whether it may still be used is not asked here.
    """
    limits.enforce(TOKEN_TRIES, address, now=now or clock.now())
    token = codes.normalise_code(typed)
    return invitation_of_digest(digest_of(token if token else f"mistyped:{typed}"))


def invitation_of_digest(digest: str) -> Invitation | None:
    """The invitation that a browser proved to hold. A replaced letter's digest is nobody's."""
    with scopes_disabled():
        found = Invitation.objects.select_related("campaign__page", "household__estate", "office")
        return found.filter(token_digest=digest).first()
