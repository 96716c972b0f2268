"""The files of a draft's appendix."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policies.actions import attach_appendix_files, remove_appendix_file
from policies.enums import ClauseKind
from policies.forms import AppendixFilesForm
from policies.models import Edition, EditionClause
from policies.permissions import user_can_edit_edition
from policies.viewsets.screens import crumbs_of, desk, find_edition, require, screen, told, tried
from portal.org.requests import ReaderRequest


def _appendix(request: ReaderRequest, pk: int, clause_pk: int) -> tuple[Edition, EditionClause]:
    edition = find_edition(pk)
    require(user_can_edit_edition(request.user, edition))
    row = edition.clauses.filter(pk=clause_pk, kind=ClauseKind.APPENDIX).first()
    if row is None:
        raise Http404
    return edition, row


@desk
def clause_files(request: ReaderRequest, pk: int, clause_pk: int) -> HttpResponse:
    """What is attached, and the form to attach more."""
    edition, row = _appendix(request, pk, clause_pk)
    form: Any = AppendixFilesForm()
    status = 200
    if request.method == "POST":
        form = AppendixFilesForm(request.POST, request.FILES)
        if form.is_valid():
            done, status = tried(
                form, lambda: attach_appendix_files(by=request.user, clause=row, uploads=form.cleaned_data["files"])
            )
            if done is not None:
                return redirect("policies_clause_files", edition.pk, row.pk)
        else:
            status = 400
    return screen(
        request,
        "appendix_files.html",
        title=_("Files of %(name)s") % {"name": str(row)},
        crumbs=crumbs_of(edition),
        edition=edition,
        row=row,
        form=form,
        files=row.appendix_files.select_related("file"),
        status=status,
    )


@desk
@require_POST
def clause_file_remove(request: ReaderRequest, pk: int, clause_pk: int, file_pk: UUID) -> HttpResponse:
    edition, row = _appendix(request, pk, clause_pk)
    attached = row.appendix_files.select_related("row__edition").filter(pk=file_pk).first()
    if attached is None:
        raise Http404
    told(request, lambda: remove_appendix_file(by=request.user, file=attached) or True, _("The file was removed."))
    return redirect("policies_clause_files", edition.pk, row.pk)
