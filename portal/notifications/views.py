"""What one was told, how one wants to be told; the administrator's gateways."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.notifications import actions
from portal.notifications.enums import DeliveryState
from portal.notifications.forms import GatewayForm, SettingsForm
from portal.notifications.models import Delivery, Gateway, Notification, NotificationSettings
from portal.notifications.permissions import reader_has_notifications, reader_keeps_gateways
from portal.org.requests import ReaderRequest

PAGE = 25


# ---- the own ---------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_safe
def notification_list(request: ReaderRequest) -> HttpResponse:
    """The own notifications, newest first, by days; without those whose record is gone or not the reader's to see."""
    _staff_only(request)
    only_unread = request.GET.get("show") == "unread"
    own = Notification.objects.shown_to(request.reader)
    unread = own.unread().order_by().aggregate(count=Count("pk"), newest=Max("at"))
    context = {
        "page_obj": Paginator(own.unread() if only_unread else own, PAGE).get_page(request.GET.get("page")),
        "only_unread": only_unread,
        "unread": unread["count"],
        "unread_notifications": unread["count"],  # in the header
        "until": unread["newest"].isoformat() if unread["newest"] else "",
        "today": clock.today(),
        "tabs": [
            {"label": _("All"), "url": "?", "current": not only_unread},
            {"label": _("Unread"), "url": "?show=unread", "current": only_unread, "count": unread["count"]},
        ],
    }
    return render(request, "notifications/list.html", context)


@never_cache
@login_required
@require_GET
def open_notification(request: ReaderRequest, pk: int) -> HttpResponse:
    """Leads to what it is about; it counts as read."""
    found = _own(request, pk)
    actions.mark_read(by=request.user, notification=found)
    return redirect(found.url)


@login_required
@require_POST
def read_one(request: ReaderRequest, pk: int) -> HttpResponse:
    actions.mark_read(by=request.user, notification=_own(request, pk))
    return redirect("notification_list")


@login_required
@require_POST
def read_all(request: ReaderRequest) -> HttpResponse:
    """Everything up to the newest that the page showed: what came meanwhile stays unread."""
    _staff_only(request)
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    actions.mark_all_read(by=request.user, until=until if until and until.tzinfo else clock.now())
    return redirect("notification_list")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notification_settings(request: ReaderRequest) -> HttpResponse:
    _staff_only(request)
    row = NotificationSettings.objects.filter(user=request.user).first() or NotificationSettings(user=request.user)
    in_use = list(Gateway.objects.filter(active=True))
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(data, reader=request.reader, row=row, gateways=in_use)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            actions.choose_settings(by=request.user, **form.values)
            messages.success(request, _("Your choice is kept; it holds for what comes."))
            return redirect("notification_settings")
        status = 400
    return render(request, "notifications/settings.html", {"form": form, "row": row}, status=status)


# ---- gateways --------------------------------------------------------------------------------------------------------
@never_cache
@login_required
@require_safe
def gateways(request: ReaderRequest) -> HttpResponse:
    """The gateways, each with how many messages wait and how many failed."""
    _administrator_only(request)
    rows = list(Gateway.objects.all())
    states = Delivery.objects.order_by().values_list("gateway_id", "state").annotate(Count("pk"))
    counts = {(gateway_id, state): count for gateway_id, state, count in states}
    listed = [
        (row, counts.get((row.pk, DeliveryState.WAITING), 0), counts.get((row.pk, DeliveryState.FAILED), 0))
        for row in rows
    ]
    return render(request, "notifications/gateways.html", {"gateways": listed})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def gateway(request: ReaderRequest, pk: int | None = None) -> HttpResponse:
    """One gateway, new or known, with its messages. The secret is never shown."""
    _administrator_only(request)
    found = get_object_or_404(Gateway, pk=pk) if pk is not None else None
    form = GatewayForm(request.POST if request.method == "POST" else None, gateway=found)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                kept = actions.keep_gateway(by=request.user, gateway=found, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The gateway is kept. Send a test to see whether it answers."))
                return redirect("notification_gateway", kept.pk)
    context: dict[str, Any] = {"form": form, "gateway": found}
    if found is not None:
        sent = found.deliveries.select_related("notification__user")
        context["page_obj"] = Paginator(sent, PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/gateway.html", context, status=status)


@login_required
@require_POST
def test(request: ReaderRequest, pk: int) -> HttpResponse:
    """Queues a test; what came of it stands among the messages."""
    _administrator_only(request)
    actions.try_gateway(by=request.user, gateway=get_object_or_404(Gateway, pk=pk))
    messages.success(request, _("The test is on its way: load the page again to see below what came of it."))
    return redirect("notification_gateway", pk)


@login_required
@require_POST
def again(request: ReaderRequest, pk: UUID) -> HttpResponse:
    """A message that failed is tried again."""
    _administrator_only(request)
    delivery = get_object_or_404(Delivery, pk=pk)
    try:
        actions.send_again(by=request.user, delivery=delivery)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("It is sent again within a minute."))
    return redirect("notification_gateway", delivery.gateway_id)


# ---- whose -----------------------------------------------------------------------------------------------------------
def _staff_only(request: ReaderRequest) -> None:
    if not reader_has_notifications(request.reader):
        raise Http404


def _administrator_only(request: ReaderRequest) -> None:
    if not reader_keeps_gateways(request.reader):
        raise Http404


def _own(request: ReaderRequest, pk: int) -> Notification:
    """The reader's own, about something the reader may see now; Http404 for all else."""
    _staff_only(request)
    return get_object_or_404(Notification.objects.shown_to(request.reader), pk=pk)
