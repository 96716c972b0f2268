"""The people a reading on paper is for, and the sheet they sign, as PDF."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
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
from policies.audience import Asking, Staff, confirmed_by
from portal.lib.pdf import render_pdf
from portal.org.models import Person, Post, Unit

SHEET_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "signing-sheet.css"


def without_account(asking: Asking, unit: Unit, day: date, *, also: Collection[int] = ()) -> list[Person]:
    """The people of the unit and below who are asked, have not confirmed (or are named by `also`) and have no account
    to do so, each with `post_title`. Four queries."""
    asked = Staff(day, [unit.path]).asked(asking.rules)
    people = list(Person.objects.filter(pk__in=asked.keys(), user=None).order_by("staff_number"))
    confirmed = confirmed_by([asking], people=[person.pk for person in people])[asking.edition_id]
    posts = dict(Post.objects.values_list("pk", "title"))
    waiting = [person for person in people if person.pk not in confirmed or person.pk in also]
    for person in waiting:
        person.post_title = posts[asked[person.pk].post_id]  # type: ignore[attr-defined]
    return waiting


def qr_code(link: str) -> SafeString:
    """A QR code as SVG, with a text for who cannot see it."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=4, border=4, title=_("QR code that opens the edition"), svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # drawn here, from our own address


def print_assets() -> dict[str, Path]:
    """The files the sheet may use; the renderer reads nothing else."""
    return paper.assets(**{"signing-sheet": SHEET_CSS})


def sheet_html(asking: Asking, unit: Unit, people: list[Person], day: date, base: str) -> str:
    """The complete page for the renderer, in Traditional Chinese."""
    link = base.rstrip("/") + reverse("regulation_edition", args=[asking.slug, asking.number])
    context: dict[str, Any] = {
        "asking": asking,
        "unit": unit,
        "people": people,
        "spare": range(3),
        "day": day,
        "link": link,
        "organisation_name": settings.ORGANISATION_NAME,
        "document_lang": "zh-Hant",
    }
    with translation.override("zh-hant"):
        return render_to_string("print/signing_sheet.html", context | {"qr": qr_code(link)})


def sheet_pdf(asking: Asking, unit: Unit, people: list[Person], day: date, base: str = "") -> bytes:
    """The sheet to sign. Raises PdfProblem like render_pdf."""
    html = sheet_html(asking, unit, people, day, base or settings.WAGTAILADMIN_BASE_URL)
    return render_pdf(html, assets=print_assets())
