"""The check code of a certificate, and the public answer to number and code: no more than proves it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from policies.training.enums import CertificateState
from policies.training.models import Certificate
from portal.lib import codes
from portal.lib.encryption import index_key


def check_code(certificate: Certificate) -> str:
    """Four groups of five; computed, never stored."""
    key = codes.digest(index_key(), "certificates").encode("ascii")
    return codes.tracking_code(key, certificate.seed)


@dataclass(frozen=True)
class Checked:
    """What anybody may read who holds number and code: whose it is only in part."""

    number: str
    name: str
    course: str
    done_on: date
    valid_until: date | None
    state: CertificateState


def check(number: str, typed_code: str, day: date) -> Checked | None:
    """The certificate, or None: the same for an unknown number and a wrong code, so that nobody learns which exist."""
    code = codes.normalise_code(typed_code)
    certificate = Certificate.objects.filter(number=number[:30]).select_related("person").first()
    if code is None or certificate is None or not hmac.compare_digest(code, check_code(certificate)):
        return None
    return Checked(
        number=certificate.number,
        name=masked(certificate.person.name),
        course=certificate.course_title,
        done_on=certificate.done_on,
        valid_until=certificate.valid_until,
        state=certificate.state_on(day),
    )


def masked(name: str) -> str:
    """葉子軒 becomes 葉○軒, 葉軒 becomes 葉○: enough for who knows the person, not for a list of names."""
    if len(name) < 2:
        return "○"
    return name[0] + "○" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")
