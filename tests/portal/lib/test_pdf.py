"""PDF files: tagged, closed, complete, and the same for the same page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.lib.charts import Series, line_chart
from portal.lib.pdf import PdfProblem, check_pdf, render_pdf

FONT = 'body{font-family:"Noto Sans CJK TC"}'


def page(body: str, *, head: str = "", lang: str = "zh-Hant", title: str = "季度通報") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}<style>{FONT}</style></head>'
        f"<body>{body}</body></html>"
    )


@pytest.fixture(scope="module")
def bulletin() -> bytes:
    chart = line_chart("投訴", ["七月", "八月"], [Series("投訴", [3, 5])])
    return render_pdf(page(f"<h1>季度通報</h1><p>高處作業、後面、滿意率 95.3%。</p>{chart.svg}"))


def test_the_file_is_tagged_and_carries_language_title_and_fonts(bulletin: bytes) -> None:
    facts = check_pdf(bulletin)
    assert facts.language == "zh-Hant"
    assert facts.title == "季度通報"
    assert facts.tagged
    assert facts.variant == "PDF/UA-1"
    assert facts.pages == 1
    assert facts.fonts
    assert facts.fonts_embedded
    assert facts.figures == 1
    assert facts.figures_without_text == 0
    assert facts.headings_in_outline == 1


def test_the_same_page_gives_the_same_bytes(bulletin: bytes) -> None:
    chart = line_chart("投訴", ["七月", "八月"], [Series("投訴", [3, 5])])
    again = render_pdf(page(f"<h1>季度通報</h1><p>高處作業、後面、滿意率 95.3%。</p>{chart.svg}"))
    assert again == bulletin


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_the_text_can_be_taken_out_again(bulletin: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(bulletin)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    assert "高處作業、後面、滿意率 95.3%。" in text


def test_our_own_style_sheet_is_used_wherever_the_site_stands(tmp_path: Path) -> None:
    sheet = tmp_path / "print.css"
    sheet.write_text("@page{size:A5} p{page-break-before:always}")
    head = '<link rel="stylesheet" href="/static/portal/print.css?v=1">'
    assets = {"/static/portal/print.css": sheet}
    for base in (None, "https://portal.example/bulletins/"):
        assert check_pdf(render_pdf(page("x<p>y<p>z", head=head), base=base, assets=assets)).pages == 3


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://example.com/x.png",
        "https://evil.example/x.png",
        "data:image/png;base64,AA",
        "ftp://x/y",
    ],
)
def test_nothing_foreign_is_read(address: str, caplog: pytest.LogCaptureFixture) -> None:
    body = f'<p>x</p><img src="{address}" alt="x"><object data="{address}"></object>'
    head = f'<link rel="stylesheet" href="{address}"><link rel="attachment" href="{address}">'
    data = render_pdf(page(body, head=head))
    assert b"/EmbeddedFile" not in data
    assert check_pdf(data).pages == 1
    refusals = [record.getMessage() for record in caplog.records if "Not one of our assets" in record.getMessage()]
    assert len(refusals) >= 2


def test_an_asset_that_was_not_given_is_a_problem() -> None:
    with pytest.raises(PdfProblem, match="not given") as problem:
        render_pdf(page('<img src="/static/a%20b.png" alt="x">'))
    assert problem.value.details == ("/static/a b.png",)


def test_an_asset_path_cannot_climb(tmp_path: Path) -> None:
    with pytest.raises(PdfProblem, match="not given"):
        render_pdf(page('<img src="/static/../../etc/passwd" alt="x">'), assets={"/static/x": tmp_path})


def test_a_character_without_a_glyph_is_a_problem() -> None:
    with pytest.raises(PdfProblem, match="no font") as problem:
        render_pdf(page("<p>\U0010fffd</p>"))
    assert re.search("U\\+10FFFD", problem.value.details[0])


@pytest.mark.parametrize(("lang", "title", "sentence"), [("", "x", "language"), ("zh-Hant", " ", "title")])
def test_a_page_without_language_or_title_is_a_problem(lang: str, title: str, sentence: str) -> None:
    with pytest.raises(PdfProblem, match=sentence):
        render_pdf(page("x", lang=lang, title=title))
