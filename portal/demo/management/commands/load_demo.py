"""Loads the demo company. Run again, it builds only what is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demo import actions
from portal.lib.refusals import Refused


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        def tell(name: str) -> None:
            self.stdout.write(f"demo company: {name} ...")
            self.stdout.flush()

        try:
            built = actions.load(tell=tell)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"demo company: {len(built)} stages built." if built else "demo company: complete.")
