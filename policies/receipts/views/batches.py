"""Readings on paper: the sheet to sign, recording a signed one, looking at what was recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_scopes import scopes_disabled

from policies.audience import Asking, Staff, asking_on
from policies.models import Edition
from policies.receipts import paper, permissions
from policies.receipts.actions import Reading, witness_on_paper
from policies.receipts.actions.batches import SHEET
from policies.receipts.forms import ChooseForm, ReadingForm
from policies.receipts.models import Batch
from portal.files.actions import files_of
from portal.files.storage import examine_files
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

PER_PAGE = 30


def _require_witness(request: ReaderRequest) -> None:
    if not permissions.reader_can_witness_somewhere(request.reader):
        raise Http404


@never_cache
@login_required
@require_GET
def receipt_batches(request: ReaderRequest) -> HttpResponse:
    """The readings recorded so far, the last one first."""
    if not permissions.reader_can_see_receipts(request.reader):
        raise Http404
    with scopes_disabled():
        batches = permissions.visible_batches(request.reader).annotate(signed=Count("lines")).order_by("-at")
        page = Paginator(batches, PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
    context = {
        "page_obj": page,
        "batches": rows,
        "witnesses": permissions.reader_can_witness_somewhere(request.reader),
    }
    return render(request, "receipts/batch_list.html", context)


@never_cache
@login_required
@require_GET
def receipt_batch(request: ReaderRequest, pk: UUID) -> HttpResponse:
    with scopes_disabled():
        batch: Batch = get_object_or_404(permissions.visible_batches(request.reader), pk=pk)
        people = [line.receipt.person for line in batch.lines.select_related("receipt__person").order_by("pk")]
    context = {"batch": batch, "people": people, "files": files_of(batch, SHEET)}
    return render(request, "receipts/batch_detail.html", context)


def _chosen(request: ReaderRequest, data: Any) -> tuple[ChooseForm, Unit | None, Asking | None]:
    """The unit and the edition that the address or the form names; the form to choose them."""
    units = permissions.witness_units(request.reader)
    staff = Staff(request.reader.day, permissions.managed_paths(request.reader))
    asking = [one for one in asking_on(request.reader.day) if staff.asked(one.rules)]
    given = "unit" in data or "regulation" in data
    form = ChooseForm(data if given else None, units=units, asking=asking)
    if not given or not form.is_valid():
        return form, None, None
    slug = form.cleaned_data["regulation"]
    return form, form.cleaned_data["unit"], next(one for one in asking if one.slug == slug)


@never_cache
@login_required
@require_GET
def receipt_sheet(request: ReaderRequest) -> HttpResponse:
    """The sheet to sign as PDF: those of the unit who have no account and have not confirmed."""
    _require_witness(request)
    _form, unit, asking = _chosen(request, request.GET)
    if unit is None or asking is None:
        return redirect("receipt_batch_new")
    people = paper.without_account(asking, unit, request.reader.day)
    data = paper.sheet_pdf(asking, unit, people, request.reader.day, request.build_absolute_uri("/"))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="sheet-{unit.code}-{asking.slug[:40]}.pdf"'.encode(
        "ascii", "ignore"
    ).decode()
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def receipt_batch_new(request: ReaderRequest) -> HttpResponse:
    """First the unit and the regulation, then who signed, when, and the sheet."""
    _require_witness(request)
    choose, unit, asking = _chosen(request, request.POST if request.method == "POST" else request.GET)
    context: dict[str, Any] = {"choose": choose, "unit": unit, "asking": asking}
    if unit is None or asking is None:
        status = 400 if request.method == "POST" else 200
        return render(request, "receipts/batch_new.html", context, status=status)
    people = paper.without_account(asking, unit, request.reader.day)
    status = 200
    form = ReadingForm(people=people, initial={"edition": asking.edition_id})
    if request.method == "POST":
        people = paper.without_account(asking, unit, request.reader.day, also=_posted(request))
        form = ReadingForm(request.POST, request.FILES, people=people)
        batch, status = _recorded(request, form, unit)
        if batch is not None:
            messages.success(request, _("The reading is recorded; everybody on the list has a receipt."))
            return redirect(batch)
    return render(request, "receipts/batch_new.html", context | {"form": form, "people": people}, status=status)


def _posted(request: ReaderRequest) -> set[int]:
    """The people that the form names: who confirmed meanwhile stays on it, so that the verb can say so."""
    return {int(key) for key in request.POST.getlist("people") if key.isascii() and key.isdigit() and len(key) < 16}


def _recorded(request: ReaderRequest, form: ReadingForm, unit: Unit) -> tuple[Batch | None, int]:
    """The batch, or None and the status to answer with; what is wrong stands in the form."""
    if not form.is_valid():
        return None, 400
    said = form.cleaned_data
    edition = Edition.objects.filter(pk=said["edition"]).first()
    try:
        if edition is None:
            raise Refused(_("This edition does not exist any more: open the page again."))
        reading = Reading(
            unit=unit,
            edition=edition,
            people=list(said["people"]),
            read_on=said["read_on"],
            sheet=examine_files(said["sheet"], field="sheet"),
        )
        return witness_on_paper(by=request.user, batch_id=said["batch"], reading=reading), 200
    except Refused as refused:
        show_refusal(form, refused)
        return None, refused.status
