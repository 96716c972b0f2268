"""Work orders at the desk and on the worker's phone: the list, a new order, one order with its steps."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from forms.cases.models import Case
from forms.cases.orders import actions, listing
from forms.cases.orders.actions.defects import SUBJECT
from forms.cases.orders.actions.drafting import customer_code
from forms.cases.orders.desk import ACTS, Act, acts_for, timeline
from forms.cases.orders.enums import AFTER, BEFORE, DONE, SIGNATURE, TRANSITIONS
from forms.cases.orders.forms import OrderForm, PhotosForm, StepForm, VersionedForm
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import (
    estates_kept,
    offices_kept,
    reader_can_act_on_order,
    reader_can_draft,
    reader_can_draft_for,
    reader_can_list_orders,
    visible_orders,
)
from forms.cases.permissions import reader_can_see_case, visible_cases
from forms.revisits.models import Revisit
from forms.revisits.permissions import visible_defects, visible_revisits
from policies.models import GuideEdition
from portal.files.actions import files_of
from portal.files.storage import PICTURES, examine_files
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 30


@never_cache
@login_required
@require_safe
def order_list(request: ReaderRequest) -> HttpResponse:
    """The reader's orders: the worker's own, the office's, or all."""
    reader = request.reader
    if not reader_can_list_orders(reader):
        raise Http404
    keeps = bool(offices_kept(reader)) or reader.sees_every_unit
    wanted, now = listing.Wanted.from_query(request.GET, "open" if keeps else "mine"), clock.now()
    names = list(listing.VIEWS)[1:] if keeps else ["mine", "done"]
    with scopes_disabled():
        found = listing.narrowed(visible_orders(reader), wanted)
        shown = listing.shown(found, wanted.view, reader.person, now).for_list()
        page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "rows": [(order, order.is_overdue(now)) for order in page.object_list],
            "wanted": wanted,
            "tabs": listing.tabs(found, wanted, reader.person, now, names),
            "can_draft": reader_can_draft(reader),
            "keeps": keeps,
        }
    return render(request, "case_orders/order_list.html", context)


