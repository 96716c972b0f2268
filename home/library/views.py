"""The library for its readers, and the desk of those who publish in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from home.library import actions, permissions
from home.library.enums import EntryAudience, EntryKind, ReadOf
from home.library.forms import EntryForm
from home.library.models import LibraryEntry
from portal.files.actions import files_of
from portal.files.storage import PICTURES_AND_PDF, examine_files
from portal.files.views import serve_privately
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import show_refusal
from portal.lib.uploads import OFFICE_KINDS
from portal.org.models import Estate
from portal.org.requests import ReaderRequest

ON_A_PAGE = 30
LONGEST_QUERY = 80
READINGS_SHOWN = 500


# ---- for readers ----------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def library_index(request: ReaderRequest) -> HttpResponse:
    """Valid entries of this reader by kind; a customer sees those of the own estate and those for all."""
    reader = request.reader
    entries = LibraryEntry.objects.valid_on(clock.today()).readable_by(reader).for_list()
    own = reader.contact.household.estate if reader.contact and not reader.is_staff_member else None
    if own is not None:
        entries = entries.filter(Q(estate=None) | Q(estate=own))
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    estate = _number(request.GET.get("estate", ""))
    if estate is not None and own is None:
        entries = entries.filter(Q(estate=None) | Q(estate=estate))
    found = [entry for entry in entries if entry.matches(query.split())]
    kind = request.GET.get("kind", "")
    kind = kind if kind in EntryKind.values else ""
    shown = [entry for entry in found if not kind or entry.kind == kind]
    context = {
        "page_obj": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
        "kinds": _kind_tabs(found, kind),
        "all_count": len(found),
        "kind": kind,
        "query": query,
        "estate": estate,
        "estates": [] if own else Estate.objects.all(),
        "own": own,
        "can_publish": permissions.reader_can_publish(reader),
        "filtered": bool(query or estate),
    }
    return render(request, "library/index.html", context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _kind_tabs(found: list[LibraryEntry], chosen: str) -> list[dict[str, Any]]:
    """Each kind that has entries here, with how many."""
    counts = {kind: sum(entry.kind == kind for entry in found) for kind in EntryKind}
    return [
        {"kind": kind.value, "label": kind.label, "count": count, "current": kind == chosen}
        for kind, count in counts.items()
        if count or kind == chosen
    ]


def _readable(request: ReaderRequest, pk: int) -> LibraryEntry | None:
    """The entry where this reader may open it."""
    entries = LibraryEntry.objects.select_related("estate", "unit", "owner").prefetch_related("readers")
    entry = entries.filter(pk=pk).first()
    if entry is None or not permissions.reader_can_read_entry(request.reader, entry, clock.today()):
        return None
    return entry


def _not_for(request: ReaderRequest) -> HttpResponse:
    """The same answer whether an entry exists or not: a visitor is asked to sign in, everybody else gets 404."""
    if request.reader.is_signed_in:
        raise Http404
    return redirect_to_login(request.get_full_path())


@never_cache
@require_safe
def library_entry(request: ReaderRequest, pk: int) -> HttpResponse:
    """One entry. Opening a confidential one is recorded before anything of it is shown."""
    entry = _readable(request, pk)
    if entry is None:
        return _not_for(request)
    if entry.confidential:
        actions.read_confidential_entry(by=request.reader, entry=entry, what=ReadOf.PAGE)
    context = {
        "entry": entry,
        "files": files_of(entry),
        "valid": entry.is_valid_on(clock.today()),
        "can_manage": permissions.user_can_manage_entry(request.user, entry),
        "sees_log": permissions.reader_can_see_read_log(request.reader, entry),
    }
    return render(request, "library/entry.html", context)


@never_cache
@require_safe
def library_file(request: ReaderRequest, pk: int, file_id: UUID) -> HttpResponseBase:
    """A file of an entry, for whom the entry is; one of a confidential entry is recorded like its page."""
    entry = _readable(request, pk)
    if entry is None:
        return _not_for(request)
    file = files_of(entry).filter(pk=file_id).first()
    if file is None:
        raise Http404
    if entry.confidential:
        actions.read_confidential_entry(by=request.reader, entry=entry, what=ReadOf.FILE, file=file)
    return serve_privately(file.path, file.content_type, file.name, is_picture=file.is_picture)


# ---- the desk -------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def library_desk(request: ReaderRequest) -> HttpResponse:
    """What the reader may change: of confidential entries only the own ones, not even the titles of others'."""
    if not permissions.reader_can_publish(request.reader):
        raise Http404
    entries = permissions.managed_by(request.reader).for_list().order_by("-changed_at")
    page = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "library/desk.html", {"page_obj": page, "today": clock.today()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def library_new(request: ReaderRequest) -> HttpResponse:
    if not permissions.reader_can_publish(request.reader):
        raise Http404
    form = EntryForm(request.POST or None, request.FILES or None, reader=request.reader)
    return _edit(request, form, None)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def library_edit(request: ReaderRequest, pk: int) -> HttpResponse:
    entry = _managed(request, pk)
    if entry.confidential and request.method != "POST":
        actions.read_confidential_entry(by=request.reader, entry=entry, what=ReadOf.PAGE)
    form = EntryForm(request.POST or None, request.FILES or None, reader=request.reader, entry=entry)
    return _edit(request, form, entry)


def _managed(request: ReaderRequest, pk: int) -> LibraryEntry:
    entry = permissions.managed_by(request.reader).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry


def _edit(request: ReaderRequest, form: EntryForm, entry: LibraryEntry | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                saved = _save(request, form, entry)
            except Refused as refusal:
                status = show_refusal(form, refusal)
            else:
                messages.success(request, _("Saved: readers see it from its first day on."))
                return redirect(saved)
    return render(request, "library/edit.html", {"form": form, "entry": entry}, status=status)


def _save(request: ReaderRequest, form: EntryForm, entry: LibraryEntry | None) -> LibraryEntry:
    given = form.cleaned_data
    files = examine_files(given["files"], kinds=PICTURES_AND_PDF | OFFICE_KINDS)
    if entry is None:
        return actions.publish_entry(
            by=request.user, submission_id=given["submission_id"], draft=form.draft(), files=files
        )
    return actions.change_entry(
        by=request.user,
        entry=entry,
        version=given["version"] or 0,
        draft=form.draft(),
        files=files,
        remove=[file for file in files_of(entry) if str(file.pk) in given.get("remove", [])],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def library_withdraw(request: ReaderRequest, pk: int) -> HttpResponse:
    """Asks, then takes the entry out of list and search."""
    entry = _managed(request, pk)
    if request.method == "POST":
        try:
            actions.withdraw_entry(by=request.user, entry=entry)
        except NotYours:
            raise Http404 from None
        messages.success(request, _("The entry is withdrawn: nobody finds it any more."))
        return redirect("library_desk")
    return render(request, "library/withdraw.html", {"entry": entry})


@login_required
@never_cache
@require_safe
def library_reads(request: ReaderRequest, pk: int) -> HttpResponse:
    """Who read a confidential entry, what and when: for its owner."""
    entry = _managed(request, pk)
    if not permissions.reader_can_see_read_log(request.reader, entry):
        raise Http404
    readings = entries_of(entry).filter(action=actions.READ).order_by("-sequence")
    names = {str(file.pk): file.name for file in files_of(entry)}
    rows = [
        (reading, ReadOf(reading.data["what"]).label, names.get(reading.data.get("file", ""), ""))
        for reading in readings[:READINGS_SHOWN]
    ]
    context = {"entry": entry, "rows": rows, "count": readings.count(), "named": EntryAudience.NAMED}
    return render(request, "library/reads.html", context)
