"""How the 58 duties stand in a period: measured, or not measured yet (a gap, never done)."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies import obligations
from policies.actions import load_obligations
from policies.models import Obligation
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.periods import Period
from portal.org.models import Unit


class Command(BaseCommand):
    help = "Shows every obligation with its state in a period, for a unit or for the whole organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", help="code of the unit; left out: the whole organisation")
        parser.add_argument(
            "--period", help="2026, 2026H1, 2026Q3, 2026-10, 2026-W40, 2026-10-05; left out: this month"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = None
        if options["unit"]:
            unit = Unit.objects.filter(code=options["unit"]).first()
            if unit is None:
                raise CommandError(_("There is no unit with the code %(code)s.") % {"code": options["unit"]})
        try:
            period = Period.parse(options["period"]) if options["period"] else Period.of("month", clock.today())
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        if not Obligation.objects.exists():
            load_obligations(by=SYSTEM)
        with scopes_disabled():
            found = obligations.states(unit, period)
        report = obligations.as_json(found, unit, period)
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        for row in report["obligations"]:
            figures = f"{row['done']}/{row['due']}" if row["state"] == obligations.MEASURED else _("not measured yet")
            late = _("%(late)d done late") % {"late": row["late"]} if row["late"] else ""
            line = f"{row['code']}  {row['result'] or '–':<12} {figures:>12} {'*' if row['frozen'] else ' '}"
            self.stdout.write(f"{line} {row['who']}：{row['duty']} {late}".rstrip())
        counts = report["counts"]
        self.stdout.write(
            _("%(measured)d measured, %(gaps)d not measured yet")
            % {"measured": counts["measured"], "gaps": counts["not_measured"]}
        )
        self.stdout.write(_("* frozen when the period closed"))
