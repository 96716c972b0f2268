"""A repaired major defect comes under watch: when somebody goes there to look."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_scopes import scopes_disabled

from forms.cases.orders.actions.defects import SUBJECT
from forms.cases.orders.enums import DONE
from forms.cases.orders.permissions import offices_kept, visible_orders
from forms.revisits.actions.watching import NewFile, open_file
from forms.revisits.forms import OpenFileForm
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

FIRST_AFTER = timedelta(days=14)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order_watch(request: ReaderRequest, number: str) -> HttpResponse:
    """Opens the file of a major defect whose repair is finished."""
    with scopes_disabled():
        found = visible_orders(request.reader).select_related("office", "estate")
        order = found.filter(number=number, major=True, state__in=DONE).first()
    if order is None or order.office_id not in offices_kept(request.reader):
        raise Http404
    initial = {"title": order.what.splitlines()[0][:160], "first_on": clock.today() + FIRST_AFTER}
    form = OpenFileForm(request.POST or None, initial=initial)
    status = 200 if request.method != "POST" else 400
    if request.method == "POST" and form.is_valid():
        new = NewFile(
            office=order.office,
            estate=order.estate,
            subject_type=SUBJECT,
            subject_id=str(order.pk),
            place=order.place,
            **form.cleaned_data,
        )
        try:
            file = open_file(by=request.user, new=new)
        except NotYours:
            raise Http404 from None
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("The defect is under watch."))
            return redirect(file)
    return render(request, "case_orders/order_watch.html", {"order": order, "form": form}, status=status)
