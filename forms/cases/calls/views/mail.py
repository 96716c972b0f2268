"""Mails that made no case: a line for each that was set aside, until somebody has looked at it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forms.cases.calls import actions
from forms.cases.calls.enums import MailState
from forms.cases.calls.forms import SettleForm
from forms.cases.calls.models import MailIn
from forms.cases.calls.permissions import reader_can_read_envelopes, reader_can_see_mail
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

PER_PAGE = 30


@never_cache
@login_required
@require_safe
def call_mail(request: ReaderRequest) -> HttpResponse:
    if not reader_can_see_mail(request.reader):
        raise Http404
    return _list(request)


def _list(request: ReaderRequest, failed: tuple[int, SettleForm] | None = None, status: int = 200) -> HttpResponse:
    found = MailIn.objects.filter(state=MailState.QUARANTINED).select_related("settled_by")
    page = Paginator(found.order_by("-received_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    reads = reader_can_read_envelopes(request.reader)
    rows = []
    for mail in page.object_list:
        form = failed[1] if failed and failed[0] == mail.pk else SettleForm(auto_id=f"mail{mail.pk}_%s")
        rows.append({"mail": mail, "form": form if reads and mail.settled_at is None else None})
    context = {"page_obj": page, "rows": rows, "reads": reads, "failed_form": failed[1] if failed else None}
    return render(request, "case_calls/mail.html", context, status=status)


@never_cache
@login_required
@require_POST
def call_mail_settle(request: ReaderRequest, pk: int) -> HttpResponse:
    """Somebody of the company looked at it and says what was done."""
    mail = MailIn.objects.filter(pk=pk, state=MailState.QUARANTINED).first()
    if mail is None or not reader_can_read_envelopes(request.reader):
        raise Http404
    form = SettleForm(request.POST, auto_id=f"mail{pk}_%s")
    if not form.is_valid():
        return _list(request, (pk, form), 400)
    try:
        actions.settle_mail(by=request.user, mail=mail, words=form.cleaned_data["words"])
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        return _list(request, (pk, form), show_refusal(form, refused))
    messages.success(request, _("Noted."))
    return redirect("call_mail")
