"""Makes the kept sums of cards anew from all cards; with --check only compares them, and ends with status 1 where they
differ."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forms.cards import tallies
from portal.org.models import Unit

SHOWN = 50


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, list what differs")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(as_json=options["format"] == "json")
            return
        rows = tallies.rebuild()
        if options["format"] == "json":
            self.stdout.write(json.dumps({"rows": rows}))
        else:
            self.stdout.write(f"{rows} sums made anew from the cards.")

    def _check(self, *, as_json: bool) -> None:
        found = tallies.differences()
        codes = dict(Unit.objects.filter(pk__in={one.unit for one in found}).values_list("pk", "code"))
        lines = [
            {
                "table": one.table,
                "unit": codes[one.unit],
                "day": one.day.isoformat(),
                "planned": one.planned,
                "too_many": one.too_many,
            }
            for one in found
        ]
        if as_json:
            self.stdout.write(json.dumps({"differences": lines}))
        elif not lines:
            self.stdout.write("The sums are what the cards add up to.")
        for one, line in zip(found[:SHOWN], lines, strict=False):
            if not as_json:
                self.stdout.write(f"{line['unit']}  {one.without_person}")
        if found:
            more = "at least " if len(found) >= tallies.MOST_DIFFERENCES else ""
            raise CommandError(f"{more}{len(found)} sums differ. Run rebuild_figures without --check to mend them.")
