"""chart_limits --kind p|np|c|u|cusum --csv FILE [--split N …] [--format json]: a control chart of counts in a file."""

from __future__ import annotations

import json
import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from forms.cards.analysis.series import CountSeries, chart_as_json, cusum_as_json, read_series, sentence
from portal.lib.control_charts import ChartKind, ChartRefused, ControlChart, control_chart
from portal.lib.cusum import ALLOWANCE, DECISION_INTERVALS, Cusum, cusum_of_counts, cusum_of_values
from portal.lib.refusals import Refused
from portal.lib.spreadsheets import SpreadsheetRefused

VALUES = "values"


class Command(BaseCommand):
    help = "Centre, limits for each point, points outside and rule signals of a series of counts (columns count,size)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=[*ChartKind, "cusum"])
        parser.add_argument("--csv", required=True, help="a .csv or .xlsx file with the columns count and size")
        parser.add_argument("--split", type=int, action="append", default=[], help="a point at which new limits begin")
        parser.add_argument(
            "--of", choices=["p", "u", "c", VALUES], help="cusum: what is added up (default: as it fits)"
        )
        parser.add_argument("--target", type=float, help="cusum of values: the target (default: the mean)")
        parser.add_argument("--sigma", type=float, help="cusum of values: sigma (default: mean range / 1.128)")
        parser.add_argument("--k", type=float, default=ALLOWANCE, help="cusum: allowance in sigmas")
        parser.add_argument("--decision-interval", "--h", type=float, default=DECISION_INTERVALS[1], dest="h")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            series = read_series(Path(options["csv"]).read_bytes())
        except OSError as problem:
            raise CommandError(f"{options['csv']}: {problem.strerror or problem}") from None
        except (SpreadsheetRefused, Refused) as problem:
            raise CommandError(str(problem)) from None
        try:
            if options["kind"] == "cusum":
                answer, text = self._cusum(series, options)
            else:
                chart = control_chart(options["kind"], series.counts, series.sizes, phases=options["split"])
                answer, text = chart_as_json(chart), chart_as_text(chart)
        except ChartRefused as refused:
            raise CommandError(sentence(refused, series.lines)) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["format"] == "json" else "\n".join(text))

    def _cusum(self, series: CountSeries, options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        if options["split"]:
            raise CommandError(_("A CUSUM has no phases: leave --split out."))
        given = (options["k"], options["h"], options["target"], options["sigma"])
        if not all(number is None or math.isfinite(number) for number in given):
            raise CommandError(_("k, the decision interval, target and sigma are numbers."))
        if not (options["k"] >= 0 and options["h"] > 0) or (options["sigma"] is not None and not options["sigma"] > 0):
            raise CommandError(_("k is at least 0; the decision interval and sigma are above 0."))
        kind = options["of"] or _fitting(series, options)
        if kind == VALUES:
            values = [float(value) for value in series.counts]
            steps = {"k": options["k"], "h": options["h"]}
            found = cusum_of_values(values, target=options["target"], sigma=options["sigma"], **steps)
        elif options["target"] is not None or options["sigma"] is not None:
            raise CommandError(_("A target and a sigma belong to --of values."))
        else:
            found = cusum_of_counts(kind, series.counts, series.sizes, k=options["k"], h=options["h"])
        return cusum_as_json(found, kind), cusum_as_text(found)


def _fitting(series: CountSeries, options: dict[str, Any]) -> str:
    """Rates where there are sizes, counts where all are whole numbers, else measured values."""
    if options["target"] is not None or options["sigma"] is not None:
        return VALUES
    if series.sizes is not None:
        return ChartKind.U.value
    whole = all(count == count.to_integral_value() and count >= 0 for count in series.counts)
    return ChartKind.C.value if whole else VALUES


def chart_as_text(chart: ControlChart) -> list[str]:
    lines = []
    for phase in chart.phases:
        if len(chart.phases) > 1:
            lines.append(_("Points %(first)s to %(last)s") % {"first": phase.first, "last": phase.last})
        if phase.centre is None:
            lines.append(_("No point: every size is zero."))
            continue
        lines.append(f"{_('centre')} {phase.centre:.6g}")
        lines += [
            f"{point.n}\t{point.value:.6g}\t[{point.lower:.6g}, {point.upper:.6g}]{' *' if point.outside else ''}"
            for point in phase.points
        ]
        if phase.overdispersion_p is not None:
            lines.append(f"{_('over-dispersion p')} {phase.overdispersion_p:.4g}")
        if phase.laney is not None:
            lines.append(f"{_('Laney sigma z')} {phase.laney.sigma_z:.4g}")
            rows = zip(phase.points, phase.laney.lower, phase.laney.upper, strict=True)
            if phase.is_overdispersed:
                lines += [f"{point.n}\t[{lower:.6g}, {upper:.6g}]" for point, lower, upper in rows]
    lines.append(f"{_('outside')}: {_numbers(chart.outside)}")
    lines += [
        _("rule %(rule)s at %(n)s, %(side)s") % {"rule": one.rule, "n": one.n, "side": _side(one.side)}
        for one in chart.signals
    ]
    return lines


def cusum_as_text(found: Cusum) -> list[str]:
    lines = [f"{_('centre')} {found.centre:.6g}"] if found.centre is not None else []
    lines += [f"{one.n}\t{one.value:.6g}\tz {one.z:.4g}\t+{one.high:.4g}\t-{one.low:.4g}" for one in found.points]
    words = _("signal at %(n)s, %(side)s, began at %(began)s")
    lines += [words % {"n": one.n, "side": _side(one.side), "began": one.began} for one in found.signals]
    return lines or [_("No point: every size is zero.")]


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or _("none")


def _side(side: str) -> str:
    return _("above") if side == "above" else _("below")
