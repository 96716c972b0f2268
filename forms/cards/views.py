"""The entrance for observation cards, the list of cards with its filters, one card, the actions that cards left to do,
the areas of a unit."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forms.cards import actions, permissions, registries, searching
from forms.cards.enums import MOST_PHOTOS, Category
from forms.cards.forms import AreaForm, FinishActionForm, ObservationForm
from forms.cards.models import Area, Card, CardActionQuerySet, CardQuerySet, ObservationPage
from forms.cards.registries import card_notices, card_plan
from forms.intake.actions import Accepted
from forms.intake.attachments import Upload
from forms.intake.forms import EntranceForm
from forms.intake.views import EntranceView, receipt_address
from portal.files.storage import PICTURES
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

CARDS_A_PAGE = 25
KINDS = {"planned": True, "random": False}


class ObserveView(EntranceView):
    """The card itself. The unit is chosen first (`?unit=`), because areas, shifts and colleagues follow from it."""

    page_model = ObservationPage
    form_class = ObservationForm
    template_name = "cards/observe.html"
    most_files = MOST_PHOTOS
    file_kinds = PICTURES

    def dispatch(self, request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        reader = request.reader
        if reader.is_signed_in and not reader.is_staff_member:
            raise Http404
        self.request = request
        if not reader.is_signed_in and self.asks_for_json:
            return JsonResponse(
                {"state": "sign_in", "sign_in": f"{reverse('account_login')}?next={request.path}"}, status=401
            )
        self.units = list(Unit.objects.filter(pk__in=reader.unit_ids, closed_on=None)) if reader.is_staff_member else []
        self.unit = _chosen_unit(self.units, request.POST.get("unit") or request.GET.get("unit"), reader)
        if reader.is_staff_member and self.unit is None:
            if self.asks_for_json:
                message = _("There is no area in this unit any more. Whoever leads it can open one.")
                return JsonResponse({"state": "refused", "errors": {"": [message]}, "fresh_id": False}, status=400)
            return render(request, "cards/no_area.html", {"units": self.units})
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"reader": self.request.reader, "unit": self.unit}

    def more_context(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "units": self.units,
            "collects": permissions.user_can_collect_cards(self.request.user, self.unit),  # type: ignore[arg-type]
        }

    def submit(self, form: EntranceForm, files: list[Upload], **circumstances: Any) -> Accepted:
        circumstances.pop("suspected")
        draft = form.draft()  # type: ignore[attr-defined]
        return actions.hand_in_card(page=self.page, draft=draft, files=files, **circumstances)  # type: ignore[arg-type]

    # ---- answers for a form and answers for the queue of a phone ---------------------------------------------------
    def post(self, request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A card that waited on a phone is handed in by whoever wrote it, never by who is signed in there now."""
        writer = request.POST.get("writer")
        if writer and writer != str(request.user.pk):
            message = _("Somebody else wrote this card on this device. It waits until that person signs in here again.")
            if self.asks_for_json:
                return JsonResponse({"state": "other_writer", "errors": {"": [message]}}, status=409)
            form = self.make_form(request.POST, request.FILES)
            form.is_valid()
            form.add_error(None, message)
            return self.show(form, status=409)
        return super().post(request, *args, **kwargs)

    @property
    def asks_for_json(self) -> bool:
        return self.request.headers.get("Accept", "").startswith("application/json")

    def take_files(self, form: EntranceForm, address: str) -> list[Upload]:
        """Photos are kept under names that say nothing: what a person called them stays on the phone."""
        photos = form.cleaned_data.get("files") or []
        for number, photo in enumerate(photos, start=1):
            photo.name = f"photo-{number}{PurePath(photo.name).suffix[:6]}"
        return super().take_files(form, address)

    def show(self, form: EntranceForm, status: int = 200) -> HttpResponseBase:
        if status != 200 and self.asks_for_json:
            errors = form.problems_by_field  # type: ignore[attr-defined]
            return JsonResponse({"state": "refused", "errors": errors, "fresh_id": status == 409}, status=status)
        return super().show(form, status)

    def receipt(self, accepted: Accepted) -> HttpResponseBase:
        if not self.asks_for_json:
            return super().receipt(accepted)
        answer = {
            "state": "accepted",
            "receipt": accepted.receipt_number,
            "location": receipt_address(accepted.submission.pk),
            "repeated": accepted.repeated,
        }
        return JsonResponse(answer, status=200 if accepted.repeated else 201)


