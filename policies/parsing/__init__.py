"""Reading regulations from files: `parse(read_file(path))` gives the clause tree and a report of doubtful lines."""

from policies.parsing.outline import parse
from policies.parsing.reading import MAX_BYTES, check_size, read_file
from policies.parsing.source import Source, SourceLine, SourceRefused
from policies.parsing.tree import IgnoredLine, ParsedClause, ParsedRegulation, ParseResult

__all__ = [
    "MAX_BYTES",
    "IgnoredLine",
    "ParseResult",
    "ParsedClause",
    "ParsedRegulation",
    "Source",
    "SourceLine",
    "SourceRefused",
    "check_size",
    "parse",
    "read_file",
]
