"""How units stand: one unit's duties, the units below it side by side, one cell with its history, what ends soon."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policies.actions import count_anew
from policies.binding import UnitTree
from policies.compliance import exporting, permissions
from policies.compliance.forms import chosen_period, period_choices
from policies.compliance.overview import MOST_AT_ONCE, Cell, Overview, grouped, summary
from policies.models import Obligation, RegulationPage
from policies.obligations import ObligationState
from portal.lib import clock
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Asked:
    """What the address asks for: unit, regulation and period, each checked against what the reader sees."""

    def __init__(self, request: ReaderRequest, *, unit: str | None = None, kind: str = "month") -> None:
        reader = request.reader
        if not permissions.reader_can_see_compliance(reader):
            raise Http404
        now, given = clock.now(), request.POST if request.method == "POST" else request.GET
        self.overview = Overview(reader, permissions.sight_of(reader), UnitTree(clock.today(now)), now)
        self.unit = self._unit(given.get("unit", "") if unit is None else unit)
        self.period, self.period_problem = chosen_period(given.get("period", ""), self.overview.today, kind)
        self.obligations = self.overview.of_unit(self.unit)
        self.regulations = _regulations(self.obligations)
        self.regulation = self._regulation(given.get("regulation", ""))
        if self.regulation is not None:
            self.obligations = [one for one in self.obligations if one.regulation == self.regulation]

    def _unit(self, code: str) -> Unit:
        overview = self.overview
        unit = (
            overview.tree.by_code(code)
            if code
            else permissions.home_unit(overview.reader, overview.sight, overview.tree)
        )
        if unit is None or not overview.sight.sees_unit(unit):
            raise Http404
        return unit

    def _regulation(self, text: str) -> RegulationPage | None:
        return next((page for page in self.regulations if str(page.pk) == text), None)

    @property
    def query(self) -> dict[str, str]:
        """The choice as parameters of an address."""
        found = {"unit": self.unit.code, "period": self.period.code}
        return found | ({"regulation": str(self.regulation.pk)} if self.regulation else {})

    def context(self) -> dict[str, Any]:
        overview = self.overview
        units = [unit for unit in overview.tree.units if overview.sight.sees_unit(unit)]
        return {
            "unit": self.unit,
            "period": self.period,
            "period_problem": self.period_problem,
            "regulation": self.regulation,
            "regulations": self.regulations,
            "units": [(unit, "　" * (unit.depth - 1)) for unit in units],
            "period_choices": period_choices(overview.today),
            "query": urlencode(self.query),
            "above": [unit for unit in overview.tree.above(self.unit) if overview.sight.sees_unit(unit)],
            "has_children": bool(overview.children(self.unit)),
            "previous": self.period.previous(),
            "next": self.period.next() if self.period.next().start <= overview.today else None,
        }


def _regulations(obligations: list[Obligation]) -> list[RegulationPage]:
    return list({one.regulation_id: one.regulation for one in obligations if one.regulation}.values())


@login_required
@require_safe
def compliance(request: ReaderRequest) -> HttpResponse:
    """The duties of one unit in one period, each with its state, its numbers and the way to their rows."""
    asked = _Asked(request)
    overview, unit = asked.overview, asked.unit
    found = overview.cells([unit], asked.obligations, asked.period)
    cells = [found[unit.pk, one.pk] for one in asked.obligations]
    counted = [cell.state.measured_at for cell in cells if cell.state and cell.state.measured_at]
    state = request.GET.get("state", "")
    state = state if any(cell.word == state for cell in cells) else ""
    context = asked.context() | {
        "groups": list(grouped(cell for cell in cells if not state or cell.word == state)),
        "chosen_state": state,
        "summary": summary(cells),
        "places": overview.places,
        "trend": overview.trend(unit, asked.obligations, asked.period),
        "counted_at": min(counted, default=None),
    }
    return render(request, "compliance/unit.html", context)


@login_required
@require_safe
def compliance_matrix(request: ReaderRequest) -> HttpResponse:
    """The units right below one, side by side: every duty that concerns any of them, a cell for each."""
    asked = _Asked(request)
    overview = asked.overview
    children = overview.children(asked.unit)
    duties = [one for one in asked.obligations if any(overview.of_unit(child, [one]) for child in children)]
    found = overview.cells(children, duties, asked.period)
    rows = [(duty, [found[child.pk, duty.pk] for child in children]) for duty in duties]
    context = asked.context() | {
        "children": [
            (child, f"{urlencode(asked.query | {'unit': child.code})}", bool(overview.children(child)))
            for child in children
        ],
        "rows": rows,
        "places": overview.places,
        "summary": summary(cell for _duty, cells in rows for cell in cells),
    }
    return render(request, "compliance/matrix.html", context)


@login_required
@require_safe
def compliance_cell(request: ReaderRequest, unit: str, code: str) -> HttpResponse:
    """One duty of one unit: what it asks, how the period stands and came out, its rows, its last six periods."""
    duty = Obligation.objects.select_related("regulation").filter(code=code).first()
    if duty is None:
        raise Http404
    asked = _Asked(request, unit=unit, kind=duty.closing_kind)
    overview = asked.overview
    if not overview.of_unit(asked.unit, [duty]):
        raise Http404
    units = [asked.unit, *(child for child in overview.children(asked.unit) if overview.of_unit(child, [duty]))]
    found = overview.cells(units, [duty], asked.period)
    cell = found[asked.unit.pk, duty.pk]
    history, chart = overview.own_trend(asked.unit, duty, asked.period)
    context = asked.context() | {
        "cell": cell,
        "duty": duty,
        "place": overview.places.get(duty.clause_id or 0),
        "parts": _part_cells(overview, cell) if cell.state else [],
        "history": history[::-1],
        "history_is_known": any(one.measured or one.hidden for one in history),
        "chart": chart,
        "children": [found[child.pk, duty.pk] for child in units[1:]],
    }
    return render(request, "compliance/cell.html", context)


def _part_cells(overview: Overview, cell: Cell) -> list[Cell]:
    """The single periods that a cell adds up, the newest first; none where there is one alone."""
    parts = cell.state.parts if cell.state else ()
    if len(parts) < 2:
        return []
    found = []
    for part in parts[::-1]:
        measured = part.measured
        state = ObligationState(cell.obligation, measured, (part,), counted=measured is not None)
        opens = overview.opens(measured)
        found.append(Cell(cell.unit, cell.obligation, part.period, state, cell.bound, cell.hidden, opens))
    return found


@login_required
@require_safe
def compliance_soon(request: ReaderRequest) -> HttpResponse:
    """What will be missed within seven days unless somebody acts, in the units that the reader sees."""
    if not permissions.reader_can_see_compliance(request.reader):
        raise Http404
    now = clock.now()
    overview = Overview(request.reader, permissions.sight_of(request.reader), UnitTree(clock.today(now)), now)
    return render(request, "compliance/soon.html", {"found": overview.soon(), "today": overview.today})


@login_required
@require_safe
def compliance_export(request: ReaderRequest) -> HttpResponse:
    """The unit and the ones right below it as XLSX, the numbers as on the page."""
    asked = _Asked(request)
    overview = asked.overview
    units = [asked.unit, *overview.children(asked.unit)]
    found = overview.cells(units, asked.obligations, asked.period)
    cells = [found[unit.pk, one.pk] for unit in units for one in asked.obligations]
    response = HttpResponse(exporting.workbook(cell for cell in cells if cell.state), content_type=XLSX)
    name = f"compliance-{asked.unit.code}-{asked.period.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


@login_required
@require_POST
def compliance_count(request: ReaderRequest) -> HttpResponse:
    """Counts the unit's duties anew at once, for somebody who just did what was missing."""
    asked = _Asked(request)
    overview = asked.overview
    results = overview.results([asked.unit], asked.period)
    questions = [
        (one, asked.unit, part.period)
        for one in asked.obligations
        for part in results.parts(one, asked.unit, asked.period)[-1:]
    ]
    count_anew(questions=questions, tree=overview.tree, now=overview.now, most=MOST_AT_ONCE)
    messages.success(request, _("Counted anew. What froze when its period closed stays as it was."))
    return HttpResponseRedirect(f"{reverse('compliance')}?{urlencode(asked.query)}")