def _chosen_unit(units: list[Unit], code: str | None, reader: Any) -> Unit | None:
    """The unit asked for, else the reader's own, else the first that has areas; None where there is none with areas."""
    with_areas = set(Area.objects.open().filter(unit__in=units).values_list("unit_id", flat=True)) if units else set()
    choice = [unit for unit in units if unit.pk in with_areas]
    own = {unit.pk for unit in reader.units}
    asked = [unit for unit in choice if unit.code == code]
    return next(iter(asked or [unit for unit in choice if unit.pk in own] or choice), None)


@never_cache
@login_required
@require_GET
def card_list(request: ReaderRequest) -> HttpResponse:
    """Cards that the reader may read, by unit, period and kind; the sums above are of exactly these rows."""
    if not permissions.reader_can_list_cards(request.reader):
        raise Http404
    units = Unit.objects.filter(pk__in=permissions.readable_unit_ids(request.reader))
    cards: CardQuerySet = permissions.readable_cards(request.reader).counted()  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("unit", "period", "kind", "mine", "q")}
    unit = get_object_or_404(units, code=asked["unit"]) if asked["unit"] else None
    period = _period_of(asked["period"])
    if unit is not None:
        cards = cards.filter(unit__path__startswith=unit.path)
    if period is not None:
        cards = cards.in_period(period)
    if asked["kind"] in KINDS:
        cards = cards.filter(planned=KINDS[asked["kind"]])
    if asked["mine"] and request.reader.person is not None:
        own = Card.observers.through.objects.filter(person_id=request.reader.person.pk)
        cards = cards.filter(pk__in=own.values("card_id"))
    if asked["q"]:
        cards = cards.filter(pk__in=searching.cards_saying(cards, asked["q"]))
    context = {
        "page_obj": Paginator(cards.for_list(), CARDS_A_PAGE).get_page(request.GET.get("page")),
        "totals": _totals(cards),
        "units": units,
        "unit": unit,
        "period": period,
        "unknown_period": asked["period"] if asked["period"] and period is None else "",
        "periods": recent_periods(clock.today()),
        "kind": asked["kind"],
        "mine": asked["mine"],
        "words": asked["q"],
        "doors": [door for doors in registries.card_doors for door in doors(request.reader)],
        "keeps_areas": bool(permissions.area_unit_ids(request.reader)),
    }
    return render(request, "cards/card_list.html", context)


def recent_periods(day: date) -> list[Period]:
    """What the filter offers: this and the last week, three months, four quarters, the year."""
    week, month, quarter = (Period.of(kind, day) for kind in ("week", "month", "quarter"))
    months = [month, month.previous(), month.previous().previous()]
    quarters = [quarter]
    for _n in range(3):
        quarters.append(quarters[-1].previous())
    return [week, week.previous(), *months, *quarters, Period.of("year", day)]


def _period_of(code: str) -> Period | None:
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None


def _totals(cards: QuerySet[Card]) -> dict[str, int]:
    ids = cards.values("pk")
    counted = cards.aggregate(cards=Count("pk"), seconds=Sum("seconds", default=0))
    items = Card.items.rel.related_model.objects.filter(card__in=ids)  # type: ignore[attr-defined]
    return counted | items.aggregate(
        safe=Sum("safe", default=0),
        unsafe_acts=Sum("unsafe_acts", default=0),
        unsafe_conditions=Sum("unsafe_conditions", default=0),
    )


