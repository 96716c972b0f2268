"""The record of a deviation in writing, one page: what clause 6.5 asks to be kept."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from home import paper
from policies.deviations import history, wordings
from policies.deviations.actions import FACTS
from policies.deviations.models import Deviation
from portal.files.actions import files_of
from portal.lib import clock
from portal.lib.pdf import render_pdf

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "record.css"


def record_html(deviation: Deviation) -> str:
    """The complete page for the renderer, in Traditional Chinese."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/deviation.html",
            {
                "deviation": deviation,
                "edition": deviation.wording.edition,
                "lines": wordings.lines_of(deviation.wording),
                "standing": deviation.standing(clock.today()),
                "timeline": history.timeline(deviation),
                "files": list(files_of(deviation, FACTS)),
                "organisation_name": settings.ORGANISATION_NAME,
                "printed_on": clock.today(),
                "document_lang": "zh-Hant",
            },
        )


def record_pdf(deviation: Deviation) -> bytes:
    return render_pdf(record_html(deviation), assets=paper.assets(record=PRINT_CSS))
