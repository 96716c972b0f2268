"""Blank cards on A4: two or four a page, each with the code that opens the entrance for its unit and area."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from forms.cards.enums import Category, Step
from forms.cards.models import Area
from home import paper
from portal.lib.chinese import convert_html
from portal.lib.pdf import render_pdf
from portal.org.models import Unit

CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "card_sheets.css"
LANGUAGES = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans", "en": "en"}


def observe_link(unit: Unit, area: Area, base: str) -> str:
    """Where the code leads: the entrance, with unit and area filled in."""
    return f"{base.rstrip('/')}{reverse('card_observe')}?{urlencode({'unit': unit.code, 'area': area.pk})}"


def qr_code(link: str, title: str) -> SafeString:
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=4, border=1, title=title, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # drawn here, from our own address


def sheet_html(*, unit: Unit, areas: Sequence[Area], per_page: int, sheets: int, base: str, language: str) -> str:
    """The complete HTML page, in the reader's language and script."""
    language = language if language in LANGUAGES else "zh-hant"
    with translation.override(language):
        cards = [
            {"area": area, "qr": qr_code(observe_link(unit, area, base), f"{unit.name} {area.name}")} for area in areas
        ]
        pages = [[card] * per_page for card in cards for _sheet in range(sheets)]
        html = render_to_string(
            "print/card_sheets.html",
            {
                "unit": unit,
                "pages": pages,
                "per_page": per_page,
                "categories": list(Category),
                "steps": list(Step),
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": LANGUAGES[language],
            },
        )
    return convert_html(html, "hans") if language == "zh-hans" else html


def sheet_pdf(**choices: object) -> bytes:
    return render_pdf(sheet_html(**choices), assets=paper.assets(card_sheets=CSS))  # type: ignore[arg-type]
