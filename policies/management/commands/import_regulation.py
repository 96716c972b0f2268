"""Reads regulations from a TXT, DOCX or HTML file and saves each as a draft; --dry-run only reports."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.importing import Imported, import_parsed
from policies.parsing import ParsedRegulation, ParseResult, SourceRefused, parse, read_file
from portal.journal.actions import SYSTEM
from portal.lib.refusals import Refused
from portal.org.models import User


class Command(BaseCommand):
    """Exit code 1 and one sentence on stderr when the file is refused or nothing in it is a regulation."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="TXT (UTF-8, UTF-16, GB18030, Big5), DOCX or HTML, at most 20 MB"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would be read, write nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--by", metavar="USERNAME", help="the editor who imports; the portal itself when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = parse(read_file(options["file"]))
        except SourceRefused as refusal:
            raise CommandError(str(refusal)) from None
        saved = [] if options["dry_run"] else self._save(result, options["file"], options["by"])
        if options["format"] == "json":
            report = result.as_json()
            if saved:
                report["saved"] = [{"title": one.regulation.title, "outcome": one.outcome.value} for one in saved]
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for regulation in result.regulations:
            self.stdout.write(_counts(regulation))
        for ignored in result.ignored_lines:
            names = {"line": ignored.line, "why": ignored.why, "text": ignored.text}
            self.stdout.write(_("line %(line)s: %(why)s: %(text)s") % names)
        for one in saved:
            self.stdout.write(f"{one.regulation.title}: {one.outcome.label}")
        self.stdout.write(_read_as(result))

    def _save(self, result: ParseResult, path: str, username: str | None) -> list[Imported]:
        by: Any = SYSTEM
        if username:
            by = User.objects.filter(username=username).first()
            if by is None:
                raise CommandError(_("There is no account named %(name)s.") % {"name": username})
        try:
            with scopes_disabled():
                return import_parsed(by=by, result=result, source_name=path.replace("\\", "/").rpartition("/")[2])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None


def _counts(regulation: ParsedRegulation) -> str:
    by_depth = ", ".join(f"{depth}: {count}" for depth, count in regulation.clauses.items())
    names = {
        "title": regulation.title,
        "clauses": by_depth or "0",
        "items": regulation.items,
        "paragraphs": regulation.paragraphs,
    }
    return _("%(title)s - clauses by level %(clauses)s; starred rules %(items)s; paragraphs %(paragraphs)s") % names


def _read_as(result: ParseResult) -> str:
    names = {"format": result.format.upper(), "encoding": result.encoding}
    if result.encoding:
        return _("Read as %(format)s, encoding %(encoding)s.") % names
    return _("Read as %(format)s.") % names