# ---- a new order ----------------------------------------------------------------------------------------------------
@never_cache
@login_required
@sensitive_post_parameters("contact_name", "contact_phone")
@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: ReaderRequest) -> HttpResponse:
    """A new order, by itself or from a case (`?case=`). Its price is shown at once where the guide names one."""
    if not reader_can_draft(request.reader):
        raise Http404
    case = _case_asked(request)
    estates = estates_kept(request.reader)
    edition = GuideEdition.objects.in_force(clock.today())
    services = edition.rows() if edition else []
    initial = _initial(case) if request.method != "POST" else {}
    form = OrderForm(request.POST or None, services=services, estates=estates, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return _new_page(request, form, case, services, status)
    typed = dict(form.cleaned_data)
    key = typed.pop("key")
    try:
        with transaction.atomic():
            order = actions.draft_order(by=request.user, key=key, new=actions.NewOrder(case=case, **typed))
            if order.priced_at is None:
                order = actions.price_order(by=request.user, order=order)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        if refused.status == 409:
            form.with_fresh_key()
        return _new_page(request, form, case, services, refused.status)
    messages.success(request, _("%(number)s is written.") % {"number": order.number})
    return redirect(order)


def _new_page(request: ReaderRequest, form: OrderForm, case: Case | None, services: Any, status: int) -> HttpResponse:
    context = {"form": form, "case": case, "has_guide": bool(services)}
    return render(request, "case_orders/order_new.html", context, status=status)


def _case_asked(request: ReaderRequest) -> Case | None:
    number = request.GET.get("case", "")
    if not number:
        return None
    case = visible_cases(request.reader).select_related("office", "estate").filter(number=number).first()
    if case is None or case.office_id is None or not reader_can_draft_for(request.reader, case.office_id, case):
        raise Http404
    return case


def _initial(case: Case | None) -> dict[str, Any]:
    tomorrow = clock.today() + timedelta(days=1)
    initial: dict[str, Any] = {"wanted_by": timezone.make_aware(datetime.combine(tomorrow, time(17)))}
    if case is not None:
        initial |= {
            "what": case.subject,
            "estate": case.estate_id,
            "house": case.house,
            "contact_name": case.contact_name,
            "contact_phone": case.contact_phone,
        }
    return initial


# ---- one order ------------------------------------------------------------------------------------------------------
def _order(request: ReaderRequest, number: str) -> WorkOrder:
    with scopes_disabled():
        found = visible_orders(request.reader).select_related(
            "office", "estate", "worker", "case", "item", "first", "rework_of", "accepted_by"
        )
        order = found.filter(number=number).first()
    if order is None:
        raise Http404
    return order


@never_cache
@login_required
@require_safe
def order_detail(request: ReaderRequest, number: str) -> HttpResponse:
    return _show(request, _order(request, number))


def _show(
    request: ReaderRequest,
    order: WorkOrder,
    *,
    failed: tuple[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an order; `failed` is the name of the form that is shown again, and that form."""
    reader, now = request.reader, clock.now()
    with scopes_disabled():
        acts = acts_for(reader, order)
        if failed and failed[0] in ACTS and ACTS[failed[0]] not in acts:
            acts.insert(0, ACTS[failed[0]])
        context = {
            "order": order,
            "late": order.is_overdue(now),
            "case": order.case if order.case is not None and reader_can_see_case(reader, order.case) else None,
            "keeps": order.office_id in offices_kept(reader),
            "forms": [_form_of(act, order, act is acts[0] and _is_ripe(act, order), failed) for act in acts],
            "failed_form": failed[1] if failed else None,
            "reworks": list(order.reworks.order_by("pk")),
            "revisits": _revisits(request, order),
            "timeline": timeline(order),
            "customer_url": request.build_absolute_uri(reverse("order_page", args=[customer_code(order)])),
            "total": order.total,
            "watch": _watch(request, order),
            **_work(request, order, failed),
        }
    return render(request, "case_orders/order_detail.html", context, status=status)


def _form_of(act: Act, order: WorkOrder, unfolded: bool, failed: tuple[str, Any] | None) -> dict[str, Any]:
    shown = failed[1] if failed and failed[0] == act.name else act.form(order)
    address = reverse("order_act", args=[order.number, act.name])
    return {"act": act, "form": shown, "address": address, "open": failed[0] == act.name if failed else unfolded}


def _is_ripe(act: Act, order: WorkOrder) -> bool:
    """Whether a step stands open by itself: the end of the work, when every step of the procedure is signed."""
    return act.name != "finish" or not order.steps.filter(signed_at=None).exists()


def _work(request: ReaderRequest, order: WorkOrder, failed: tuple[str, Any] | None) -> dict[str, Any]:
    """Steps and photos, and what of them this reader may add."""
    steps = list(order.steps.select_related("signed_by").all())
    waiting = next((step for step in steps if step.signed_at is None), None)
    signs = order.state in TRANSITIONS["sign_step"][0] and reader_can_act_on_order(request.reader, "sign_step", order)
    adds = order.state in TRANSITIONS["add_photos"][0] and reader_can_act_on_order(request.reader, "add_photos", order)
    step_form = failed[1] if failed and failed[0] == "step" else None
    if signs and waiting is not None and step_form is None:
        step_form = StepForm(initial={"step": waiting.pk})
    photos_form = failed[1] if failed and failed[0] == "photos" else PhotosForm(auto_id="photos_%s")
    return {
        "steps": steps,
        "signed_count": sum(step.signed_at is not None for step in steps),
        "waiting_step": waiting if signs else None,
        "step_form": step_form,
        "photos": [
            (BEFORE, list(files_of(order, BEFORE)), adds),
            (AFTER, list(files_of(order, AFTER)), adds and order.started_at is not None),
        ],
        "photos_form": photos_form if adds else None,
        "signature": files_of(order, SIGNATURE).first(),
    }


def _watch(request: ReaderRequest, order: WorkOrder) -> dict[str, Any]:
    """The file of a major defect under watch, or whether this reader may open one."""
    file = visible_defects(request.reader).filter(subject_type=SUBJECT, subject_id=str(order.pk)).first()
    may_open = file is None and order.major and order.state in DONE and order.office_id in offices_kept(request.reader)
    return {"file": file, "may_open": may_open}


def _revisits(request: ReaderRequest, order: WorkOrder) -> list[Revisit]:
    keys = [str(order.pk), str(order.first_id or order.pk)]
    found = visible_revisits(request.reader).filter(subject_type=SUBJECT, subject_id__in=keys)
    return list(found.order_by("due_at"))


@never_cache
@login_required
@sensitive_post_parameters("name", "drawing")
@require_POST
def order_act(request: ReaderRequest, number: str, act: str) -> HttpResponse:
    """One step of the order."""
    order, found = _order(request, number), ACTS[act]
    if not reader_can_act_on_order(request.reader, found.right or found.verb, order):
        raise Http404
    form = found.form(order, request.POST)
    if not form.is_valid():
        return _show(request, order, failed=(act, form), status=400)
    try:
        found.run(by=request.user, order=order, **form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        return _refused(request, number, act, form, refused)
    messages.success(request, str(found.done))
    return redirect("order_detail", number)


def _refused(request: ReaderRequest, number: str, name: str, form: Any, refused: Refused) -> HttpResponse:
    """The form with everything typed; the next try is about the order as it is shown now."""
    show_refusal(form, refused)
    order = _order(request, number)
    if isinstance(form, VersionedForm):
        say_instead(form, version=order.version)
    return _show(request, order, failed=(name, form), status=refused.status)


@never_cache
@login_required
@require_POST
def order_step(request: ReaderRequest, number: str) -> HttpResponse:
    """Signs the next step off."""
    order = _order(request, number)
    if not reader_can_act_on_order(request.reader, "sign_step", order):
        raise Http404
    form = StepForm(request.POST)
    if not form.is_valid():
        return _show(request, order, failed=("step", form), status=400)
    typed = form.cleaned_data
    with scopes_disabled():
        step = order.steps.filter(pk=typed["step"]).first()
    if step is None:
        raise Http404
    try:
        actions.sign_step(by=request.user, order=order, step=step, skipped=typed["skipped"], note=typed["note"])
    except Refused as refused:
        return _refused(request, number, "step", form, refused)
    return redirect(f"{order.get_absolute_url()}#steps")


@never_cache
@login_required
@require_POST
def order_photos(request: ReaderRequest, number: str, purpose: str) -> HttpResponse:
    """Photos of before or after the work."""
    order = _order(request, number)
    if not reader_can_act_on_order(request.reader, "add_photos", order):
        raise Http404
    form = PhotosForm(request.POST, request.FILES, auto_id="photos_%s")
    if not form.is_valid():
        return _show(request, order, failed=("photos", form), status=400)
    try:
        uploads = examine_files(form.cleaned_data["files"], kinds=PICTURES)
        actions.add_photos(by=request.user, order=order, purpose=purpose, uploads=uploads)
    except Refused as refused:
        return _refused(request, number, "photos", form, refused)
    return redirect(f"{order.get_absolute_url()}#photos")
