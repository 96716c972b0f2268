"""A file from outside, examined before it is stored: what it is, how large, and cleaned of what it carries along.

Pictures are decoded and written anew, so nothing of the original bytes survives: no place and time in EXIF, no second
file hidden behind the picture. A file is judged by its first bytes, never by its name or the browser's word.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zlib
from dataclasses import dataclass
from typing import IO, Final, Literal

import pikepdf
from django.utils.translation import gettext as _
from PIL import Image

from portal.lib.chinese import strip_invisible
from portal.lib.office_files import CONTENT_TYPES, OfficeFileRefused, examine_office_file

Kind = Literal["jpeg", "png", "webp", "pdf", "docx", "xlsx"]

MAX_BYTES: Final = 15 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 2_560  # Enough to read a nameplate in a photo; larger ones are scaled down.
FINE_SIDE: Final = 1_600
MAX_PDF_PAGES: Final = 200
_MAX_PDF_UNPACKED: Final = 128 * 1024 * 1024

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_SCRIPT_MARKS = (b"<script", b"<?php", b"<html", b"<!doctype", b"javascript:", b"%pdf-1")
OFFICE_KINDS: Final = frozenset({"docx", "xlsx"})
_EXTENSIONS: dict[Kind, str] = {
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "pdf": ".pdf",
    "docx": ".docx",
    "xlsx": ".xlsx",
}
_PDF_DANGERS = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm", "/GoToE"}
)


class UploadRefused(ValueError):
    """A file we do not take. The message is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A file fit to be stored: `clean_bytes` instead of what came; width and height in pixels, 0 for a PDF."""

    kind: Kind
    width: int
    height: int
    clean_bytes: bytes
    extension: str
    name: str

    @property
    def content_type(self) -> str:
        if self.kind in OFFICE_KINDS:
            return CONTENT_TYPES[self.kind]
        return "application/pdf" if self.kind == "pdf" else f"image/{self.kind}"


def examine(
    file: IO[bytes] | bytes,
    *,
    name: str = "",
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    kinds: frozenset[str] = frozenset({"jpeg", "png", "webp", "pdf"}),
) -> Examined:
    """Examine one uploaded file. Raises UploadRefused with a sentence for whoever sent it.

    Photos are turned upright as their camera noted, stripped of everything but the picture, and scaled so that no side
    is longer than LONGEST_SIDE; smaller ones keep their size. Word and Excel files come in only where `kinds` says so.
    """
    data = _read(file, max_bytes)
    kind = _office_kind(data) if kinds & OFFICE_KINDS and data.startswith(b"PK\x03\x04") else _kind(data, kinds)
    if kind not in kinds:
        raise UploadRefused(_("This kind of file is not taken here."))
    if kind in OFFICE_KINDS:  # kept as they came: offered for saving, never shown
        return Examined(kind, 0, 0, data, _EXTENSIONS[kind], clean_name(name, _EXTENSIONS[kind]))
    if kind == "pdf":
        return Examined("pdf", 0, 0, _clean_pdf(data), ".pdf", clean_name(name, ".pdf"))
    _refuse_scripts(data)
    clean, width, height, written = _clean_picture(data, kind, max_pixels)
    extension = _EXTENSIONS[written]
    return Examined(written, width, height, clean, extension, clean_name(name, extension))


def _read(file: IO[bytes] | bytes, max_bytes: int) -> bytes:
    if isinstance(file, bytes):
        data = file
    else:
        file.seek(0)
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        message = _("The file is larger than %(size)s MB. Send a smaller photo.")
        raise UploadRefused(message % {"size": max(1, max_bytes // (1024 * 1024))})
    if not data:
        raise UploadRefused(_("The file is empty."))
    return data


def _kind(data: bytes, kinds: frozenset[str]) -> Kind:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise UploadRefused(_("HEIC photos cannot be shown everywhere. Send the photo as JPEG."))
    if "pdf" in kinds:
        raise UploadRefused(_("Only photos (JPEG, PNG, WebP) and PDF files are taken."))
    raise UploadRefused(_("Only photos (JPEG, PNG, WebP) are taken."))


def _office_kind(data: bytes) -> Kind:
    try:
        return examine_office_file(data)
    except OfficeFileRefused as refused:
        raise UploadRefused(str(refused)) from refused


def _refuse_scripts(data: bytes) -> None:
    lowered = data.lower()
    if any(mark in lowered for mark in _SCRIPT_MARKS):
        raise UploadRefused(_("The file is a picture and a program at once. Send the photo as the camera made it."))


def _clean_picture(data: bytes, kind: Kind, max_pixels: int) -> tuple[bytes, int, int, Kind]:
    """The picture written anew: bytes, width, height, and the kind written (PNG when it is transparent)."""
    damaged = _("The picture is damaged. Send it again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own warning about size: our limit below is stricter.
            with Image.open(io.BytesIO(data), formats=[kind.upper()]) as picture:
                width, height = picture.size
                if width * height > max_pixels:
                    raise UploadRefused(_too_many_pixels(max_pixels))
                if width < 1 or height < 1:
                    raise UploadRefused(damaged)
                orientation = picture.getexif().get(0x0112, 1)
                upright = _scaled(picture)
                return _written(upright, orientation, kind)
    except UploadRefused:
        raise
    except Image.DecompressionBombError:  # Pillow's own limit, when it is so large that we never saw its size.
        raise UploadRefused(_too_many_pixels(max_pixels)) from None
    except Exception as problem:  # Pillow raises OSError, SyntaxError, struct.error, ValueError for damaged files.
        raise UploadRefused(damaged) from problem


def _too_many_pixels(max_pixels: int) -> str:
    message = _("The picture has more than %(size)s million pixels. Send a smaller one.")
    return message % {"size": max(1, max_pixels // 1_000_000)}


def _scaled(picture: Image.Image) -> Image.Image:
    """The decoded picture, no side longer than LONGEST_SIDE.

    The JPEG decoder can halve a picture while reading it, for less than the price of reading it whole. It may do so
    as long as FINE_SIDE remains, even where a slow resampling would have kept a little more.
    """
    width, height = picture.size
    longest = max(width, height)
    if picture.format == "JPEG" and picture.mode == "RGB":
        halvings = 0
        while longest > LONGEST_SIDE and longest // 2 >= FINE_SIDE and halvings < 3:
            halvings, longest = halvings + 1, longest // 2
        picture.draft("YCbCr", (width >> halvings, height >> halvings))
        width, height = picture.size
        longest = max(width, height)
    if longest <= LONGEST_SIDE:
        picture.load()
        return picture
    if picture.mode not in ("RGB", "RGBA", "L", "LA", "YCbCr", "CMYK"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    factor = LONGEST_SIDE / longest
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=1.5)


def _written(picture: Image.Image, orientation: int, kind: Kind) -> tuple[bytes, int, int, Kind]:
    if kind != "jpeg":
        transparent = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if transparent else "RGB")
        written: Kind = "png" if transparent or kind == "png" else "jpeg"
    else:
        written = "jpeg"
        if picture.mode not in ("YCbCr", "RGB", "L"):
            picture = picture.convert("RGB")
    turn = _TURNS.get(orientation)
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.clear()
    out = io.BytesIO()
    if written == "png":
        picture.save(out, "PNG", compress_level=4)
    else:
        picture.save(out, "JPEG", quality=85, subsampling="4:2:0")
    return out.getvalue(), picture.width, picture.height, written


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _clean_pdf(data: bytes) -> bytes:
    """The PDF written anew without its properties; refused when locked, active, or unpacking to too much."""
    _refuse_pdf_bomb(data)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PDF_PAGES:
                raise UploadRefused(_("The PDF has more than %(pages)s pages.") % {"pages": MAX_PDF_PAGES})
            if not len(pdf.pages):
                raise UploadRefused(_("The PDF has no pages."))
            if any(_is_active(thing) for thing in pdf.objects):
                raise UploadRefused(
                    _("The PDF contains a program or another file. Print it to a new PDF and send that.")
                )
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            for key in ("/Metadata", "/OpenAction", "/AA"):
                if key in pdf.Root:
                    del pdf.Root[key]
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
            return out.getvalue()
    except UploadRefused:
        raise
    except pikepdf.PasswordError:
        raise UploadRefused(_("The PDF is locked with a password. Send it without one.")) from None
    except Exception as problem:  # qpdf and pikepdf raise several kinds for damaged files.
        raise UploadRefused(_("The PDF is damaged. Send it again.")) from problem


def _is_active(thing: pikepdf.Object) -> bool:
    """Whether an object, or what is written straight into it, runs something or carries another file."""
    waiting: list[object] = [thing]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, pikepdf.Array):
            inner: list[object] = list(holder)
        elif isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
            keys = set(holder.keys())
            if keys & _PDF_DANGERS or ("/S" in keys and str(holder["/S"]) in _PDF_DANGERS):
                return True
            inner = [value for _key, value in holder.items()]
        else:
            continue
        # What is referred to is an object of its own and gets its own turn.
        waiting.extend(one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect)
    return False


def _refuse_pdf_bomb(data: bytes) -> None:
    """Unpack every compressed stream with a limit before a PDF library does it without one."""
    total = 0
    for found in re.finditer(rb"stream\r?\n(?=\x78)", data):
        unpacker = zlib.decompressobj()
        try:
            rest = unpacker.decompress(data[found.end() :], _MAX_PDF_UNPACKED - total)
        except zlib.error:
            continue
        total += len(rest)
        if total >= _MAX_PDF_UNPACKED:
            raise UploadRefused(_("The PDF unpacks to far too much data."))


def clean_name(name: str, extension: str) -> str:
    """A file name to show and to offer for saving: no path, no control or invisible characters, our own extension."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", strip_invisible(name[-500:])))[-1]
    base = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in base)
    base = re.sub(r"[<>:\"|?*;%]", "_", base)
    base = re.sub(r"(?:\.[A-Za-z0-9]{1,10})+\Z", "", " ".join(base.split())).strip(" .")
    return (base[:80].strip(" .") or "file") + extension
