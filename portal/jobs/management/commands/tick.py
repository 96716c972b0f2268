"""Does whatever is due at this moment, exactly once, however often it is called."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.jobs.schedule import tick
from portal.jobs.worker import reap


def moment_of(text: str) -> datetime:
    """An ISO moment; without an offset it is the organisation's local time."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is not a moment: write it like 2026-10-01T09:00.")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="the moment, e.g. 2026-10-01T09:00 (default: now)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        at = moment_of(options["at"]) if options["at"] is not None else None
        given_back = reap(now=at)
        done = tick(at=at)
        if options["format"] == "json":
            rows = [{"name": row.name, "moment": row.moment.isoformat(), "problem": row.problem} for row in done]
            self.stdout.write(json.dumps({"done": rows, "given_back": given_back}))
        else:
            for row in done:
                self.stdout.write(f"{row.moment.isoformat()} {row.name} {row.problem or 'done'}")
            self.stdout.write(f"{len(done)} done, {given_back} jobs given back.")
        if any(row.problem for row in done):
            raise CommandError("Some scheduled work failed; it will be tried again.")
