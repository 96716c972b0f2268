"""Blank sheets to print, the paper cards of others typed in, cards exported for a purpose."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forms.cards.models import Area, ObservationPage
from forms.cards.sheets import actions, exporting, paper, permissions
from forms.cards.sheets.enums import MOST_ROWS, ROWS_A_PAGE
from forms.cards.sheets.forms import BatchForm, ExportForm, PaperRowForm, SheetForm
from forms.cards.sheets.models import CardExport
from portal.lib.refusals import Refused
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _units_with_areas(unit_ids: Any) -> Any:
    with_areas = Area.objects.open().filter(unit__in=unit_ids).values("unit_id")
    return Unit.objects.filter(pk__in=with_areas, closed_on=None)


def _chosen(units: Any, request: ReaderRequest) -> Unit:
    """The unit asked for, else the reader's own, else the first."""
    code = request.POST.get("unit") or request.GET.get("unit")
    if code:
        return get_object_or_404(units, code=code[:40])
    own = {unit.pk for unit in request.reader.units}
    return next((unit for unit in units if unit.pk in own), units[0])


# ---- sheets ---------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_safe
def sheet_choice(request: ReaderRequest) -> HttpResponse:
    return _sheets(request, printed=False)


@never_cache
@login_required
@require_safe
def sheet_print(request: ReaderRequest) -> HttpResponse:
    """The sheets as PDF, in the reader's script."""
    return _sheets(request, printed=True)


def _sheets(request: ReaderRequest, *, printed: bool) -> HttpResponse:
    units = _units_with_areas(permissions.sheet_unit_ids(request.reader))
    if not units:
        raise Http404
    unit = _chosen(units, request)
    areas = Area.objects.open().filter(unit=unit)
    form = SheetForm(request.GET if printed else None, units=units, initial={"unit": unit.code})
    form.fields["area"].queryset = areas  # type: ignore[attr-defined]
    if not printed or not form.is_valid():
        status = 400 if printed else 200
        context = {"form": form, "unit": unit, "units": units}
        return render(request, "card_sheets/sheets.html", context, status=status)
    chosen = form.cleaned_data
    data = paper.sheet_pdf(
        unit=unit,
        areas=list(chosen["area"] or areas),
        per_page=chosen["per_page"],
        sheets=chosen["sheets"],
        base=request.build_absolute_uri("/"),
        language=request.LANGUAGE_CODE,
    )
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="cards-{unit.code}.pdf"'
    return response


# ---- paper cards of others ------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch_entry(request: ReaderRequest) -> HttpResponse:
    """Several paper cards on one page. Good rows are stored; bad ones stay with what was typed."""
    units = _units_with_areas(permissions.collecting_unit_ids(request.reader))
    page = ObservationPage.objects.live().first()
    if not units or page is None:
        raise Http404
    unit = _chosen(units, request)
    if request.method != "POST":
        rows = [_row(request, unit, page, index) for index in range(_count(request.GET.get("rows")))]
        return _batch(request, BatchForm(), rows, unit, units)
    form = BatchForm(request.POST)
    rows = [_row(request, unit, page, index) for index in range(_count(request.POST.get("rows")))]
    filled = [row for row in rows if not row.is_blank]
    if not filled:
        form.add_error(None, _("Fill in at least one card."))
        return _batch(request, form, rows, unit, units, status=400)
    stored, left = _store(request, form, filled, page)
    if not left and form.is_valid():
        words = ngettext("%(count)s card was stored.", "%(count)s cards were stored.", len(stored))
        messages.success(request, words % {"count": len(stored)})
        return redirect(f"{reverse('card_batches')}?unit={unit.code}")
    return _batch(request, form, left, unit, units, stored=stored, status=400)


def _count(text: str | None) -> int:
    return min(max(int(text), 1), MOST_ROWS) if text and text.isdecimal() and len(text) < 4 else ROWS_A_PAGE


def _row(request: ReaderRequest, unit: Unit, page: ObservationPage, index: int) -> PaperRowForm:
    data = request.POST if request.method == "POST" else None
    return PaperRowForm(data, prefix=f"r{index}", reader=request.reader, unit=unit, page=page)


def _store(
    request: ReaderRequest, form: BatchForm, rows: list[PaperRowForm], page: ObservationPage
) -> tuple[list[Any], list[PaperRowForm]]:
    """What was stored, and the rows that were not."""
    stored, left = [], []
    reason_given = form.is_valid()
    for row in rows:
        if not row.is_valid() or not reason_given:
            left.append(row)
            continue
        try:
            accepted = actions.enter_paper_card(
                by=request.user,
                page=page,
                submission_id=row.cleaned_data["submission_id"],
                draft=row.draft(),
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                language=request.LANGUAGE_CODE,
            )
        except Refused as refused:
            _tell(form if refused.field in form.fields else row, refused)
            left.append(row)
        else:
            stored.append(accepted)
    return stored, left


def _tell(form: Any, refused: Refused) -> None:
    field = "colleague_1" if refused.field == "observers" else refused.field
    if str(refused.message) not in {str(text) for texts in form.errors.values() for text in texts}:
        form.add_error(field if field in form.fields else None, str(refused.message))


def _batch(
    request: ReaderRequest,
    form: BatchForm,
    rows: list[PaperRowForm],
    unit: Unit,
    units: Any,
    *,
    stored: Any = (),
    status: int = 200,
) -> HttpResponse:
    """Rows left after some were stored are shown under their own numbers: their ids keep a retry harmless."""
    indexes = [int(row.prefix[1:]) for row in rows if row.prefix]
    context = {
        "form": form,
        "rows": rows,
        "row_count": max(indexes, default=0) + 1,
        "unit": unit,
        "units": units,
        "stored": stored,
    }
    return render(request, "card_sheets/batch.html", context, status=status)


# ---- export ---------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_export(request: ReaderRequest) -> HttpResponse:
    """Cards as a spreadsheet for a purpose; who exported what for what is listed below."""
    unit_ids = permissions.exporting_unit_ids(request.reader)
    units = Unit.objects.filter(pk__in=unit_ids)
    if not units:
        raise Http404
    day = request.reader.day
    initial = {"starts_on": day - timedelta(days=30), "ends_on": day}
    form = ExportForm(request.POST or None, units=units, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        form = ExportForm(request.POST, units=units)
        if form.is_valid():
            try:
                export, cards = actions.export_cards(by=request.user, **form.cleaned_data)
            except Refused as refused:
                _tell(form, refused)
                status = refused.status
            else:
                return _as_file(export, cards)
    exports = CardExport.objects.filter(unit__in=unit_ids).select_related("unit", "by__person")[:50]
    return render(request, "card_sheets/export.html", {"form": form, "exports": exports}, status=status)


def _as_file(export: CardExport, cards: Any) -> HttpResponse:
    out = io.BytesIO()
    write_xlsx(exporting.rows(cards), out, exporting.titles(), sheet=str(_("Cards")))
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"cards-{export.unit.code}-{export.starts_on}-{export.ends_on}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
