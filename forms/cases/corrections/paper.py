"""A corrective-action report on paper: the same words as its page, in Traditional Chinese."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from forms.cases.corrections.models import CorrectiveReport
from home import paper
from portal.lib.pdf import render_pdf

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "record.css"


def report_html(report: CorrectiveReport) -> str:
    """The complete page for the renderer. Names the office only where its case may be known (SRV-18)."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/corrective_report.html",
            {"report": report, "organisation_name": settings.ORGANISATION_NAME, "document_lang": "zh-Hant"},
        )


def report_pdf(report: CorrectiveReport) -> bytes:
    return render_pdf(report_html(report), assets=paper.assets(record=PRINT_CSS))
