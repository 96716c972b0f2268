"""The guide as a printed booklet: the HTML of its paper, in either script, from the rows of an edition alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from home import paper
from policies.enums import Script
from policies.guide.reading import by_section
from policies.models import EditionService, GuideEdition
from portal.lib.chinese import convert_html
from portal.lib.pinyin import initial

PRINT_CSS = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "css" / "guide-booklet.css"
DOCUMENT_LANGUAGE = {Script.HANT: "zh-Hant", Script.HANS: "zh-Hans"}


@dataclass(frozen=True)
class IndexGroup:
    """The services under one letter, or at one number."""

    name: str
    rows: list[EditionService]


def print_assets() -> dict[str, Path]:
    """The files the paper may use; the renderer reads nothing else."""
    return paper.assets(**{"guide-booklet": PRINT_CSS})


def by_sound(rows: list[EditionService]) -> list[IndexGroup]:
    """The index by pinyin: letters in order, what begins with a digit last."""
    ordered = sorted(rows, key=lambda row: (row.sound, row.estate_name, row.position))
    groups: dict[str, list[EditionService]] = {}
    for row in ordered:
        groups.setdefault(initial(row.sound), []).append(row)
    return [IndexGroup(letter, groups[letter]) for letter in sorted(groups, key=lambda letter: (letter == "#", letter))]


def by_phone(rows: list[EditionService]) -> list[IndexGroup]:
    """The index by phone: which services a number answers for, numbers in order."""
    groups: dict[str, list[EditionService]] = {}
    for row in rows:
        for written, _dial in row.phones:
            groups.setdefault(written, []).append(row)
    return [IndexGroup(number, groups[number]) for number in sorted(groups)]


def booklet_html(edition: GuideEdition, script: Script) -> str:
    """The complete HTML page. The same edition and script give the same text."""
    rows = edition.rows()
    with translation.override("zh-hant"):
        html = render_to_string(
            "print/guide_booklet.html",
            {
                "edition": edition,
                "sections": by_section(rows),
                "sounds": by_sound(rows),
                "phones": by_phone(rows),
                "organisation_name": settings.ORGANISATION_NAME,
                "document_lang": DOCUMENT_LANGUAGE[script],
            },
        )
    return convert_html(html, "hans") if script == Script.HANS else html
