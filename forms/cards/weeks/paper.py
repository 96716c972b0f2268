"""The record of a week (appendix C) and the summary of a month on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from forms.cards.weeks import figures
from forms.cards.weeks.enums import MeasureKind
from forms.cards.weeks.models import Summary, Week
from home import paper
from portal.lib import clock
from portal.lib.pdf import render_pdf

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "record.css"


def week_pdf(record: Week) -> bytes:
    """Retrainings are between a person and the leader: they are not printed."""
    return _pdf(
        "print/card_week.html",
        record=record,
        found=record.figures or {},
        present=list(record.present.order_by("staff_number")),
        measures=list(record.measures.filter(kind=MeasureKind.REMEDY).select_related("owner", "area")),
    )


def month_pdf(record: Summary, *, outside: bool = False) -> bytes:
    found = figures.for_outside(record.figures or {}) if outside else record.figures or {}
    receipts = list(record.receipts.filter(sending=record.sending).select_related("by"))
    return _pdf("print/card_month.html", record=record, found=found, receipts=receipts)


def _pdf(template: str, *, found: dict[str, Any], **context: Any) -> bytes:
    """In Traditional Chinese, the working language."""
    with translation.override("zh-hant"):
        html = render_to_string(
            template,
            {
                **context,
                "figures": figures.with_words(found),
                "organisation_name": settings.ORGANISATION_NAME,
                "printed_on": clock.today(),
                "document_lang": "zh-Hant",
            },
        )
    return render_pdf(html, assets=paper.assets(record=PRINT_CSS))
