"""The files that a printed document may use, under the addresses templates/base_print.html names them by."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css"


def assets(**more: Path) -> dict[str, Path]:
    """What `portal.lib.pdf.render_pdf(assets=...)` needs for a template on base_print.html.

    `more` adds style sheets of the document: `assets(bulletin=path)` is reached as /static/portal/css/bulletin.css.
    """
    files = {"paper": _CSS / "paper.css"} | more
    return {f"/static/portal/css/{name}.css": path for name, path in files.items()}
