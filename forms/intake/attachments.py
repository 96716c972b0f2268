"""Files that come with a submission. How files are examined and kept: portal.files.storage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from forms.intake.models import Attachment, Submission
from portal.files import storage
from portal.files.storage import MOST_FILES, PICTURES_AND_PDF, Upload, examine_files

__all__ = ["FOLDER", "MOST_FILES", "PICTURES_AND_PDF", "Upload", "examine_files", "make_rows", "sweep_orphans"]
FOLDER: Final = "attachments"


def make_rows(
    submission: Submission, files: Sequence[Upload], paths: Sequence[str], *, first: int = 0
) -> list[Attachment]:
    """The attachments of a submission from the position `first` on, to be saved in its transaction."""
    return [
        Attachment(
            submission=submission,
            position=position,
            path=path,
            name=upload.examined.name,
            kind=upload.examined.kind,
            size=len(upload.examined.clean_bytes),
            width=upload.examined.width,
            height=upload.examined.height,
            sha256=hashlib.sha256(upload.examined.clean_bytes).hexdigest(),
        )
        for position, (upload, path) in enumerate(zip(files, paths, strict=True), start=first)
    ]


def add_files(submission: Submission, files: Sequence[Upload], now: datetime) -> None:
    """Files that follow later, after those that are there; in the caller's transaction. Where that fails afterwards,
    the daily sweep takes them away."""
    if not files:
        return
    paths = storage.write_files(files, folder=FOLDER, now=now)
    try:
        first = submission.attachments.count()
        Attachment.objects.bulk_create(make_rows(submission, files, paths, first=first))
    except BaseException:
        storage.remove_files(paths)
        raise


def sweep_orphans(now: datetime) -> int:
    """Removes attachments that no row names. Returns how many."""

    def named(paths: list[str]) -> set[str]:
        return set(Attachment.objects.filter(path__in=paths).values_list("path", flat=True))

    return storage.sweep_orphans(FOLDER, named, now)
