"""The letters of a campaign as one PDF: for each household its code and the same as QR code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from forms.surveys.actions import Letter
from forms.surveys.models import Campaign
from home import paper
from portal.lib.pdf import render_pdf
from portal.org.models import Unit

LETTERS_A_PART = 40  # one PDF: a few seconds of work for the server
LETTER_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "letters.css"


def survey_link(token: str, base: str = "") -> str:
    """The address that a letter shows; it leads on at once to one without the token."""
    return f"{(base or settings.WAGTAILADMIN_BASE_URL).rstrip('/')}{reverse('survey_token', args=[token])}"


def qr_code(link: str) -> SafeString:
    """A QR code as SVG, with a text for who cannot see it."""
    code = segno.make(link, error="m", micro=False)
    drawn = code.svg_inline(
        scale=4, border=4, title=_("QR code that opens the questionnaire"), svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # drawn here, from our own address


def letters_html(campaign: Campaign, office: Unit, letters: Sequence[Letter], base: str = "") -> str:
    """The complete page for the renderer, in Traditional Chinese."""
    with translation.override("zh-hant"):
        shown = []
        for letter in letters:
            link = survey_link(letter.token, base)
            shown.append({"household": letter.invitation.household, "token": letter.token, "qr": qr_code(link)})
        return render_to_string(
            "print/survey_letters.html",
            {
                "campaign": campaign,
                "office": office,
                "letters": shown,
                "address": f"{(base or settings.WAGTAILADMIN_BASE_URL).rstrip('/')}{reverse('survey_answer')}",
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": "zh-Hant",
            },
        )


def letters_pdf(campaign: Campaign, office: Unit, letters: Sequence[Letter], base: str = "") -> bytes:
    """One letter a page. Raises PdfProblem like render_pdf."""
    return render_pdf(letters_html(campaign, office, letters, base), assets=paper.assets(letters=LETTER_CSS))
