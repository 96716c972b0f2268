"""Uploads: examined before anything is stored, written under random names, swept when no row names them."""

from __future__ import annotations

import hashlib
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from portal.lib import uploads
from portal.lib.refusals import Refused

logger = logging.getLogger(__name__)
MOST_FILES: Final = 5
PICTURES: Final = frozenset({"jpeg", "png", "webp"})
PICTURES_AND_PDF: Final = PICTURES | {"pdf"}
# A file without a row may belong to a record that is being written right now.
ORPHAN_AGE: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Upload:
    """A file fit to be kept: what examine() made of it, and the hash of what was sent, by which a retry is known."""

    examined: uploads.Examined
    sent_sha256: str


def private_storage() -> Storage:
    return storages["private"]


def examine_files(
    files: Sequence[Any],
    *,
    most: int = MOST_FILES,
    field: str = "files",
    kinds: frozenset[str] = PICTURES_AND_PDF,
) -> list[Upload]:
    """Uploaded files, examined. Raises Refused (on `field`) with a sentence naming the file that is not taken."""
    if len(files) > most:
        raise Refused(_("At most %(most)s files can be sent at once.") % {"most": most}, field=field)
    examined = []
    for file in files:
        try:
            found = uploads.examine(file, name=file.name or "", kinds=kinds)
        except uploads.UploadRefused as refused:
            name = uploads.clean_name(file.name or "", "")
            raise Refused(f"{name}: {refused}", field=field) from refused
        examined.append(Upload(found, _sha256_of(file)))
    return examined


def _sha256_of(file: Any) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def write_files(files: Iterable[Upload], *, folder: str, now: datetime) -> list[str]:
    """Writes the files before their rows are committed, each safely on the disk, and returns their paths.

    A row names a file only when its transaction is committed; files of one that failed are removed by `remove_files`,
    and those of a killed server by the daily sweep.
    """
    storage = private_storage()
    paths: list[str] = []
    try:
        for upload in files:
            wanted = f"{folder}/{now:%Y/%m}/{uuid.uuid4().hex}{upload.examined.extension}"
            paths.append(storage.save(wanted, ContentFile(upload.examined.clean_bytes)))
            _flush_to_disk(storage, paths[-1])
    except BaseException:
        remove_files(paths)
        raise
    return paths


def _flush_to_disk(storage: Storage, path: str) -> None:
    """A receipt that was shown must survive a power cut, its photos too."""
    try:
        place = storage.path(path)
    except NotImplementedError:  # a storage without a file system keeps its own promises
        return
    for name, flags in ((place, os.O_RDONLY), (str(Path(place).parent), os.O_RDONLY | os.O_DIRECTORY)):
        handle = os.open(name, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_files(paths: Iterable[str]) -> None:
    storage = private_storage()
    for path in paths:
        try:
            storage.delete(path)
        except OSError:
            logger.warning("a file without a row could not be removed; the sweep will try again")


def sweep_orphans(folder: str, named: Callable[[list[str]], set[str]], now: datetime) -> int:
    """Removes files below `folder` older than a day that no row names: their server was killed before the commit.

    `named(paths)` gives those that a row names. Returns how many were removed.
    """
    storage = private_storage()
    removed = 0
    for below in folders(folder):
        _subfolders, names = storage.listdir(below)
        paths = [f"{below}/{name}" for name in names]
        known = named(paths) if paths else set()
        for path in paths:
            if path not in known and storage.get_modified_time(path) < now - ORPHAN_AGE:
                storage.delete(path)
                removed += 1
    return removed


def folders(top: str) -> list[str]:
    """`top` and every folder below it in the private storage."""
    try:
        below, _files = private_storage().listdir(top)
    except FileNotFoundError:
        return []
    return [top, *(folder for name in below for folder in folders(f"{top}/{name}"))]
