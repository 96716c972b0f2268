"""A private file, for whom the app that owns its record allows it; 404 for everybody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from portal.files.models import PrivateFile
from portal.files.storage import private_storage
from portal.lib.registries import file_guards


@require_safe
def private_file(request: Any, file_id: UUID) -> HttpResponseBase:
    """Pictures are shown, everything else is downloaded."""
    found = PrivateFile.objects.filter(pk=file_id).first()
    guard = file_guards.get(found.owner_type) if found else None
    if found is None or guard is None or not guard(request.reader, found.owner_id):
        raise Http404
    return serve_privately(found.path, found.content_type, found.name, is_picture=found.is_picture)


def serve_privately(path: str, content_type: str, name: str, *, is_picture: bool) -> FileResponse:
    """A file from the private storage that no browser runs, guesses at or keeps. Raises Http404 where it is gone."""
    try:
        file = private_storage().open(path)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=content_type, as_attachment=not is_picture, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    response["Cache-Control"] = "private, no-store"
    return response
