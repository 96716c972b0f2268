"""Who was asked, who confirmed, who is open or overdue: for managers, as page and spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from policies.audience import Asking, asking_on
from policies.receipts.enums import EXPORT_LIMIT, ReceiptState
from policies.receipts.keeping import kept_overviews, overview_count, question_of, tops_of
from policies.receipts.permissions import Scope, managed_paths, scope_of
from policies.receipts.statistics import Counts, Entry, Overview
from portal.jobs.figures import Counted
from portal.lib import clock
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

PER_PAGE = 50
PART = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class UnitRow:
    code: str
    name: str
    path: str
    depth: int

    @property
    def indented(self) -> str:
        return "　" * (self.depth - 1) + self.name


@dataclass
class Wanted:
    """The page as asked for; what the reader may not see counts as not asked for."""

    scope: Scope
    asking: list[Asking]
    every_unit: bool  # of some edition at least the reader sees everybody's receipts
    units: dict[str, UnitRow]  # of every unit, by path
    unit: UnitRow | None
    regulation: str
    state: str

    @classmethod
    def of(cls, request: ReaderRequest) -> Wanted:
        scope = scope_of(request.reader)
        if not scope:
            raise Http404
        asking = asking_on(request.reader.day)
        every_unit = any(scope.paths_for(one) is None for one in asking)
        rows = Unit.objects.order_by("path").values_list("code", "name", "path", "depth")
        units = {row[2]: UnitRow(*row) for row in rows}
        code = request.GET.get("unit", "")[:40]
        unit = next((one for one in units.values() if one.code == code), None) if code else None
        state = request.GET.get("state", "")
        return cls(
            scope=scope,
            asking=asking,
            every_unit=every_unit,
            units=units,
            unit=unit if unit and (every_unit or unit.path.startswith(scope.paths)) else None,
            regulation=request.GET.get("regulation", "")[:255],
            state=state if state in ReceiptState.values else ReceiptState.OVERDUE,
        )

    def choices(self) -> list[UnitRow]:
        return [unit for unit in self.units.values() if self.every_unit or unit.path.startswith(self.scope.paths)]

    def tops(self) -> tuple[str, ...]:
        """The units whose parts are the rows of the sums by unit."""
        heads = (path for path, unit in self.units.items() if unit.depth == 1)
        return tops_of(self.scope, self.unit.path if self.unit else "", self.every_unit, heads)

    def overview(self, request: ReaderRequest) -> Counted[Overview]:
        path = self.unit.path if self.unit else ""
        if self.regulation not in {one.slug for one in self.asking}:
            self.regulation = ""
        count = overview_count(
            self.scope,
            request.reader.day,
            unit_path=path,
            regulation=self.regulation,
            asking=self.asking,
            tops=self.tops(),
        )
        return kept_overviews.get(question_of(self.scope, path, self.regulation), count)

    def address(self, name: str = "receipt_overview", **changes: str) -> str:
        query = {"unit": self.unit.code if self.unit else "", "regulation": self.regulation, "state": self.state}
        kept = {key: value for key, value in (query | changes).items() if value}
        return f"{reverse(name)}?{urlencode(kept)}"


@never_cache
@login_required
@require_GET
def receipt_overview(request: ReaderRequest) -> HttpResponse:
    """Sums by regulation and unit, and the people behind one of them."""
    wanted = Wanted.of(request)
    counted = wanted.overview(request)
    overview = counted.figures
    people = overview.people(wanted.state)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    total = overview.total
    context = {
        "wanted": wanted,
        "counted": counted,
        "unit_choices": wanted.choices(),
        "regulation_choices": overview.visible,
        "states": ReceiptState.choices,
        "total": total,
        "regulations": _regulation_rows(wanted, overview),
        "units": _unit_rows(wanted, overview),
        "page_obj": page,
        "entries": list(page.object_list),
        "tabs": _tabs(wanted, total),
        "export_url": wanted.address("receipt_export"),
        "day": request.reader.day,
        "witnesses": bool(managed_paths(request.reader)),
    }
    return render(request, "receipts/overview.html", context)


def _regulation_rows(wanted: Wanted, overview: Overview) -> list[dict[str, Any]]:
    return [
        {
            "label": str(standing.asking),
            "number": standing.asking.number,
            "url": reverse("regulation_detail", args=[standing.asking.slug]),
            "counts": standing.counts,
            "links": {state: wanted.address(regulation=standing.asking.slug, state=state) for state in ReceiptState},
        }
        for standing in overview.standings
        if standing.asked
    ]


def _unit_rows(wanted: Wanted, overview: Overview) -> list[dict[str, Any]]:
    rows: list[tuple[str, Counts]] = list(overview.below(wanted.tops()).items())
    if len(rows) < 2:
        return []
    return [
        {
            "label": wanted.units[path].name,
            "counts": counts,
            "links": {state: wanted.address(unit=wanted.units[path].code, state=state) for state in ReceiptState},
        }
        for path, counts in rows
    ]


def _tabs(wanted: Wanted, total: Counts) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": wanted.address(state=state),
            "current": state == wanted.state,
            "count": getattr(total, state),
        }
        for state, label in ReceiptState.choices
    ]


@never_cache
@login_required
@require_GET
def receipt_export(request: ReaderRequest) -> HttpResponse:
    """The people of the list as a spreadsheet."""
    wanted = Wanted.of(request)
    people = wanted.overview(request).figures.people(wanted.state)
    if len(people) > EXPORT_LIMIT:
        sentence = _("These are %(many)s rows: choose a unit or a regulation; a file holds up to %(most)s.")
        messages.error(request, sentence % {"many": len(people), "most": EXPORT_LIMIT})
        return redirect(wanted.address())
    entries = (entry for first in range(0, len(people), PART) for entry in people[first : first + PART])
    file = io.BytesIO()
    write_xlsx(_cells(entries), file, _titles(wanted.state), sheet=_("Receipts"))
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = f"receipts-{wanted.state}-{request.reader.day.isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _titles(state: str) -> list[str]:
    titles = [pgettext("person", "Name"), _("Staff number"), _("Post"), _("Unit"), _("Regulation"), _("Edition")]
    if state == ReceiptState.CONFIRMED:
        return [*titles, _("Confirmed on"), _("How")]
    return [*titles, _("Deadline"), _("Days late"), _("Leave")]


def _cells(entries: Iterator[Entry]) -> Iterator[list[Any]]:
    for entry in entries:
        person = entry.person
        first: list[Any] = [
            person.name if person else "",
            person.staff_number if person else "",
            entry.post,
            entry.unit,
        ]
        first += [str(entry.asking), entry.asking.number]
        if entry.receipt is not None:
            yield [*first, clock.today(entry.receipt.at), entry.receipt.get_mode_display()]
        else:
            yield [*first, entry.deadline, entry.days_late, _("on leave today") if entry.on_leave else ""]
