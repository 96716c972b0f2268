"""What the reading of a regulation results in: regulations, their clauses as a tree, and the lines worth a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["chapter", "clause", "item", "paragraph", "heading", "appendix"]
NUMBERED: frozenset[Kind] = frozenset({"chapter", "clause"})
UNNUMBERED: frozenset[Kind] = frozenset({"paragraph", "heading"})


@dataclass(frozen=True)
class ParsedClause:
    """One line of a regulation in its place.

    `number` is as people cite it ("4.5.3", "第三條", "(一)", "附錄A"), "" for what carries no number. `depth` of a
    numbered clause is the level of its numbering, from 1; of everything else the depth of its parent plus 1. `heading`
    and `text` are as written, without the mark of numbering. `line` is the line of the source.
    """

    kind: Kind
    number: str
    depth: int
    heading: str
    text: str
    line: int
    children: list[ParsedClause] = field(default_factory=list)

    def walk(self) -> Iterator[ParsedClause]:
        """This clause and everything under it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True)
class ParsedRegulation:
    """One regulation: `nodes` are its top-level clauses, paragraphs and headings; `line` is where its title stands."""

    title: str
    nodes: list[ParsedClause]
    line: int

    def walk(self) -> Iterator[ParsedClause]:
        """Every node of the tree, in reading order."""
        for node in self.nodes:
            yield from node.walk()

    @property
    def clauses(self) -> dict[int, int]:
        """How many numbered clauses there are, by depth."""
        counted = Counter(node.depth for node in self.walk() if node.kind in NUMBERED)
        return dict(sorted(counted.items()))

    @property
    def items(self) -> int:
        """How many starred rules there are."""
        return sum(1 for node in self.walk() if node.kind == "item")

    @property
    def paragraphs(self) -> int:
        """How many lines carry neither number nor star: paragraphs and headings."""
        return sum(1 for node in self.walk() if node.kind in UNNUMBERED)

    @property
    def appendices(self) -> int:
        return sum(1 for node in self.walk() if node.kind == "appendix")


@dataclass(frozen=True)
class IgnoredLine:
    """A line a person should look at. `kept`: its text is in the tree all the same (as a plain paragraph, say)."""

    line: int
    text: str
    why: str
    kept: bool = False


@dataclass(frozen=True)
class ParseResult:
    """What one file holds. `format` is "txt", "docx" or "html"; `encoding` how a text file was read, "" for DOCX."""

    regulations: list[ParsedRegulation]
    ignored_lines: list[IgnoredLine]
    format: str = "txt"
    encoding: str = ""

    def as_json(self) -> dict[str, Any]:
        """The counts and the report as plain values: the object that `import_regulation --format json` prints."""
        return {
            "regulations": [
                {
                    "title": regulation.title,
                    "clauses": {str(depth): count for depth, count in regulation.clauses.items()},
                    "items": regulation.items,
                    "paragraphs": regulation.paragraphs,
                }
                for regulation in self.regulations
            ],
            "ignored_lines": [{"line": one.line, "text": one.text, "why": one.why} for one in self.ignored_lines],
        }
