"""The duty matrix of a unit, and the excuse of a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forms.cards.duty import actions, permissions, rules, statistics
from forms.cards.duty.enums import Duty, SlotState
from forms.cards.duty.forms import ExcuseForm
from forms.cards.duty.matrix import Matrix, Row, Sums, matrix_of
from forms.cards.duty.slots import Slot
from forms.cards.duty.views import SHOWN, kept_unit, period_of, unit_of, unit_tabs
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.enums import RosterState
from portal.org.models import Person, RosterEntry, Shift, Unit
from portal.org.requests import ReaderRequest


@dataclass(frozen=True)
class Cell:
    """One slot as the matrix shows it."""

    state: SlotState
    shift: str
    words: str  # what a screen reader and the title say
    url: str

    @property
    def tone(self) -> str:
        return self.state.tone


class _Showing:
    """Names, and who may go where; asked once for a page."""

    def __init__(self, request: ReaderRequest, unit: Unit, matrix: Matrix, period: Period, now: datetime) -> None:
        self.unit, self.period, self.now = unit, period, now
        people = {row.person for row in matrix.rows if row.person}
        self.people = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
        self.shifts = dict(Shift.objects.filter(unit=unit).values_list("pk", "name"))
        self.reads = permissions.reader_can_read_cards_of(request.reader, unit)
        self.keeps = permissions.user_can_keep_roster(request.user, unit)

    def label(self, row: Row) -> str:
        return self.people.get(row.person, "") if row.person else self.shifts.get(row.shift, "")  # type: ignore[arg-type]

    def cell(self, slot: Slot) -> Cell:
        state = slot.state(self.now)
        shift = self.shifts.get(slot.shift, "") if slot.duty == Duty.EACH_SHIFT else ""  # type: ignore[arg-type]
        words = str(state.label)
        if slot.excuse:
            words = f"{words}: {RosterState(slot.excuse).label}"
            if slot.reason:
                words = f"{words}, {slot.reason}"
        return Cell(state, shift, words, self._url(slot, state))

    def _url(self, slot: Slot, state: SlotState) -> str:
        if slot.card is not None:
            return reverse("card_detail", args=[slot.card.pk]) if self.reads else ""
        if not self.keeps or slot.excuse:
            return ""
        who = {"person": slot.person} if slot.person else {"shift": slot.shift}
        query = urlencode({"day": slot.day.isoformat(), **who, "period": self.period.code})
        return f"{reverse('duty_excuse', args=[self.unit.code])}?{query}"


@never_cache
@login_required
@require_safe
def duty_matrix(request: ReaderRequest, code: str) -> HttpResponse:
    """A day, week or month by person and shift; of a longer period the sums, and its months to open."""
    unit = unit_of(request, code)
    period, now = period_of(request, "week"), clock.now()
    context: dict[str, Any] = {
        "unit": unit,
        "period": period,
        "week": Period.of("week", _near(period, request.reader.day)),
        "month": Period.of("month", _near(period, request.reader.day)),
        "tabs": unit_tabs(request, unit, "matrix"),
        "states": list(SlotState),
        "planned_too": rules.daily_cards_count_as_planned(unit),
    }
    if period.kind in SHOWN:
        matrix = matrix_of(unit, period.start, period.end, now)
        showing = _Showing(request, unit, matrix, period, now)
        context |= {
            "days": matrix.days,
            "today": request.reader.day,
            "groups": _groups(matrix, showing),
            "total": matrix.total,
            "compact": len(matrix.days) > 7,
            "keeps": showing.keeps,
        }
    else:
        duties = statistics.sums_by_unit([unit.pk], period.start, period.end, now).get(unit.pk, {})
        context |= {
            "groups": [{"duty": duty, "sums": sums} for duty, sums in duties.items()],
            "total": sum(duties.values(), Sums()),
            "months": _months(period),
        }
    return render(request, "card_duty/matrix.html", context)


def _near(period: Period, today: date) -> date:
    """Today where the period holds it, else its first day: where a click on week or month leads."""
    return today if period.contains(today) else period.start


def _groups(matrix: Matrix, showing: _Showing) -> list[dict[str, Any]]:
    """By duty: rows with their cells, a list for each day."""
    groups = []
    for duty in Duty:
        rows = [
            {
                "label": showing.label(row),
                "cells": [(day, [showing.cell(slot) for slot in row.days.get(day, ())]) for day in matrix.days],
            }
            for row in matrix.rows
            if row.duty == duty
        ]
        if rows:
            groups.append({"duty": duty, "rows": rows, "sums": matrix.sums[duty]})
    return groups


def _months(period: Period) -> list[Period]:
    months = [Period.of("month", period.start)]
    while months[-1].end < period.end:
        months.append(months[-1].next())
    return months


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_excuse(request: ReaderRequest, code: str) -> HttpResponse:
    """A person on a day, or a whole shift: leave or no work, with the reason."""
    unit = kept_unit(request, code)
    day = _day(request.GET.get("day", ""))
    person, shift = _whom(request, unit, day)
    form = ExcuseForm(request.POST or None, of_shift=shift is not None)
    back = f"{reverse('duty_matrix', args=[unit.code])}?{urlencode({'period': period_of(request, 'week').code})}"
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                if shift is not None:
                    actions.excuse_shift(by=request.user, unit=unit, shift=shift, day=day, reason=reason)
                else:
                    state = form.cleaned_data["state"]
                    actions.excuse_person(
                        by=request.user, unit=unit, person=person, day=day, state=state, reason=reason
                    )
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Excused. It stands in the roster with its reason."))
                return redirect(back)
    context = {"unit": unit, "day": day, "person": person, "shift": shift, "form": form, "back": back}
    return render(request, "card_duty/excuse.html", context, status=status)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _whom(request: ReaderRequest, unit: Unit, day: date) -> tuple[Any, Any]:
    """The person on the roster of that day, or the shift of the unit."""
    number = request.GET.get("shift", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return None, get_object_or_404(Shift, unit=unit, pk=number)
    number = request.GET.get("person", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    on_roster = RosterEntry.objects.filter(unit=unit, day=day).values("person_id")
    return get_object_or_404(Person, pk=number, pk__in=on_roster), None
