"""Trees as short text, so that a test shows what it expects."""

from __future__ import annotations

from policies.parsing import ParsedClause, ParseResult, Source, SourceLine, parse


def read_text(text: str, title: str = "檔名") -> ParseResult:
    lines = [SourceLine(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    return parse(Source(lines, "txt", title_hint=title))


def outline(nodes: list[ParsedClause], indent: str = "") -> list[str]:
    """One line a node: indentation for its place, then number, heading and text (a star for items, ~ for paragraphs,
    # for headings)."""
    written = []
    for node in nodes:
        sign = {"item": "*", "paragraph": "~", "heading": "#"}.get(node.kind, node.number)
        words = "|".join(part for part in (node.heading, node.text) if part)
        written.append(f"{indent}{sign} {words}".rstrip())
        written += outline(node.children, indent + "  ")
    return written


def tree(text: str) -> list[str]:
    """The outline of the only regulation of a text."""
    (regulation,) = read_text(text).regulations
    return outline(regulation.nodes)


def same(result: ParseResult) -> list[tuple[str, list[tuple[str, str, int, str, str]]]]:
    """What must be equal whatever file a text came in: everything but the numbers of lines."""
    return [
        (one.title, [(node.kind, node.number, node.depth, node.heading, node.text) for node in one.walk()])
        for one in result.regulations
    ]
