"""`manage.py draw_revisits --week 2026-W48`: draws a week's revisits, or shows that the draw can be repeated."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from forms.revisits.actions.drawing import OfficeDraw, draw_week, draws_of, is_reproduced, week_of
from portal.journal.actions import SYSTEM
from portal.lib.refusals import Refused


class Command(BaseCommand):
    help = "Draw a fifth of each office's finished work orders of a week; a week that was drawn is proved, not redrawn."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--week", required=True, help="ISO week, for example 2026-W48")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            week = week_of(options["week"])
            new = {one.pk for one in draw_week(by=SYSTEM, week=week)}
        except Refused as refused:
            raise CommandError(str(refused.message)) from refused
        found = draws_of(week)
        rows = [_told(one, is_new=one.draw.pk in new) for one in found]
        if options["format"] == "json":
            self.stdout.write(json.dumps({"week": week.code, "draws": rows}, ensure_ascii=False, indent=2))
        else:
            for row in rows:
                line = _("%(office)s: %(drawn)s of %(population)s drawn, seed %(seed)s")
                self.stdout.write(line % {**row, "drawn": len(row["drawn"]), "population": len(row["population"])})
                self.stdout.write("  " + " ".join(row["drawn"]))
        if any(not row["reproduced"] for row in rows):
            raise CommandError(_("A draw is not what its seed and population give: look into the journal."))


def _told(found: OfficeDraw, *, is_new: bool) -> dict[str, Any]:
    return {
        "office": found.draw.office.code,
        "source": found.draw.source,
        "seed": found.draw.seed,
        "frozen_at": found.draw.frozen_at.isoformat(),
        "new": is_new,
        "reproduced": is_reproduced(found),
        "population": sorted(member.key for member in found.members),
        "late": sorted(member.key for member in found.members if member.late),
        "drawn": [member.key for member in found.drawn],
        "replacements": [
            {"key": member.key, "instead_of": member.replaces.key if member.replaces else ""}
            for member in found.replacements
        ],
        "outcomes": {member.key: member.revisit.state for member in found.called if member.revisit is not None},
    }
