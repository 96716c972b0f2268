"""Keeping files with a record. The verb that owns the record calls this in its transaction and journals the act."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from portal.files import storage
from portal.files.models import PrivateFile
from portal.files.storage import Upload

FOLDER = "files"


def owner_type(owner: Any) -> str:
    """By which a record's files are found; also the name of its guard in `portal.lib.registries.file_guards`."""
    return owner._meta.label_lower


@transaction.atomic
def keep_files(
    *, by: Any, owner: models.Model, uploads: Sequence[Upload], purpose: str = "", now: datetime
) -> list[PrivateFile]:
    """Stores examined uploads with `owner`, after those it has. They go when the caller's transaction fails: at once
    where this call fails, by the daily sweep where something later does."""
    if not uploads:
        return []
    first = files_of(owner, purpose).count()
    paths = storage.write_files(uploads, folder=FOLDER, now=now)
    try:
        return PrivateFile.objects.bulk_create(
            PrivateFile(
                owner_type=owner_type(owner),
                owner_id=str(owner.pk),
                purpose=purpose,
                position=first + place,
                path=path,
                name=upload.examined.name,
                content_type=upload.examined.content_type,
                size=len(upload.examined.clean_bytes),
                sha256=hashlib.sha256(upload.examined.clean_bytes).hexdigest(),
                kept_by=by if getattr(by, "pk", None) else None,
                kept_at=now,
            )
            for place, (upload, path) in enumerate(zip(uploads, paths, strict=True))
        )
    except BaseException:
        storage.remove_files(paths)
        raise


def files_of(owner: models.Model, purpose: str | None = None) -> models.QuerySet[PrivateFile]:
    """The files of a record, in their order; all purposes where none is named."""
    found = PrivateFile.objects.filter(owner_type=owner_type(owner), owner_id=str(owner.pk))
    return found if purpose is None else found.filter(purpose=purpose)


def forget_files(owner_type: str, keys: Sequence[Any]) -> list[str]:
    """Takes the rows of all files of these records away, in the caller's transaction. Returns the paths that no row
    names any more: remove them after the commit."""
    found = PrivateFile.objects.filter(owner_type=owner_type, owner_id__in=[str(key) for key in keys])
    paths = list(found.values_list("path", flat=True))
    found.delete()
    return paths


def sweep(moment: datetime) -> int:
    """Removes files that no row names (scheduled daily). Returns how many."""

    def named(paths: list[str]) -> set[str]:
        return set(PrivateFile.objects.filter(path__in=paths).values_list("path", flat=True))

    return storage.sweep_orphans(FOLDER, named, moment)
