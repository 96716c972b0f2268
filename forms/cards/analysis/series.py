"""A series of counts from a spreadsheet for a control chart, and what the chart says as words and as an object."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from portal.lib.control_charts import ChartRefused, ControlChart, Phase, Reason
from portal.lib.cusum import Cusum
from portal.lib.refusals import Refused
from portal.lib.spreadsheets import read_rows

LONGEST_SERIES = 100_000
LARGEST, FINEST = Decimal("1e12"), Decimal("1e-9")
LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True)
class CountSeries:
    """`lines` are the lines of the file, for sentences; `sizes` None where the file has no such column."""

    counts: tuple[Decimal, ...]
    sizes: tuple[Decimal, ...] | None
    lines: tuple[int, ...]


def read_series(data: bytes) -> CountSeries:
    """Columns count and size (size may be missing). Refused or SpreadsheetRefused name the line."""
    counts, sizes, lines, has_sizes = [], [], [], False
    for line, row in read_rows(data, max_rows=LONGEST_SERIES):
        cells = {title.lower(): cell for title, cell in row.items()}
        if "count" not in cells:
            raise Refused(_("The first line must name the columns: count, and size where there is one."))
        has_sizes = "size" in cells
        lines.append(line)
        counts.append(_number(cells["count"], "count", line))
        if has_sizes:
            sizes.append(_number(cells["size"], "size", line))
    if not lines:
        raise Refused(_("There are no numbers below the heading."))
    return CountSeries(tuple(counts), tuple(sizes) if has_sizes else None, tuple(lines))


def _number(text: str, column: str, line: int) -> Decimal:
    """Digits of any script, with a point. What is larger or finer than anybody counts would only cost time."""
    if not text:
        raise Refused(_("Line %(line)s: %(column)s is empty.") % {"line": line, "column": column})
    named = {"line": line, "column": column, "text": text[:40]}
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    if len(plain) > LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        message = _("Line %(line)s: %(column)s is “%(text)s”, which is no number. Write it with digits, as in 1234.5.")
        raise Refused(message % named)
    number = Decimal(plain)
    if abs(number) > LARGEST or 0 < abs(number) < FINEST:
        message = _("Line %(line)s: %(column)s is “%(text)s”, which is too large or too small to be counted.")
        raise Refused(message % named)
    return number


def sentence(refused: ChartRefused, lines: Sequence[int] = ()) -> str:
    """Why there is no chart, with the line of the file."""
    said = {
        Reason.NEGATIVE: _("Numbers of things and sizes are not below zero."),
        Reason.SIZES_MISSING: _("This kind of chart needs the column size: how much was looked at each time."),
        Reason.SIZES_VARY: _("The sizes differ: take a p chart instead of np, a u chart instead of c."),
        Reason.COUNT_ABOVE_SIZE: _("More were counted than were looked at."),
        Reason.COUNT_WITHOUT_SIZE: _("Something was counted, but the size is zero."),
        Reason.NOT_WHOLE: _("Things are counted in whole numbers."),
        Reason.UNEVEN: _("There are not as many sizes as counts."),
        Reason.PHASE: _("A new phase begins at a point after the first, up to the last."),
        Reason.NO_SPREAD: _("The values do not differ: there is nothing to add up. Give a sigma."),
    }[refused.reason]
    if refused.n is None or not lines:
        return said
    return _("Line %(line)s: %(sentence)s") % {"line": lines[refused.n - 1], "sentence": said}


def chart_as_json(chart: ControlChart) -> dict[str, Any]:
    """One object; points outside and signals by the number of the row, from 1."""
    last = chart.phases[-1] if chart.phases else None
    found: dict[str, Any] = {
        "kind": chart.kind.value,
        "centre": chart.centre,
        "points": [
            {
                "n": point.n,
                "count": whole(point.count),
                "size": whole(point.size),
                "value": point.value,
                "centre": point.centre,
                "lower": point.lower,
                "upper": point.upper,
            }
            for point in chart.points
        ],
        "outside": list(chart.outside),
        "signals": [{"rule": one.rule, "n": one.n, "side": one.side.value} for one in chart.signals],
        "overdispersion_p": last.overdispersion_p if last else None,
        "laney": _laney_as_json(last),
    }
    if len(chart.phases) > 1:
        found["phases"] = [
            {
                "first": phase.first,
                "last": phase.last,
                "centre": phase.centre,
                "overdispersion_p": phase.overdispersion_p,
                "laney": _laney_as_json(phase),
            }
            for phase in chart.phases
        ]
    return found


def _laney_as_json(phase: Phase | None) -> dict[str, Any] | None:
    """`applies`: the counts spread more than their distribution explains, so these limits are the ones to use."""
    if phase is None or phase.laney is None:
        return None
    rows = zip(phase.points, phase.laney.lower, phase.laney.upper, strict=True)
    return {
        "sigma_z": phase.laney.sigma_z,
        "applies": phase.is_overdispersed,
        "points": [{"n": point.n, "lower": lower, "upper": upper} for point, lower, upper in rows],
        "outside": list(phase.laney.outside),
    }


def cusum_as_json(found: Cusum, based_on: str) -> dict[str, Any]:
    return {
        "kind": "cusum",
        "based_on": based_on,
        "centre": found.centre,
        "k": found.k,
        "h": found.h,
        "points": [
            {
                "n": point.n,
                "count": whole(point.count),
                "size": whole(point.size),
                "value": point.value,
                "z": point.z,
                "upper_sum": point.high,
                "lower_sum": point.low,
            }
            for point in found.points
        ],
        "outside": sorted({signal.n for signal in found.signals}),
        "signals": [{"n": one.n, "side": one.side.value, "began": one.began} for one in found.signals],
    }


def whole(number: float) -> float | int:
    return int(number) if Fraction(number).denominator == 1 else number
