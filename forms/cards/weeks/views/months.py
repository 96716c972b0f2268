"""The months of the crews, rolled up through the unit tree, and the summary of one month (SAF-17, SAF-18)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards.weeks import figures, paper, permissions, standing
from forms.cards.weeks.actions import months as actions
from forms.cards.weeks.actions.months import Words
from forms.cards.weeks.enums import WRITABLE, Office, SummaryState
from forms.cards.weeks.forms import ReturnForm, SummaryForm, initial_words
from forms.cards.weeks.models import Summary
from forms.cards.weeks.standing import Row
from forms.cards.weeks.views.asked import asked_period, crew_of, narrowed, period_of
from portal.lib.periods import Period, PeriodKind
from portal.lib.refusals import Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

MONTHS_SHOWN = 6


@never_cache
@login_required
@require_safe
def month_list(request: ReaderRequest) -> HttpResponse:
    """One month over the unit tree: who has sent, who has not, and the sums of what was sent. A longer period shows its
    months one below the other."""
    reader = request.reader
    if not permissions.reader_can_list_weeks(reader):
        raise Http404
    unit, crews = narrowed(request, permissions.visible_crews(reader))
    period, day = asked_period(request), reader.day
    period = period or Period.of("month", day).previous()
    if period.kind == PeriodKind.MONTH:
        months = [period]
    else:
        months = list(reversed(standing.months_due(period, day)))
    single = len(crews) == 1
    if single and request.GET.get("period") is None:
        months = standing.latest("month", day, MONTHS_SHOWN)
    tables = [{"month": month, "rows": _roll_up(request, crews, month)} for month in months]
    this = Period.of("month", day)
    context = {
        "tables": tables,
        "unit": unit,
        "period": period,
        "single": single and len(months) > 1,
        "before": period.previous() if period.kind == PeriodKind.MONTH else None,
        "after": period.next() if period.kind == PeriodKind.MONTH and period.end < this.start else None,
    }
    return render(request, "card_weeks/month_list.html", context)


def _roll_up(request: ReaderRequest, crews: list[Unit], month: Period) -> list[dict[str, Any]]:
    """Crews below the project department they belong to, each group with its sums: ratios are ratios of sums."""
    rows = standing.month_rows(crews, [month], request.reader.day)
    above = {path for crew in crews for path in [crew.path[: -Unit.steplen]]}
    parents = {unit.path: unit for unit in Unit.objects.filter(path__in=above)}
    shown: list[dict[str, Any]] = []
    for path, parent in sorted(parents.items()):
        of_it = [row for row in rows if row.unit.path[: -Unit.steplen] == path]
        lines = [_line(request, row) for row in of_it]
        if len(of_it) > 1:
            shown.append({"unit": parent, "is_sum": True, **_sums(lines), "crews": len(of_it)})
        shown.extend(lines)
    return shown


def _line(request: ReaderRequest, row: Row) -> dict[str, Any]:
    """What the summary says, as far as this reader sees it: nothing of a draft of others, nothing on a few cards."""
    record, outside = row.record, permissions.is_outside(request.reader, row.unit)
    sent = record is not None and record.is_sent
    found = record.figures if sent else None
    if found and outside:
        found = figures.for_outside(found)
    readable = record is not None and (record.sending or not outside)
    return {
        "unit": row.unit,
        "row": row,
        "record": record if readable else None,
        "figures": found,
        "sent": sent,
        "weeks_held": sum(week["held"] for week in found["weeks"]) if found else None,
        "weeks_due": len(found["weeks"]) if found else None,
    }


def _sums(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Over the summaries that were sent up and whose figures the reader may see."""
    sent = [line for line in lines if line["sent"]]
    seen = [line["figures"] for line in sent if line["figures"]["cards"] is not None]
    names = ("cards", "safe", "acts", "conditions")
    sums = {name: sum(one[name] for one in seen) for name in names}
    observed = sums["safe"] + sums["acts"] + sums["conditions"]
    found = {
        **sums,
        "safe_share": sums["safe"] / observed if observed else None,
        "measures_set": sum(line["figures"]["measures_set"] for line in sent),
        "measures_verified": sum(line["figures"]["measures_verified"] for line in sent),
        "measures_overdue": sum(line["figures"]["measures_overdue"] for line in sent),
    }
    return {
        "figures": found if sent else None,
        "weeks_held": sum(line["weeks_held"] for line in sent),
        "weeks_due": sum(line["weeks_due"] for line in sent),
        "sent_count": len(sent),
    }


def _record(unit: Unit, month: Period) -> Summary | None:
    found = Summary.objects.filter(unit=unit, starts_on=month.start)
    return found.select_related("unit", "signed_by", "returned_by").first()  # type: ignore[no-any-return]


