"""HTML to PDF for paper and archive: tagged (PDF/UA-1), with embedded fonts, the same bytes for the same page.

The renderer reads nothing but the assets it is given: no network, no file of the machine, whatever an editor's text
links to. A character that no font can draw is an error here, not a box on paper.
"""

from __future__ import annotations

import hashlib
import io
import logging
import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Relative addresses need a site to be relative to. Nothing is ever fetched from it: they are looked up in `assets`.
_NOWHERE = "https://portal.invalid/"
_LOGGER = logging.getLogger("weasyprint")
_NO_GLYPH = ".notdef"


class PdfProblem(Exception):
    """The PDF would not be fit to publish. The message says what is wrong; `details` holds one line for each place."""

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What `check_pdf` found in the file itself, not in what made it."""

    pages: int
    language: str
    title: str
    tagged: bool
    variant: str
    fonts: tuple[str, ...]
    fonts_embedded: bool
    figures: int
    figures_without_text: int
    headings_in_outline: int


class _OwnAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types.
    """Serves the given files under their addresses and refuses everything else, the network and the disk included."""

    def __init__(self, base: str, assets: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols={urlsplit(base).scheme}, allow_redirects=False)
        self._site = urlsplit(base)[:2]
        self._assets = {_address(address): path for address, path in assets.items()}
        self.missing: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        # The parent's fetch, the one that opens connections and files, is never called.
        if urlsplit(url)[:2] != self._site:
            raise ValueError(f"Not one of our assets: {url[:200]}")
        path = self._assets.get(_address(url))
        if path is None:
            self.missing.append(_address(url))
            raise ValueError(f"No such asset: {url[:200]}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def _address(url: str) -> str:
    """The path of an address, decoded and without query: "/static/portal/css/print.css"."""
    return "/" + unquote(urlsplit(url).path).lstrip("/")


def render_pdf(html: str, *, base: str | None = None, assets: Mapping[str, Path] | None = None) -> bytes:
    """The PDF of a complete HTML page, PDF/UA-1, with the language of its `<html lang>` and its `<title>`.

    `assets` maps the addresses that the page and its style sheets use ("/static/portal/css/print.css") to files;
    nothing else is read. `base` is the site's address, for the links that stay in the PDF. Raises PdfProblem for a page
    without language or title, an asset of the site that was not given, or a character that no font has. Takes about
    50 ms a page: call it in the worker.
    """
    site = base or _NOWHERE
    fetcher = _OwnAssets(site, assets or {})
    with _log_lines() as lines:
        page = weasyprint.HTML(string=html, base_url=site, url_fetcher=fetcher)
        _require_head(page)
        data = page.write_pdf(
            font_config=FontConfiguration(),
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest()[:32].encode(),
            optimize_images=True,
        )
    if fetcher.missing:
        raise PdfProblem("The page uses files that were not given.", tuple(dict.fromkeys(fetcher.missing)))
    boxes = tuple(dict.fromkeys(line for line in lines if _NO_GLYPH in line))
    if boxes:
        raise PdfProblem("The page has characters that no font can draw.", boxes)
    return bytes(data)


def _require_head(page: weasyprint.HTML) -> None:
    root = page.etree_element
    title = root.findtext("head/title") or ""
    if not root.get("lang", "").strip():
        raise PdfProblem("The page does not say its language (html lang).")
    if not title.strip():
        raise PdfProblem("The page has no title.")


class _Collector(logging.Handler):
    """Keeps the lines of the thread it was made in: several PDFs may be rendered at once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())


@contextmanager
def _log_lines() -> Iterator[list[str]]:
    collector = _Collector()
    _LOGGER.addHandler(collector)
    try:
        yield collector.lines
    finally:
        _LOGGER.removeHandler(collector)


def check_pdf(data: bytes) -> PdfFacts:
    """What the finished file says about itself, read with another library than the one that wrote it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = _fonts(pdf)
        figures = [thing for thing in pdf.objects if _is_figure(thing)]
        with pdf.open_metadata() as metadata:
            variant = f"PDF/UA-{metadata['pdfuaid:part']}" if "pdfuaid:part" in metadata else ""
            title = str(metadata.get("dc:title") or pdf.docinfo.get("/Title", ""))
        with pdf.open_outline() as outline:
            headings = len(outline.root)
        marked = pdf.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False)
        return PdfFacts(
            pages=len(pdf.pages),
            language=str(pdf.Root.get("/Lang", "")),
            title=title,
            tagged=bool(marked) and "/StructTreeRoot" in pdf.Root,
            variant=variant,
            fonts=tuple(sorted(fonts)),
            fonts_embedded=all(fonts.values()),
            figures=len(figures),
            figures_without_text=sum(1 for figure in figures if not str(figure.get("/Alt", "")).strip()),
            headings_in_outline=headings,
        )


def _fonts(pdf: pikepdf.Pdf) -> dict[str, bool]:
    """Fonts by name, each with whether its outlines are in the file."""
    found: dict[str, bool] = {}
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != "/Font" or "/BaseFont" not in thing:
            continue
        holder = thing["/DescendantFonts"][0] if "/DescendantFonts" in thing else thing
        descriptor = holder.get("/FontDescriptor", pikepdf.Dictionary())
        name = str(thing["/BaseFont"]).lstrip("/")
        embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        found[name] = found.get(name, True) and (embedded or thing.get("/Subtype") == "/Type3")
    return found


def _is_figure(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
