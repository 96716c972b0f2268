"""An edition's text as HTML: clauses with anchors, a table of contents, plain text; written once per script when
issued."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from policies.content import anchors
from policies.enums import ClauseKind, Script
from policies.models import Edition, EditionBody, EditionClause
from portal.lib.chinese import convert_html, to_script

# Headings of the text begin below the page's own heading.
FIRST_LEVEL, LAST_LEVEL = 2, 6
CONTENTS_LEVELS = 2
CONTENTS_LENGTH = 28


@dataclass(frozen=True)
class Rendered:
    """`html` the clauses, `contents` the nested list of the table of contents (no <nav>), `text` plain."""

    html: SafeString
    contents: SafeString
    text: str


@dataclass
class _Writer:
    children: dict[int | None, list[EditionClause]]
    anchors: dict[int, str]
    plain: list[str] = field(default_factory=list)

    def family(self, parent: EditionClause | None, level: int) -> str:
        """What lies under `parent`; starred items that follow one another become one list."""
        pieces: list[str] = []
        in_list = False
        for row in self.children[parent.pk if parent else None]:
            is_item = row.kind == ClauseKind.ITEM
            if is_item != in_list:
                pieces.append('<ul class="clause-items">' if is_item else "</ul>")
                in_list = is_item
            pieces.append(self.clause(row, level))
        if in_list:
            pieces.append("</ul>")
        return "".join(pieces)

    def clause(self, row: EditionClause, level: int) -> str:
        self.plain.append("  " * (row.depth - 1) + " ".join(p for p in (row.number, row.heading, row.text) if p))
        anchor = self.anchors[row.pk]
        stands_alone = is_heading(row)
        inner = self._heading(row, anchor, level) if stands_alone else ""
        inner += self._paragraphs(row, anchor, with_lead=not stands_alone)
        inner += self._files(row)
        inner += self.family(row, min(level + 1, LAST_LEVEL) if stands_alone else level)
        tag = "li" if row.kind == ClauseKind.ITEM else "section" if stands_alone else "div"
        number = format_html(' data-number="{}"', row.number) if row.number else ""
        return format_html(
            '<{} class="clause clause-{} clause-depth-{}" id="{}"{}>{}</{}>',
            mark_safe(tag),
            row.kind,
            row.depth,
            anchor,
            mark_safe(number),
            mark_safe(inner),
            mark_safe(tag),
        )

    def _files(self, row: EditionClause) -> str:
        """The files of an appendix: their names stand in the text, their bytes behind the door of portal.files."""
        if row.kind != ClauseKind.APPENDIX:
            return ""
        entries = []
        for one in row.appendix_files.all():
            self.plain.append("  " * row.depth + one.file.name)
            address = reverse("private_file", args=[one.file_id])
            entries.append(
                format_html(
                    '<li><a href="{}">{}</a> <span class="file-size">{}</span></li>',
                    address,
                    one.file.name,
                    filesizeformat(one.file.size),
                )
            )
        return f'<ul class="appendix-files">{"".join(entries)}</ul>' if entries else ""

    def _number(self, row: EditionClause, anchor: str) -> str:
        if not row.number:
            return ""
        return format_html('<a class="clause-number" href="#{}">{}</a> ', anchor, row.number)

    def _heading(self, row: EditionClause, anchor: str, level: int) -> str:
        tag = mark_safe(f"h{level}")
        return format_html(
            '<{} class="clause-heading">{}{}</{}>', tag, mark_safe(self._number(row, anchor)), row.heading, tag
        )

    def _paragraphs(self, row: EditionClause, anchor: str, *, with_lead: bool) -> str:
        lead = ""
        if with_lead:
            lead = self._number(row, anchor)
            if row.heading:
                lead += format_html('<strong class="clause-lead">{}</strong> ', row.heading)
        lines = [line.strip() for line in row.text.splitlines() if line.strip()] or ([""] if lead else [])
        return "".join(
            format_html("<p>{}{}</p>", mark_safe(lead if place == 0 else ""), line) for place, line in enumerate(lines)
        )


def is_heading(row: EditionClause) -> bool:
    """Whether the clause stands as a heading of its own: a chapter, heading or appendix, or a clause that only groups
    others."""
    if not row.heading:
        return False
    return row.kind in {ClauseKind.CHAPTER, ClauseKind.HEADING, ClauseKind.APPENDIX} or not row.text


def render(rows: Sequence[EditionClause]) -> Rendered:
    """The clauses (reading order, `clause` loaded) as written, without conversion of script."""
    children: dict[int | None, list[EditionClause]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    places = {row.pk: row.anchor or anchor for row, anchor in zip(rows, anchors(rows), strict=True)}
    writer = _Writer(children, places)
    html = writer.family(None, FIRST_LEVEL)
    return Rendered(mark_safe(html), mark_safe(_contents(children, places, None, 1)), "\n".join(writer.plain))


def _contents(
    children: dict[int | None, list[EditionClause]], places: dict[int, str], parent: int | None, level: int
) -> str:
    entries = []
    for row in children[parent]:
        if not (row.heading or (level == 1 and row.number)) or row.kind == ClauseKind.ITEM:
            continue
        label = row.heading or (row.text[:CONTENTS_LENGTH] + ("…" if len(row.text) > CONTENTS_LENGTH else ""))
        inner = _contents(children, places, row.pk, level + 1) if level < CONTENTS_LEVELS else ""
        number = f'<span class="clause-number">{escape(row.number)}</span> ' if row.number else ""
        entries.append(f'<li><a href="#{escape(places[row.pk])}">{number}{escape(label)}</a>{inner}</li>')
    return f'<ol class="contents-list contents-level-{level}">{"".join(entries)}</ol>' if entries else ""


def body_in(edition: Edition, rendered: Rendered, script: str) -> EditionBody:
    """The unsaved body in one script. A text in Traditional stays as written in `hant` (see chinese.to_script)."""
    title = to_script(edition.title, script)
    html = convert_html(rendered.html, script)
    contents = convert_html(rendered.contents, script)
    digest = hashlib.sha256("\x00".join([edition.tree_hash, script, title, html, contents]).encode()).hexdigest()
    return EditionBody(
        edition=edition,
        script=script,
        title=title,
        html=html,
        contents=contents,
        text=to_script(rendered.text, script),
        digest=digest,
    )


def write_bodies(edition: Edition, rows: Sequence[EditionClause]) -> None:
    """Renders an edition and keeps it in both scripts. Part of issuing: called by that verb alone."""
    rendered = render(rows)
    EditionBody.objects.bulk_create(body_in(edition, rendered, script) for script in Script.values)
