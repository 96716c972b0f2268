"""What training prints: the certificate, and the sheet that hangs at the door of a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from home import paper
from policies.training import sign_in
from policies.training.checking import check_code
from policies.training.models import Certificate, RoomSession
from policies.training.participation import required_people
from portal.lib.pdf import render_pdf
from portal.org.models import Appointment

CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css"
EMPTY_LINES = 6  # for who comes unasked


def _address(path: str, base: str) -> str:
    return f"{(base or settings.WAGTAILADMIN_BASE_URL).rstrip('/')}{path}"


def qr_code(link: str, title: str) -> SafeString:
    """A QR code as SVG, with a text for who cannot see it."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=4, border=2, title=title, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # drawn here, from our own address


def check_link(certificate: Certificate, base: str = "") -> str:
    """Where anybody checks the certificate; who has the link has the code."""
    path = reverse("certificate", args=[certificate.number])
    return _address(f"{path}?code={check_code(certificate)}", base)


def sign_in_link(session: RoomSession, base: str = "") -> str:
    return _address(reverse("training_sign_in", args=[sign_in.token_of(session.seed)]), base)


def _printed(template: str, css: str, context: dict[str, Any]) -> bytes:
    with translation.override("zh-hant"):
        html = render_to_string(
            template, context | {"organisation_name": settings.ORGANISATION_NAME, "document_lang": "zh-Hant"}
        )
    return render_pdf(html, assets=paper.assets(**{css: CSS / f"{css}.css"}))


def certificate_html_context(certificate: Certificate, base: str = "") -> dict[str, Any]:
    link = check_link(certificate, base)
    with translation.override("zh-hant"):
        drawn = qr_code(link, _("QR code to check the certificate"))
    return {
        "certificate": certificate,
        "person": certificate.person,
        "unit": _unit_of(certificate),
        "owner": certificate.course.owner_unit,
        "code": check_code(certificate),
        "check_address": _address(reverse("certificate_check"), base),
        "qr": drawn,
    }


def _unit_of(certificate: Certificate) -> str:
    """The unit in which the person worked on the day the course was done."""
    held = Appointment.objects.on(certificate.done_on).filter(person=certificate.person_id).select_related("unit")
    first = held.order_by("unit__path").first()
    return first.unit.name if first else ""


def certificate_pdf(certificate: Certificate, base: str = "") -> bytes:
    """A4 landscape, one page (person and course's owner loaded). Raises PdfProblem like render_pdf."""
    return _printed("print/certificate.html", "certificate", certificate_html_context(certificate, base))


def sheet_pdf(session: RoomSession, base: str = "") -> bytes:
    """The sign-in sheet: the QR code large enough for the wall, below it a line for each person to sign by hand."""
    named = {person.pk: person for person in required_people(session)}
    for attendance in session.attendances.select_related("person").order_by("person__staff_number"):
        named.setdefault(attendance.person_id, attendance.person)
    units: dict[int, str] = {}
    held = Appointment.objects.filter(person__in=named).select_related("unit").order_by("unit__path")
    for appointment in held:
        units.setdefault(appointment.person_id, appointment.unit.name)
    with translation.override("zh-hant"):
        drawn = qr_code(sign_in_link(session, base), _("QR code to sign in"))
    context = {
        "session": session,
        "people": [(person, units.get(person.pk, "")) for person in named.values()],
        "empty_lines": range(EMPTY_LINES),
        "token": sign_in.token_of(session.seed),
        "address": _address(reverse("training_sign_in_code"), base),
        "qr": drawn,
    }
    return _printed("print/sign_in_sheet.html", "sign_in_sheet", context)
