"""Reads everything anew into the search index, in batches and without a gap; removes what no source knows any more."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from search import actions


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write only what differs from the database")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        done = actions.repair() if options["repair"] else actions.rebuild()
        if options["format"] == "json":
            self.stdout.write(json.dumps(actions.as_row(done)))
        else:
            self.stdout.write(f"{done.written} written, {done.removed} removed, {done.unchanged} unchanged.")