@never_cache
@login_required
@require_GET
def action_list(request: ReaderRequest) -> HttpResponse:
    """What cards left to do: the own actions, and for who leads those of the unit; what is due first stands above."""
    if not request.reader.is_staff_member:
        raise Http404
    found: CardActionQuerySet = permissions.visible_actions(request.reader).counted()  # type: ignore[attr-defined]
    shown = request.GET.get("show", "")
    mine = request.GET.get("mine", "")
    if mine and request.reader.person is not None:
        found = found.filter(owner=request.reader.person.pk)
    found = found.exclude(done_at=None) if shown == "done" else found.filter(done_at=None)
    context = {
        "page_obj": Paginator(found.for_list(), CARDS_A_PAGE).get_page(request.GET.get("page")),
        "shown": shown,
        "mine": mine,
        "person": request.reader.person,
        "today": clock.today(),
        "readable": set(permissions.readable_unit_ids(request.reader)),
    }
    return render(request, "cards/action_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def action_done(request: ReaderRequest, pk: int) -> HttpResponse:
    """The owner says what was done; who else may see the action sees no such form."""
    found = permissions.visible_actions(request.reader).counted().for_list()  # type: ignore[attr-defined]
    action = get_object_or_404(found, pk=pk)
    if not permissions.user_can_finish_action(request.user, action):
        raise Http404
    form = FinishActionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_action(by=request.user, action=action, note=form.cleaned_data["note"])
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("The action is finished. Thank you."))
            return redirect("card_actions")
    return render(request, "cards/action_done.html", {"action": action, "form": form}, status=status)


def _readable_card(request: ReaderRequest, pk: int) -> Card:
    """The card, or 404 as if it did not exist."""
    cards = permissions.readable_cards(request.reader).select_related("unit", "area", "shift", "submission")
    return get_object_or_404(cards.prefetch_related("observers", "items__follow_up__owner"), pk=pk)


@never_cache
@login_required
@require_GET
def card_detail(request: ReaderRequest, pk: int) -> HttpResponse:
    card = _readable_card(request, pk)
    now = clock.now()
    for opened in registries.card_opened:
        opened(card, request.reader, now)
    order = list(Category.values)
    context = {
        "card": card,
        "items": sorted(card.items.all(), key=lambda item: order.index(item.category)),
        "answers": card.submission.answers.all() if card.submission else [],
        "can_withdraw": permissions.user_can_withdraw_card(request.user, card, now=now),
        "photos": card.submission.attachments.all() if card.submission else [],
        "notices": [sentence for notices in card_notices for sentence in notices(card, request.reader)],
        "slot": plan.slot_of(card) if (plan := card_plan.get("plan")) is not None else None,
        "today": clock.today(now),
    }
    return render(request, "cards/card_detail.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def card_withdraw(request: ReaderRequest, pk: int) -> HttpResponse:
    """Asks once before it takes a card back."""
    card = _readable_card(request, pk)
    if not permissions.user_can_withdraw_card(request.user, card):
        raise Http404
    if request.method == "POST":
        try:
            actions.withdraw_card(by=request.user, card=card)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect(card)
        messages.success(request, _("The card was withdrawn."))
        return redirect("card_list")
    return render(request, "cards/card_withdraw.html", {"card": card})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def area_list(request: ReaderRequest) -> HttpResponse:
    """The areas of the units that the reader leads, and a form for one more."""
    units = Unit.objects.filter(pk__in=permissions.area_unit_ids(request.reader), closed_on=None)
    if not units:
        raise Http404
    form = AreaForm(request.POST or None, units=units)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.open_area(by=request.user, unit=form.cleaned_data["unit"], name=form.cleaned_data["name"])
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                return redirect("card_areas")
    areas = Area.objects.filter(unit__in=units).select_related("unit").order_by("unit__path", "closed", "name")
    return render(request, "cards/areas.html", {"form": form, "areas": areas}, status=status)


@login_required
@require_POST
def area_close(request: ReaderRequest, pk: int) -> HttpResponse:
    areas = Area.objects.filter(unit__in=permissions.area_unit_ids(request.reader))
    area = get_object_or_404(areas.select_related("unit"), pk=pk)  # type: ignore[var-annotated]
    try:
        actions.close_area(by=request.user, area=area)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("card_areas")
