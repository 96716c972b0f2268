"""The daily collection of cards (SAF-15): days of a period, one day with its list, the mark that it was collected."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.cards.duty import actions, measures, permissions
from forms.cards.duty.enums import Duty
from forms.cards.duty.matrix import slots_of
from forms.cards.duty.models import Collection
from forms.cards.duty.slots import Slot
from forms.cards.duty.statistics import outstanding
from forms.cards.duty.views import period_of, unit_of, unit_tabs
from forms.cards.enums import Category
from forms.cards.models import Card, CardItem
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Person, Shift, Unit
from portal.org.requests import ReaderRequest

LONGEST_LIST = timedelta(days=92)


@never_cache
@login_required
@require_safe
def day_list(request: ReaderRequest, code: str) -> HttpResponse:
    """The days of a period up to today, the newest first: cards, what is outstanding, who collected when."""
    unit = unit_of(request, code)
    period, now = period_of(request, "week"), clock.now()
    last = min(period.end, request.reader.day)
    first = max(period.start, last - LONGEST_LIST)
    slots = slots_of([unit.pk], first, last) if first <= last else []
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.day, []).append(slot)
    cards: dict[date, int] = {}
    for day in (
        Card.objects.counted().filter(unit=unit, observed_on__range=(first, last)).values_list("observed_on", flat=True)
    ):
        cards[day] = cards.get(day, 0) + 1
    collected = {
        one.day: one for one in Collection.objects.filter(unit=unit, day__range=(first, last)).select_related("by")
    }
    rows = [
        {
            "day": day,
            "cards": cards.get(day, 0),
            "outstanding": len(outstanding(by_day.get(day, ()), now)),
            "collection": collected.get(day),
            "late": day in collected and collected[day].at >= measures.collection_due(day),
            "missed": day not in collected and measures.collection_due(day) <= now,
        }
        for day in sorted({*by_day, *cards}, reverse=True)
    ]
    context = {"unit": unit, "period": period, "rows": rows, "tabs": unit_tabs(request, unit, "days")}
    return render(request, "card_duty/day_list.html", context)


@never_cache
@login_required
@require_safe
def day_detail(request: ReaderRequest, code: str, day: str) -> HttpResponse:
    """What came, what is outstanding, and the day's classes: planned and random cards apart. Made to be printed."""
    unit, when = unit_of(request, code), _day(day, request)
    now = clock.now()
    cards = list(
        Card.objects.counted()
        .filter(unit=unit, observed_on=when)
        .select_related("area", "shift")
        .prefetch_related("observers")
        .order_by("observed_at", "pk")
    )
    slots = slots_of([unit.pk], when, when)
    collection = Collection.objects.filter(unit=unit, day=when).select_related("by").first()
    for card in cards:
        card.came_after = collection is not None and card.handed_in_at > collection.at  # type: ignore[attr-defined]
    context = {
        "unit": unit,
        "day": when,
        "before": when - timedelta(days=1),
        "after": when + timedelta(days=1) if when < request.reader.day else None,
        "cards": cards,
        "outstanding": _named(unit, outstanding(slots, now), now),
        "excused": sum(bool(slot.excuse) for slot in slots),
        "classes": _classes(unit, when),
        "collection": collection,
        "reads": permissions.reader_can_read_cards_of(request.reader, unit),
        "can_collect": collection is None and permissions.user_can_collect(request.user, unit),
        "over": all(slot.work_ends_at <= now for slot in slots) and (slots or cards),
        "tabs": unit_tabs(request, unit, "days"),
        "printed_at": now,
    }
    return render(request, "card_duty/day_detail.html", context)


@login_required
@require_POST
def day_collect(request: ReaderRequest, code: str, day: str) -> HttpResponse:
    unit, when = unit_of(request, code), _day(day, request)
    try:
        actions.collect_day(by=request.user, unit=unit, day=when)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Collected. Cards that come later are marked as such."))
    return redirect("duty_day", code=unit.code, day=when.isoformat())


def _day(text: str, request: ReaderRequest) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day > request.reader.day:
        raise Http404
    return day


def _named(unit: Unit, slots: list[Slot], now: Any) -> list[dict[str, Any]]:
    people = dict(
        Person.objects.filter(pk__in=[slot.person for slot in slots if slot.person]).values_list("pk", "name")
    )
    shifts = dict(Shift.objects.filter(unit=unit).values_list("pk", "name"))
    return [
        {
            "who": people.get(slot.person, "") if slot.person else _("The others on the shift"),
            "shift": shifts.get(slot.shift or 0, ""),
            "duty": Duty(slot.duty),
            "state": slot.state(now),
        }
        for slot in slots
    ]


def _classes(unit: Unit, day: date) -> list[dict[str, Any]]:
    """The six categories of the planned and of the random cards, all six in the regulation's order."""
    rows = (
        CardItem.objects.filter(card__in=Card.objects.counted().filter(unit=unit, observed_on=day))
        .order_by()
        .values("card__planned", "category")
        .annotate(s=Sum("safe"), a=Sum("unsafe_acts"), c=Sum("unsafe_conditions"))
    )
    found = {(row["card__planned"], row["category"]): (row["s"], row["a"], row["c"]) for row in rows}
    tables = []
    for planned, title in ((True, _("Planned cards")), (False, _("Random cards"))):
        counts = [found.get((planned, category.value), (0, 0, 0)) for category in Category]
        if any(key[0] == planned for key in found):
            lines = [(category.label, *numbers) for category, numbers in zip(Category, counts, strict=True)]
            tables.append(
                {"title": title, "lines": lines, "sums": [sum(column) for column in zip(*counts, strict=True)]}
            )
    return tables
