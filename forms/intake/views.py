"""Entrances, receipts, the look-up of a tracking code, and attachments."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import get_script_prefix, reverse
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from forms.intake import attachments, lookups
from forms.intake.actions import Accepted, tracking_code_of
from forms.intake.attachments import Upload
from forms.intake.forms import EntranceForm, TrackForm
from forms.intake.kinds import kinds, no_progress
from forms.intake.limits import REFUSED_FILES, SUBMISSIONS, hit, refuse_if_reached
from forms.intake.models import Attachment, EntrancePage, EntranceQuestion, Submission
from portal.files.views import serve_privately
from portal.journal.actions import CUSTOMER
from portal.lib.addresses import client_address
from portal.lib.refusals import Conflict, Refused, TooMany
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest

RECEIPT_SALT = "intake.receipt"
RECEIPT_AGE = 24 * 3600
NEW, SEEN = "new", "seen"
TRACKING_SESSION_KEY = "tracked_submission"


class EntranceView(View):
    """An entrance: shows the form, takes what is sent, answers with the receipt. A subclass names form and verb.

    Used as a plain view (`page_model` is loaded, first live page of it), or for a page that routing already found
    (`as_view()(request, page=page)`).
    """

    personal: ClassVar[tuple[str, ...]] = ()  # fields that no report of a fault may show
    page_model: ClassVar[type[EntrancePage] | None] = None
    form_class: ClassVar[type[EntranceForm]] = EntranceForm
    template_name: ClassVar[str] = "intake/entrance.html"
    most_files: ClassVar[int] = attachments.MOST_FILES
    file_kinds: ClassVar[frozenset[str]] = attachments.PICTURES_AND_PDF

    request: ReaderRequest
    page: EntrancePage
    questions: list[EntranceQuestion]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Wrapped once; a decorator of `dispatch` would be made anew for every request."""
        view = never_cache(super().as_view(**initkwargs))
        return sensitive_post_parameters(*cls.personal)(view) if cls.personal else view

    # ---- for subclasses ----------------------------------------------------------------------------------------
    def submit(self, form: EntranceForm, files: list[Upload], **circumstances: Any) -> Accepted:
        """Calls the app's verb. `circumstances`: submission_id, by, language, address, suspected, answers."""
        raise NotImplementedError

    def form_arguments(self) -> dict[str, Any]:
        """More keyword arguments for the form, such as `initial` or the reader."""
        return {}

    def more_context(self) -> dict[str, Any]:
        return {}

    # ---- the flow ----------------------------------------------------------------------------------------------
    def dispatch(  # type: ignore[override]
        self, request: ReaderRequest, *args: Any, page: EntrancePage | None = None, **kwargs: Any
    ) -> HttpResponseBase:
        self.page, self.questions = lookups.with_questions(page) if page else self.find_page()
        reader = request.reader
        if not self.page.admits(reader):
            if not reader.is_signed_in:
                return redirect_to_login(request.get_full_path())
            raise Http404
        if not self.page.is_open() and request.method != "POST":
            return render(request, "intake/closed.html", {"page": self.page})
        return super().dispatch(request, *args, **kwargs)

    def find_page(self) -> tuple[EntrancePage, list[EntranceQuestion]]:
        found = lookups.entrance(self.page_model)
        if found is None:
            raise Http404
        return found

    def make_form(self, *args: Any) -> EntranceForm:
        return self.form_class(*args, page=self.page, own_questions=self.questions, **self.form_arguments())

    def get(self, request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.make_form())

    def post(self, request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            if "submission_id" in form.errors:
                form.with_fresh_id()
            return self.show(form, status=400)
        try:
            accepted = self.take(form)
        except Conflict as refused:
            form.with_fresh_id()
            return self.refuse(form, refused)
        except Refused as refused:
            return self.refuse(form, refused)
        return self.receipt(accepted)

    def take(self, form: EntranceForm) -> Accepted:
        request = self.request
        user = request.user if request.reader.is_signed_in else None
        address = client_address(request)
        files = self.take_files(form, address)
        return self.submit(
            form,
            files,
            submission_id=form.cleaned_data["submission_id"],
            by=user or CUSTOMER,
            language=request.LANGUAGE_CODE,
            address=address,
            suspected=form.was_hasty,
            answers=form.answers,
        )

    def take_files(self, form: EntranceForm, address: str) -> list[Upload]:
        """Pictures cost work before anything is stored: who sends bad ones again and again is stopped before that."""
        sent = form.cleaned_data.get("files") or []
        if not sent:
            return []
        refuse_if_reached(REFUSED_FILES, address)
        if not self.request.reader.is_signed_in:
            refuse_if_reached(SUBMISSIONS, address)
        try:
            return attachments.examine_files(sent, most=self.most_files, kinds=self.file_kinds)
        except Refused:
            hit(REFUSED_FILES, address)
            raise

    def refuse(self, form: EntranceForm, refused: Refused) -> HttpResponseBase:
        return self.show(form, status=show_refusal(form, refused))

    def show(self, form: EntranceForm, status: int = 200) -> HttpResponseBase:
        context = {"page": self.page, "form": form, **self.more_context()}
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def receipt(self, accepted: Accepted) -> HttpResponseBase:
        """303, so that a reload sends nothing; a script that sent the form gets the address instead of following it."""
        address = receipt_address(accepted.submission.pk)
        response: HttpResponse
        if self.request.META.get("HTTP_X_REQUESTED_WITH") == "fetch":
            response = JsonResponse({"location": address}, status=201)
        else:
            response = HttpResponse(status=303, headers={"Location": address})
        grant_receipt(response, accepted.submission.pk, NEW, path=address, secure=self.request.is_secure())
        return response


# ---- receipts -------------------------------------------------------------------------------------------------------
def receipt_address(submission_id: UUID) -> str:
    """Where the receipt of a submission is shown."""
    before, behind = _around_receipt(get_script_prefix())
    return f"{before}{submission_id}{behind}"


@cache
def _around_receipt(prefix: str) -> tuple[str, str]:
    """What stands before and behind the id: the search through all addresses would cost as much as writing two rows."""
    any_id = UUID(int=0)
    before, behind = reverse("receipt", args=[any_id]).split(str(any_id))
    return before, behind


def grant_receipt(response: HttpResponse, submission_id: UUID, state: str, *, path: str, secure: bool) -> None:
    """Lets this browser see a receipt: a signed cookie for its address (`path`) alone, so that no session is needed."""
    response.set_cookie(
        f"receipt-{submission_id}",
        _receipt_signer(submission_id).sign(state),
        max_age=RECEIPT_AGE,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def granted_state(request: ReaderRequest, submission_id: UUID) -> str | None:
    """What this browser was granted for a receipt: "new" (its code was not shown yet), "seen", or None."""
    try:
        return _receipt_signer(submission_id).unsign(
            request.COOKIES.get(f"receipt-{submission_id}", ""), max_age=RECEIPT_AGE
        )
    except signing.BadSignature:
        return None


def _receipt_signer(submission_id: UUID) -> signing.TimestampSigner:
    """Signs for this receipt alone: a cookie renamed after another one proves nothing."""
    return signing.TimestampSigner(salt=f"{RECEIPT_SALT}:{submission_id}")


@never_cache
@require_GET
def receipt(request: ReaderRequest, submission_id: UUID) -> HttpResponse:
    """The receipt, for the browser that sent it and the account that sent it. The tracking code is shown once."""
    submission = get_object_or_404(Submission, pk=submission_id)
    state = granted_state(request, submission_id)
    own = submission.by_id is not None and submission.by_id == request.user.pk
    if state is None and not own:
        raise Http404
    kind = kinds.get(submission.kind)
    context = {
        "submission": submission,
        "page": lookups.entrance_of(submission),
        "shows_tracking": kind is not None and kind.progress is not no_progress,
        "tracking_code": tracking_code_of(submission_id) if state == NEW else "",
    }
    response = render(request, "intake/receipt.html", context)
    response["Cache-Control"] = "no-store, private"
    if state == NEW:
        grant_receipt(response, submission_id, SEEN, path=request.path, secure=request.is_secure())
    return response


# ---- the look-up ----------------------------------------------------------------------------------------------------
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: ReaderRequest) -> HttpResponse:
    """Asks for a tracking code. Wrong, expired and mistyped ones get the same answer; the code stands in no address."""
    if request.method != "POST":
        return render(request, "intake/track.html", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if not form.is_valid():
        return render(request, "intake/track.html", {"form": form}, status=400)
    try:
        submission = lookups.find_by_code(form.normalised(), address=client_address(request))
    except TooMany as refused:
        form.add_error(None, str(refused.message))
        return render(request, "intake/track.html", {"form": form}, status=429)
    if submission is None:
        return render(request, "intake/track.html", {"form": form, "not_found": True})
    request.session[TRACKING_SESSION_KEY] = str(submission.pk)
    return redirect("track_progress")


@never_cache
@require_GET
def track_progress(request: ReaderRequest) -> HttpResponse:
    """What is meant for the customer, for the browser that gave the code."""
    tracked = request.session.get(TRACKING_SESSION_KEY)
    progress = lookups.progress_of(tracked)
    if progress is None:
        return redirect("track")
    request.progress_doors = lookups.doors_of(tracked)  # type: ignore[attr-defined]
    kind, record = lookups.tracked_record(tracked)
    if kind.track:
        response = kind.track(request, record, progress)
    else:
        response = render(request, "intake/progress.html", {"progress": progress})
    response["Cache-Control"] = "no-store, private"
    return response


# ---- attachments ----------------------------------------------------------------------------------------------------
@require_GET
def attachment(request: ReaderRequest, attachment_id: UUID) -> HttpResponseBase:
    """A private file, for whom the app that owns its record allows it; 404 for everybody else."""
    found = Attachment.objects.select_related("submission").filter(pk=attachment_id).first()
    kind = kinds.get(found.submission.kind) if found else None
    record = kind.record_of(found.submission) if found and kind else None
    if found is None or kind is None or record is None or not kind.may_see_files(request.reader, record):
        raise Http404
    return serve_privately(found.path, found.content_type, found.name, is_picture=found.is_picture)
