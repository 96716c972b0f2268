"""A corrective-action report on paper: the same words as its page, in Traditional Chinese."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation

from forms.cases.corrections.models import CorrectiveReport
from home import paper
from portal.lib.pdf import render_pdf

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "record.css"
KEPT = 3600  # seconds


def report_html(report: CorrectiveReport) -> str:
    """The complete page for the renderer. Names the office only where its case may be known (SRV-18)."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/corrective_report.html",
            {"report": report, "organisation_name": settings.ORGANISATION_NAME, "document_lang": "zh-Hant"},
        )


def report_pdf(report: CorrectiveReport) -> bytes:
    """Rendered once an hour for everybody who reads it; what its page says decides which it is."""
    page = report_html(report)
    key = f"corrective-report:{sha256(page.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = render_pdf(page, assets=paper.assets(record=PRINT_CSS))
        cache.set(key, kept, KEPT)
    return kept
