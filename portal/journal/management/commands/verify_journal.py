"""Proves that the journal is whole: no entry edited, deleted, swapped, inserted; no tail cut off (against anchors)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.journal.actions import Anchor, anchor, faults


def read_anchors(path: Path) -> list[Anchor]:
    """Anchors of a file: one "sequence hash" a line."""
    anchors = []
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), start=1):
        parts = line.split()
        if len(parts) != 2 or not parts[0].isdigit():
            raise CommandError(f"{path}, line {number}: expected a sequence number and a hash.")
        anchors.append(Anchor(int(parts[0]), parts[1]))
    return anchors


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, help="file of anchors kept outside the database")
        parser.add_argument("--write-anchor", type=Path, help="append the present end of the chain to this file")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            anchors = read_anchors(options["anchor"]) if options["anchor"] else []
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"The anchor file cannot be read: {problem}") from None
        found = list(faults(anchors))
        end = anchor()
        if options["format"] == "json":
            rows = [{"sequence": fault.sequence, "what": fault.what} for fault in found]
            report = {"entries": end.sequence, "hash": end.hash, "faults": rows}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            for fault in found:
                self.stdout.write(f"{fault.sequence}: {fault.what}")
        if found:
            raise CommandError(f"The journal does not hold: {len(found)} faults.")
        if options["write_anchor"]:
            with options["write_anchor"].open("a", encoding="ascii") as file:
                file.write(f"{end.sequence} {end.hash}\n")
        if options["format"] == "text":
            self.stdout.write(f"The journal holds: {end.sequence} entries.")
