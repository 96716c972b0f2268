"""A certificate as PDF for whom it concerns, and the public page that proves one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from policies.training import actions, checking, papers, permissions
from policies.training.enums import CertificateState
from policies.training.forms import CheckForm, WithdrawForm
from policies.training.models import Certificate
from policies.training.views.doors import for_keepers, for_learners
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

TONES = {
    CertificateState.VALID: "success",
    CertificateState.EXPIRED: "warning",
    CertificateState.WITHDRAWN: "danger",
}


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


@for_learners
@require_safe
def certificate_pdf(request: ReaderRequest, pk: int) -> HttpResponse:
    """One's own, and those of the people whose record one may see."""
    found = permissions.visible_certificates(request.reader).select_related("person", "course__owner_unit")
    certificate = get_object_or_404(found, pk=pk)
    return pdf_response(papers.certificate_pdf(certificate, request.build_absolute_uri("/")), certificate.number)


@for_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_withdraw(request: ReaderRequest, pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.select_related("person", "course"), pk=pk)
    form = WithdrawForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.withdraw_certificate(by=request.user, certificate=certificate, why=form.cleaned_data["why"])
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The certificate was withdrawn."))
                return redirect("training_course_certificates", pk=certificate.course_id)
    return render(request, "training/withdraw.html", {"certificate": certificate, "form": form}, status=status)


@never_cache
@require_safe
def certificate_check(request: ReaderRequest) -> HttpResponse:
    """Number and code typed by hand, for everybody."""
    if not request.GET:
        return render(request, "training/check.html", {"form": CheckForm()})
    form = CheckForm(request.GET)
    if not form.is_valid():
        return render(request, "training/check.html", {"form": form}, status=400)
    return _answer(request, form.cleaned_data["number"].strip().upper(), form.cleaned_data["code"])


@never_cache
@require_safe
def certificate_found(request: ReaderRequest, number: str) -> HttpResponse:
    """The address in the QR code. Without the code there is nothing to see, whether the number exists or not."""
    return _answer(request, number, request.GET.get("code", ""))


def _answer(request: ReaderRequest, number: str, code: str) -> HttpResponse:
    checked = checking.check(number, code, clock.today())
    if checked is None:
        form = CheckForm(initial={"number": number[:30]})
        return render(request, "training/check.html", {"form": form, "unknown": True}, status=404)
    return render(request, "training/checked.html", {"checked": checked, "tone": TONES[checked.state]})
