"""Appendix B in writing: the same table as cells for the screen and the workbook, and as a page of paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.analysis.models import WrittenAnalysis
from forms.cards.analysis.statistics import UnitRow, UnitTable
from forms.cards.analysis.trends import written as in_digits
from forms.cards.enums import Category
from home import paper
from portal.lib import clock
from portal.lib.pdf import render_pdf
from portal.lib.periods import Period
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Unit

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "card-statistics-paper.css"


def columns() -> list[str]:
    return [
        _("Unit"),
        _("People due"),
        _("People done"),
        _("Hours observed"),
        _("Safe items"),
        *(str(category.label) for category in Category),
        _("Unsafe in all"),
        _("Safe per hour"),
        _("Unsafe per hour"),
    ]


def name_of(row: UnitRow) -> str:
    return _("%(unit)s itself") % {"unit": row.unit.name} if row.only_itself else row.unit.name


def numbers(row: UnitRow) -> list[float | int | None]:
    """The cells after the unit; None where there is no number."""
    return [
        row.due,
        row.done,
        round(row.hours, 2),
        row.totals.safe,
        *row.unsafe_by_category,
        row.totals.unsafe,
        row.safe_per_hour,
        row.unsafe_per_hour,
    ]


def cells(row: UnitRow) -> list[str]:
    """The same as text. A row that is hidden shows how many people are due, which no card tells."""
    if row.hidden:
        return [str(row.due), *[_("fewer than 5")] * (len(columns()) - 2)]
    rates = {2, len(columns()) - 3, len(columns()) - 2}
    return [in_digits(value) if i in rates else str(value) for i, value in enumerate(numbers(row))]


def latest_analysis(unit: Unit, period: Period) -> WrittenAnalysis | None:
    with scopes_disabled():
        found = WrittenAnalysis.objects.filter(unit=unit, period_code=period.code).select_related("by")
        return found.order_by("-version").first()


def workbook(table: UnitTable, analysis: WrittenAnalysis | None) -> bytes:
    """One sheet: the rows, all together, the random cards apart, then the words. Numbers are numbers."""
    out = io.BytesIO()
    write_xlsx(_rows(table, analysis), out, columns(), sheet=_("Appendix B"))
    return out.getvalue()


def _rows(table: UnitTable, analysis: WrittenAnalysis | None) -> Iterator[list[Any]]:
    for row in table.rows:
        yield [name_of(row), *_values(row)]
    yield [_("All together"), *_values(table.total)]
    yield []
    yield [_("Random cards, apart, for learning"), *_values(table.random)]
    yield []
    yield [_("Unit"), table.unit.name]
    yield [_("Period"), table.period.code, table.period.start, table.period.end]
    yield [_("Planned observations only. Ratios are ratios of the sums.")]
    if analysis is not None:
        yield [_("Analysis"), analysis.analysis]
        yield [_("Suggestion"), analysis.suggestion]
        yield [_("Signed"), str(analysis.by), analysis.post, clock.today(analysis.at)]


def _values(row: UnitRow) -> list[Any]:
    if row.hidden:
        return cells(row)
    return ["" if value is None else value for value in numbers(row)]


def paper_html(table: UnitTable, analysis: WrittenAnalysis | None) -> str:
    """The complete page for the renderer, in Traditional Chinese."""
    with translation.override("zh-hant"):
        return render_to_string(
            "print/card_statistics.html",
            {
                "table": table,
                "columns": columns(),
                "categories": len(Category),
                "rows": [(name_of(row), cells(row)) for row in table.rows],
                "total": cells(table.total),
                "random": cells(table.random),
                "analysis": analysis,
                "organisation_name": settings.ORGANISATION_NAME,
                "printed_on": clock.today(),
                "document_lang": "zh-Hant",
            },
        )


def paper_pdf(table: UnitTable, analysis: WrittenAnalysis | None) -> bytes:
    return render_pdf(paper_html(table, analysis), assets=paper.assets(statistics=PRINT_CSS))
