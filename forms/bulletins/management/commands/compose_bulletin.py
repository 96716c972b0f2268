"""Composes the bulletin of a unit and period (or takes the one there is) and writes its PDF to a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forms.bulletins import actions
from forms.bulletins.models import BulletinPage
from forms.bulletins.paper import bulletin_html, print_assets
from portal.journal.actions import SYSTEM
from portal.lib.pdf import PdfProblem, render_pdf
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.org.models import Unit, User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", required=True, help="code of the unit")
        parser.add_argument("--period", required=True, help="2026Q3 or 2026H1")
        parser.add_argument("--pdf", type=Path, help="where to write the PDF")
        parser.add_argument("--by", help="account of the editor (default: the portal itself)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"There is no unit with the code {options['unit']!r}.")
        try:
            period = Period.parse(options["period"])
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        by: Any = SYSTEM
        if options["by"]:
            by = User.objects.filter(username=options["by"]).first()
            if by is None:
                raise CommandError(f"There is no account {options['by']!r}.")
        page = BulletinPage.objects.filter(unit=unit, period_code=period.code).first()
        composed = page is None
        if page is None:
            try:
                page = actions.compose_bulletin(by=by, unit=unit, period=period)
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
        if options["pdf"]:
            self._write_pdf(page, options["pdf"])
        if options["format"] == "json":
            content = {"title": page.title, "state": "published" if page.live else "draft", "composed": composed}
            self.stdout.write(json.dumps({**content, **page.figures}, ensure_ascii=False))
        else:
            self.stdout.write(f"{page.title}: {'composed' if composed else 'taken as it stands'}.")

    def _write_pdf(self, page: BulletinPage, path: Path) -> None:
        try:
            data = render_pdf(bulletin_html(page), assets=print_assets())
            path.write_bytes(data)
        except PdfProblem as problem:
            raise CommandError(f"The bulletin cannot be printed: {problem}") from None
        except OSError as problem:
            raise CommandError(f"The PDF cannot be written to {path}: {problem.strerror}.") from None