def _readable(request: ReaderRequest, unit: str, month: str) -> tuple[Unit, Period, Summary | None]:
    """The summary as this reader finds it; 404 for the drafts of other units and for months to come."""
    crew, period = crew_of(request, unit), period_of(month, "month")
    record = _record(crew, period)
    sent = record is not None and record.sending > 0
    writes = permissions.user_can_write_summary(request.user, crew)
    if period.start > request.reader.day or not (sent or writes or not permissions.is_outside(request.reader, crew)):
        raise Http404
    return crew, period, record


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def month_detail(request: ReaderRequest, unit: str, month: str) -> HttpResponse:
    """The figures, and the words of the unit's manager. POST keeps the words, and with `sign` signs and sends up."""
    crew, period, record = _readable(request, unit, month)
    if request.method != "POST":
        return _month(request, crew, period, record)
    if not permissions.user_can_write_summary(request.user, crew):
        raise Http404
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return _month(request, crew, period, record, form=form, status=400)
    typed = dict(form.cleaned_data)
    version = typed.pop("version")
    try:
        record = actions.write_summary(by=request.user, unit=crew, month=period, words=Words(**typed), version=version)
        if "sign" in request.POST:
            record = actions.sign_summary(by=request.user, summary=record)
    except Refused as refused:
        status = show_refusal(form, refused)
        record = _record(crew, period)
        if record is not None:
            say_instead(form, version=record.version)
        return _month(request, crew, period, record, form=form, status=status)
    sent = record.state == SummaryState.SENT
    messages.success(request, _("Signed and sent up.") if sent else _("Kept. It is not sent up yet."))
    return redirect(record)


def _month(
    request: ReaderRequest,
    crew: Unit,
    period: Period,
    record: Summary | None,
    *,
    form: SummaryForm | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    outside = permissions.is_outside(request.reader, crew)
    sent = record is not None and record.is_sent
    frozen = record.figures if record is not None and (sent or outside) else None
    found = frozen or figures.month_figures(crew, period)
    if outside:
        found = figures.for_outside(found)
    writes = permissions.user_can_write_summary(request.user, crew)
    can_write = writes and (record is None or record.state in WRITABLE)
    receipts = list(record.receipts.filter(sending=record.sending).select_related("by")) if sent else []  # type: ignore[union-attr]
    received = {receipt.office for receipt in receipts}
    offices = permissions.offices_of(request.user, crew)
    context = {
        "unit": crew,
        "period": period,
        "record": record,
        "row": standing.month_row(crew, period, record, request.reader.day),
        "figures": figures.with_words(found),
        "is_frozen": sent,
        "is_outside": outside,
        "receipts": receipts,
        "waiting_offices": [office.label for office in Office if office not in received] if sent else [],
        "to_receive": [office for office in offices if office not in received] if sent else [],
        "can_return": bool(offices) and record is not None and record.state == SummaryState.SENT,
        "return_form": return_form or ReturnForm(),
        "form": (form or SummaryForm(initial=initial_words(record))) if can_write else None,
        "failed_form": return_form or form,
        "can_sign": can_write and permissions.user_can_sign_summary(request.user, crew),
        "lessons": permissions.visible_lessons(request.reader).filter(summary=record) if record is not None else [],
        "can_propose": sent and permissions.user_can_propose_from(request.user, record),  # type: ignore[arg-type]
    }
    return render(request, "card_weeks/month_detail.html", context, status=status)


@login_required
@require_POST
def month_receive(request: ReaderRequest, unit: str, month: str) -> HttpResponse:
    """One of the two offices says that it has the summary."""
    crew, _period, record = _readable(request, unit, month)
    office = request.POST.get("office", "")
    if record is None or not permissions.offices_of(request.user, crew):
        raise Http404
    try:
        actions.receive_summary(by=request.user, summary=record, office=office)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The receipt is kept with its day."))
    return redirect(record)


@login_required
@require_POST
def month_return(request: ReaderRequest, unit: str, month: str) -> HttpResponse:
    crew, period, record = _readable(request, unit, month)
    if record is None or not permissions.offices_of(request.user, crew):
        raise Http404
    form = ReturnForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            actions.return_summary(by=request.user, summary=record, reason=form.cleaned_data["reason"])
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("Returned to the unit."))
            return redirect(record)
    return _month(request, crew, period, _record(crew, period), return_form=form, status=status)


@never_cache
@login_required
@require_safe
def month_record(request: ReaderRequest, unit: str, month: str) -> HttpResponse:
    """What was sent up, as PDF."""
    crew, period, record = _readable(request, unit, month)
    if record is None or not record.is_sent:
        raise Http404
    outside = permissions.is_outside(request.reader, crew)
    response = HttpResponse(paper.month_pdf(record, outside=outside), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{crew.code}-{period.code}.pdf"'
    return response
