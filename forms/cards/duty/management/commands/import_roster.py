"""import_roster FILE [--dry-run] [--as USERNAME] [--format json]: rosters from a CSV or XLSX file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from forms.cards.duty.importing import COLUMNS, EXAMPLES, RosterReport, import_roster
from portal.journal.actions import SYSTEM
from portal.lib.refusals import Refused
from portal.lib.spreadsheets import SpreadsheetRefused, rows_from_dicts, write_csv
from portal.org.models import User


class Command(BaseCommand):
    help = "Imports rosters from a CSV or XLSX file: who works which shift on which day, leave, days off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a .csv or .xlsx file; --template shows its columns")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--as", dest="username", default="", help="the account that imports; default: the portal")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--template", action="store_true", help="print a CSV template with examples and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            write_csv(rows_from_dicts(EXAMPLES, COLUMNS), sys.stdout.buffer)
            return
        if not options["file"]:
            raise CommandError("Name a file, or ask for --template.")
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']}: {problem.strerror or problem}") from None
        try:
            report = import_roster(data, by=_actor(options["username"]), dry_run=options["dry_run"])
        except (SpreadsheetRefused, Refused) as problem:
            raise CommandError(str(problem)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False))
        else:
            self._write_text(report)
        if report.errors:
            sys.exit(1)

    def _write_text(self, report: RosterReport) -> None:
        for error in report.errors:
            where = f"{error.line}: {error.column}: " if error.column else f"{error.line}: "
            self.stdout.write(f"{where}{error.message}")
        words = _(
            "%(rows)s rows: days new %(new)s, changed %(changed)s, already so %(already)s; with errors %(refused)s"
        )
        self.stdout.write(words % as_json(report))


def as_json(report: RosterReport) -> dict[str, Any]:
    """One object: counts, and every error with its line and column."""
    return {
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "already": report.already,
        "refused": report.refused,
        "dry_run": report.dry_run,
        "errors": [asdict(error) for error in report.errors],
    }


def _actor(username: str) -> Any:
    if not username:
        return SYSTEM
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no account {username}.")
    return user
