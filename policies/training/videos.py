"""Video files of lessons: examined by their first bytes, written a piece at a time, read in parts as players ask."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.core.files.base import File
from django.utils.translation import gettext as _

from portal.files.storage import private_storage
from portal.lib import uploads
from portal.lib.refusals import Refused

FOLDER: Final = "training-videos"
MOST_BYTES: Final = 300 * 1024 * 1024
PIECE: Final = 256 * 1024
# MP4 of cameras and phones names one of these brands; QuickTime (.mov) is left out: half of the browsers show nothing.
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4VH",
    b"MSNV",
    b"dash",
)
_EXTENSIONS = {"video/mp4": ".mp4", "video/webm": ".webm"}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def kind_of(file: Any) -> str:
    """video/mp4 or video/webm, by the first bytes. Raises Refused for anything else, an empty or too large file."""
    if file.size > MOST_BYTES:
        message = _("The video is larger than %(size)s MB. Save it with a lower resolution.")
        raise Refused(message % {"size": MOST_BYTES // (1024 * 1024)}, field="video")
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    raise Refused(_("Only MP4 and WebM videos are taken."), field="video")


def write(file: Any, kind: str, now: datetime) -> tuple[str, str]:
    """Keeps the file; (its path in the private storage, its name cleaned)."""
    extension = _EXTENSIONS[kind]
    path = private_storage().save(f"{FOLDER}/{now:%Y/%m}/{uuid.uuid4().hex}{extension}", File(file))
    return path, uploads.clean_name(file.name or "", extension)


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the part that a player asks for; None for the whole. Raises ValueError beyond the end."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        length = min(int(last), size)
        if not length:
            raise ValueError(header)
        return size - length, size - 1
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if start >= size or end < start:
        raise ValueError(header)
    return start, end


def part_of(file: Any, first: int, last: int) -> Iterator[bytes]:
    """These bytes, a piece at a time; closes the file."""
    with file:
        file.seek(first)
        left = last - first + 1
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
