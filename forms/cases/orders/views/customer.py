"""The customer's page of an order, for who holds its code: the price to accept, how far it is, “it is still broken”."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.orders import actions
from forms.cases.orders.actions.drafting import customer_code
from forms.cases.orders.enums import DefectSource, OrderState
from forms.cases.orders.forms import CustomerAcceptForm, CustomerDefectForm
from forms.cases.orders.models import WorkOrder
from forms.intake.limits import LOOKUPS, hit, refuse_if_reached
from portal.journal.actions import CUSTOMER
from portal.lib import codes
from portal.lib.addresses import client_address
from portal.lib.encryption import index_key
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 25


def _order(request: ReaderRequest, code: str) -> WorkOrder:
    """The order of a code, or 404; who tries codes is stopped like on the look-up page."""
    address = client_address(request)
    try:
        refuse_if_reached(LOOKUPS, address)
    except Refused:
        raise Http404 from None
    normal = codes.normalise_code(code)
    digest = codes.digest(index_key(), normal) if normal else ""
    with scopes_disabled():
        found = WorkOrder.objects.select_related("office", "estate", "first").filter(customer_digest=digest).first()
    if found is None:
        hit(LOOKUPS, address)
        raise Http404
    return found


@never_cache
@require_safe
def order_page(request: ReaderRequest, code: str) -> HttpResponse:
    return _show(request, _order(request, code), code)


def _show(request: ReaderRequest, order: WorkOrder, code: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    with scopes_disabled():
        steps = list(order.steps.all())
        rework = order.redone_by.order_by("-pk").first()
    accept = forms.get("accept") or CustomerAcceptForm(initial={"version": order.version})
    context = {
        "order": order,
        "code": code,
        "steps": steps,
        "signed_count": sum(step.signed_at is not None for step in steps),
        "accept": accept if order.awaits_acceptance else None,
        "defect": (forms.get("defect") or CustomerDefectForm()) if order.state == OrderState.FINISHED else None,
        "failed_form": forms.get("accept") or forms.get("defect"),
        "total": order.total,
        "rework": rework,
        "rework_code": customer_code(rework) if rework is not None else "",
    }
    response = render(request, "case_orders/order_page.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"  # with no-referrer a browser sends "Origin: null", and no form is taken
    return response


@never_cache
@require_POST
def order_page_accept(request: ReaderRequest, code: str) -> HttpResponse:
    """The customer accepts the price that the page showed."""
    order = _order(request, code)
    form = CustomerAcceptForm(request.POST)
    if not form.is_valid():
        return _show(request, order, code, accept=form, status=400)
    try:
        actions.accept_on_screen(by=CUSTOMER, order=order, version=form.cleaned_data["version"])
    except Refused as refused:
        form.add_error(None, str(refused.message))
        fresh = _order(request, code)
        form.data = {"version": str(fresh.version)}
        return _show(request, fresh, code, accept=form, status=refused.status)
    messages.success(request, _("Thank you. The work may begin."))
    return redirect("order_page", code)


@never_cache
@sensitive_post_parameters("words")
@require_POST
def order_page_defect(request: ReaderRequest, code: str) -> HttpResponse:
    """“It is still broken”: rework at once, and somebody comes back within 24 hours."""
    order = _order(request, code)
    form = CustomerDefectForm(request.POST)
    if not form.is_valid():
        return _show(request, order, code, defect=form, status=400)
    try:
        actions.report_defect(by=CUSTOMER, order=order, words=form.cleaned_data["words"], source=DefectSource.CUSTOMER)
    except Refused as refused:
        show_refusal(form, refused)
        return _show(request, _order(request, code), code, defect=form, status=refused.status)
    messages.success(request, _("We are sorry. The repair is done again at once; we come back to you within 24 hours."))
    return redirect("order_page", code)


@never_cache
@login_required
@require_safe
def my_orders(request: ReaderRequest) -> HttpResponse:
    """The orders of the cases that this account handed in itself."""
    with scopes_disabled():
        found = WorkOrder.objects.filter(case__submission__by=request.user).for_list().order_by("-drafted_at")
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        rows = [(order, customer_code(order)) for order in page.object_list]
    return render(request, "case_orders/my_orders.html", {"page_obj": page, "rows": rows})
