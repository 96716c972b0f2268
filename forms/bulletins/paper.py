"""A bulletin as the HTML of its paper: the figures, charts and words of the page, in the script as written."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from forms.bulletins.models import BulletinPage
from home import paper

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "bulletin.css"


def print_assets() -> dict[str, Path]:
    """The files the paper may use; the renderer reads nothing else."""
    return paper.assets(bulletin=PRINT_CSS)


def bulletin_html(page: BulletinPage) -> str:
    """The complete HTML page, in Traditional Chinese. The same words and figures give the same text."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/bulletin.html",
            {
                "page": page,
                "charts": page.charts(),
                "groups": page.frozen.groups(),
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": "zh-Hant",
            },
        )
