"""Importing by upload: read, show, and save only what was shown, once its uploader confirms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from policies.forms import UploadForm
from policies.importing import import_parsed, plan
from policies.models import ImportPreview
from policies.parsing import (
    IgnoredLine,
    ParsedClause,
    ParsedRegulation,
    ParseResult,
    SourceRefused,
    check_size,
    parse,
    read_file,
)
from policies.permissions import user_can_import_regulation
from policies.viewsets.screens import desk, require, screen
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.requests import ReaderRequest

KEPT_FOR = timedelta(days=2)


@desk
def import_upload(request: ReaderRequest) -> HttpResponse:
    """Step one: the file is read and its tree kept for the preview."""
    require(user_can_import_regulation(request.user))
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            check_size(upload.size)
            result = parse(read_file(upload.read(), upload.name))
        except SourceRefused as refusal:
            form.add_error("file", str(refusal))
            status = 400
        else:
            if result.regulations:
                return redirect("policies_import_preview", _keep(request.user, upload.name, result).token)
            form.add_error("file", _("No regulation was found in this file: check that it holds a title and clauses."))
            status = 400
    return screen(request, "import.html", title=_("Import regulations"), crumbs=[], form=form, status=status)


def _keep(user: Any, name: str, result: ParseResult) -> ImportPreview:
    now = clock.now()
    ImportPreview.objects.filter(uploaded_by=user, uploaded_at__lt=now - KEPT_FOR).delete()
    return ImportPreview.objects.create(
        uploaded_by=user, uploaded_at=now, source_name=name[:255], parsed=as_values(result)
    )


@desk
def import_preview(request: ReaderRequest, token: UUID) -> HttpResponse:
    """Step two: what was understood and what not, by line; then saved or dropped. Others' uploads do not exist here."""
    require(user_can_import_regulation(request.user))
    preview = ImportPreview.objects.filter(token=token, uploaded_by=request.user).first()
    if preview is None:
        if request.method == "POST":
            messages.info(request, _("This file was saved or dropped already."))
            return redirect("policies_index")
        raise Http404
    result = from_values(preview.parsed)
    if request.method == "POST":
        if "drop" in request.POST:
            preview.delete()
            return redirect("policies_import")
        return _confirm(request, preview, result)
    return screen(
        request,
        "import_preview.html",
        title=_("Preview: %(name)s") % {"name": preview.source_name},
        crumbs=[],
        preview=preview,
        result=result,
        planned=plan(result),
    )


def _confirm(request: ReaderRequest, preview: ImportPreview, result: ParseResult) -> HttpResponse:
    try:
        saved = import_parsed(by=request.user, result=result, source_name=preview.source_name)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("policies_import_preview", preview.token)
    preview.delete()
    for one in saved:
        messages.success(request, f"{one.regulation.title}: {one.outcome.label}")
    return redirect("policies_edition", saved[0].edition.pk) if len(saved) == 1 else redirect("policies_index")


def as_values(result: ParseResult) -> dict[str, Any]:
    """A parsed file as plain JSON values; `from_values` gives the same result back."""

    def clause(node: ParsedClause) -> list[Any]:
        return [
            node.kind,
            node.number,
            node.depth,
            node.heading,
            node.text,
            node.line,
            [clause(c) for c in node.children],
        ]

    return {
        "format": result.format,
        "encoding": result.encoding,
        "regulations": [[r.title, r.line, [clause(node) for node in r.nodes]] for r in result.regulations],
        "ignored": [[one.line, one.text, one.why, one.kept] for one in result.ignored_lines],
    }


def from_values(values: dict[str, Any]) -> ParseResult:
    def clause(row: list[Any]) -> ParsedClause:
        kind, number, depth, heading, text, line, children = row
        return ParsedClause(kind, number, depth, heading, text, line, [clause(child) for child in children])

    return ParseResult(
        [
            ParsedRegulation(title, [clause(node) for node in nodes], line)
            for title, line, nodes in values["regulations"]
        ],
        [IgnoredLine(*row) for row in values["ignored"]],
        values["format"],
        values["encoding"],
    )
