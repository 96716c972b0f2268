"""Blank cards on paper: six categories, the steps, a code that opens the entrance for unit and area."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import segno
from django.test import Client
from django.utils import translation
from django_scopes import scopes_disabled

from forms.cards.enums import Category, Step
from forms.cards.models import Area, ObservationPage
from forms.cards.sheets import paper
from portal.lib.pdf import check_pdf
from tests.people import Company

BASE = "https://portal.example/"


def html(company: Company, **changes: object) -> tuple[str, Area]:
    with scopes_disabled():
        area = Area.objects.get(unit=company.units["CREW1"])
    choices = {"unit": company.units["CREW1"], "areas": [area], "per_page": 2, "sheets": 1, "base": BASE}
    return paper.sheet_html(**{**choices, "language": "zh-hant", **changes}), area  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "place"), [("zh-hant", "鑽台"), ("zh-hans", "钻台")])
@pytest.mark.parametrize("per_page", [2, 4])
def test_a_sheet_holds_everything_in_the_readers_script(
    company: Company, entrance: ObservationPage, language: str, place: str, per_page: int
) -> None:
    text, _area = html(company, language=language, per_page=per_page, sheets=2)
    with translation.override(language):
        for word in (*(c.label for c in Category), *(step.label for step in Step)):
            assert text.count(str(word)) == 2 * per_page
    assert place in text


def test_the_code_leads_to_the_entrance(company: Company, entrance: ObservationPage) -> None:
    """The drawing on the sheet is the one that segno makes of exactly this address."""
    text, area = html(company)
    link = f"https://portal.example/observe/?unit=CREW1&area={area.pk}"
    drawn = segno.make(link, error="m", micro=False).svg_inline(scale=4, border=1, svgclass=None, lineclass=None)
    path = re.search(r' d="([^"]+)"', drawn)
    assert path is not None
    assert path[1] in text


def test_the_pdf(company: Company, entrance: ObservationPage, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("crew_leader")
    answer = client.get("/desk/cards/sheets/print/", {"unit": "CREW1", "per_page": "4", "sheets": "2"})
    assert answer.status_code == 200
    facts = check_pdf(answer.content)
    assert (facts.pages, facts.tagged, facts.fonts_embedded) == (2, True, True)
