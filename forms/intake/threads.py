"""By what an answer to one of our mails is known: its Message-ID names the receipt and carries the tracking code, and
mail programs send it back in In-Reply-To and References."""

from __future__ import annotations

import hashlib
import re
from email.utils import parseaddr

from django.conf import settings

from forms.intake.actions import tracking_code_of
from forms.intake.models import Submission
from portal.lib import codes
from portal.lib.encryption import index_key

_NUMBER = re.compile(r"(?<![0-9A-Z])[A-Z][A-Z0-9]{0,5}-[0-9]{8}-[0-9]{4,8}(?![0-9])")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}(?![0-9A-Z])")
MOST_CODES = 10  # of one mail


def message_id_of(submission: Submission, event: str) -> str:
    """The Message-ID of the mail about `event`: the same whenever it is written."""
    part = hashlib.sha256(event.encode()).hexdigest()[:8]
    return f"<{submission.receipt_number}.{tracking_code_of(submission.pk)}.{part}@{our_domain()}>"


def our_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def submission_named_in(text: str) -> Submission | None:
    """The submission whose receipt number and tracking code both stand in these headers; one alone proves nothing."""
    text = text.upper()[:20_000]
    numbers = set(_NUMBER.findall(text))
    for written in _CODE.findall(text)[:MOST_CODES]:
        code = codes.normalise_code(written)
        if code is None:
            continue
        found = Submission.objects.filter(tracking_digest=codes.digest(index_key(), code)).first()
        if found is not None and found.receipt_number in numbers:
            return found
    return None
