"""Charts as SVG of our own: the same drawing on screen, on a phone and on paper, each with its table and its sentence.

No style attributes and no style element, so a strict content security policy holds. Colours are presentation
attributes, which CSS classes may override: `chart`, `chart-fill-1` … `chart-fill-6`, `chart-line-1` … `chart-line-6`,
`chart-text`, `chart-muted`, `chart-axis`, `chart-grid`, `chart-limit`, `chart-tint` (the paper under a pattern).
Series differ by pattern, dash, marker and label too, never by colour alone. The drawing is 360 units wide, so that its
text of 12 units is 12 pixels tall on a phone 375 pixels wide; let CSS give it `width: 100%; height: auto`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.lib import charts_svg as draw
from portal.lib.charts_svg import MARGIN, WIDTH, Numbers, Value


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values; None where there is no number (a zero denominator), which is drawn as a gap. `marked`
    False draws the line without its points: limits that accompany what was observed."""

    name: str
    values: Sequence[Value]
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, its table (`rows`, heading first, cells as text) and its content in a sentence or two."""

    title: str
    svg: SafeString
    rows: list[list[str]]
    summary: str

    def __html__(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg


def bar_chart(
    title: str, labels: Sequence[str], values: Sequence[Value], *, unit: str = "", decimals: int | None = None
) -> Chart:
    """Horizontal bars, one for each label, with the label above its bar and the value behind it.

    `unit` follows each number ("%", "件"); `decimals` fixes the digits after the point (default: as many as needed, at
    most two). ValueError when labels and values differ in number, or a value is negative or not finite.
    """
    return stacked_bar(title, labels, [Series(_("Value"), values)], unit=unit, decimals=decimals)


def stacked_bar(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", decimals: int | None = None
) -> Chart:
    """Horizontal bars divided into the series, with the sum behind each, and a legend when there are several series.

    A missing part makes its bar's sum missing too. Errors as in `bar_chart`.
    """
    _check(labels, series, negative=False)
    form = Numbers(unit, decimals)
    totals = [_total([one.values[i] for one in series]) for i in range(len(labels))]
    parts: list[str] = []
    key = _key(title, labels, series)
    y = _draw_bars(parts, key, labels, series, totals, form)
    rows = _table(labels, series, form, totals if len(series) > 1 else None)
    summary = _bar_summary(labels, totals, form)
    return Chart(title, _finished(key, title, summary, y + 6, parts), rows, summary)


def _draw_bars(
    parts: list[str],
    key: str,
    labels: Sequence[str],
    series: Sequence[Series],
    totals: Sequence[Value],
    form: Numbers,
) -> float:
    several = len(series) > 1
    parts.append(draw.patterns(key, len(series)))
    y = draw.legend(parts, key, series, 4, lines=False) if several else 4.0
    longest = max([draw.text_width(form(total), 12) for total in totals], default=20.0)
    room = WIDTH - 2 * MARGIN - longest - 8
    sums = [sum(one.values[i] or 0 for one in series) for i in range(len(labels))]
    largest = max(sums, default=0) or 1
    for i, label in enumerate(labels):
        parts.append(draw.text_at(MARGIN, y + 13, draw.shortened(label, WIDTH - 2 * MARGIN, 12)))
        x = float(MARGIN)
        for n, one in enumerate(series):
            value = one.values[i]
            length = room * (value or 0) / largest
            if length <= 0:
                continue
            hint = f"{label} {one.name}" if several else label
            parts.append(draw.bar_at(key, n, x, y + 18, length, 16, f"{hint}: {form(value)}"))
            inside = form(value, plain=True)
            if several and length > draw.text_width(inside, 11) + 10:
                parts.append(draw.plate(x + length / 2, y + 30, inside))
            x += length
        parts.append(draw.line_at("chart-axis", MARGIN, y + 16, MARGIN, y + 36, draw.MUTED))
        parts.append(draw.text_at(x + 5, y + 31, form(totals[i]), weight="600"))
        y += 42
    if labels:
        return y
    parts.append(draw.text_at(MARGIN, y + 16, _("No figures yet."), muted=True))
    return y + 24


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    decimals: int | None = None,
    limits: Sequence[tuple[str, float]] = (),
    from_zero: bool = True,
) -> Chart:
    """Lines over `labels` (periods), each series with its own dash and marker, gaps where there is no number.

    `limits` are named horizontal lines (a target, control limits). The scale begins at zero unless told otherwise.
    ValueError when labels and values differ in number, or a value is not finite.
    """
    _check(labels, series, negative=True)
    form = Numbers(unit, decimals)
    parts: list[str] = []
    key = _key(title, labels, [*series, *(Series(name, [value]) for name, value in limits)])
    top = draw.legend(parts, key, series, 4, lines=True) if len(series) > 1 else 8.0
    known = [float(v) for one in series for v in one.values if v is not None]
    field = _Field(len(labels), top, draw.scale([*known, *(value for _name, value in limits)], from_zero), form)
    for tick in field.ticks:
        y = field.up(tick)
        parts.append(draw.line_at("chart-grid", field.left, y, field.right, y, draw.GRID))
        parts.append(draw.text_at(field.left - 5, y + 4, form(tick), size=11, anchor="end", muted=True))
    for _name, value in limits:
        y = field.up(value)
        parts.append(draw.line_at("chart-limit", field.left, y, field.right, y, draw.INK, dash="7 4"))
    for n, one in enumerate(series):
        parts.append(draw.series_line(n, one, labels, field.across, field.up, form))
    for name, value in limits:  # After the lines, so that no line runs through the name.
        label = f"{name} {form(value)}"
        parts.append(draw.plate(field.left + 6 + draw.text_width(label, 11) / 2, field.up(value) - 4, label))
    parts.extend(draw.period_labels(labels, field.across, field.base + 17, field.right - field.left))
    if not known:
        x, y = (field.left + field.right) / 2, field.base - field.height / 2 - 6
        parts.append(draw.text_at(x, y, _("No figures yet."), anchor="middle", muted=True))
    summary = _line_summary(labels, series, form)
    rows = _table(labels, series, form, None)
    return Chart(title, _finished(key, title, summary, field.base + 27, parts), rows, summary)


class _Field:
    """The rectangle a line is drawn in, and where a period and a value lie in it."""

    height = 150.0
    right = WIDTH - 14.0

    def __init__(self, periods: int, top: float, scale: tuple[float, float, float], form: Numbers) -> None:
        self._periods = periods
        self._low, self._high, step = scale
        self.ticks = [self._low + step * n for n in range(round((self._high - self._low) / step) + 1)]
        self.left = MARGIN + max(draw.text_width(form(tick), 11) for tick in self.ticks) + 6
        self.base = top + self.height + 6

    def across(self, i: int) -> float:
        if self._periods < 2:
            return (self.left + self.right) / 2
        return self.left + 8 + (self.right - self.left - 8) * i / (self._periods - 1)

    def up(self, value: float) -> float:
        return self.base - self.height * (value - self._low) / (self._high - self._low)


def _check(labels: Sequence[str], series: Sequence[Series], *, negative: bool) -> None:
    if not series:
        raise ValueError("A chart needs a series.")
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"Series “{one.name}” has {len(one.values)} values for {len(labels)} labels.")
        for value in one.values:
            if value is not None and (not math.isfinite(value) or (value < 0 and not negative)):
                raise ValueError(f"Series “{one.name}” holds {value}, which a chart cannot show.")


def _total(values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _key(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """An id prefix from the content: the same chart gives the same bytes, two charts on a page do not collide."""
    content = repr((title, list(labels), [(one.name, list(one.values)) for one in series]))
    return "c" + hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _finished(key: str, title: str, summary: str, height: float, parts: Sequence[str]) -> SafeString:
    return mark_safe(draw.svg(key, title, summary, height, parts))  # Everything in it is escaped by charts_svg.


def _table(
    labels: Sequence[str], series: Sequence[Series], form: Numbers, totals: Sequence[Value] | None
) -> list[list[str]]:
    heading = ["", *(one.name for one in series), *([_("Total")] if totals is not None else [])]
    rows = [heading]
    for i, label in enumerate(labels):
        values = [one.values[i] for one in series] + ([totals[i]] if totals is not None else [])
        rows.append([label, *(form(value) for value in values)])
    return rows


def _bar_summary(labels: Sequence[str], totals: Sequence[Value], form: Numbers) -> str:
    known = [(total, label) for total, label in zip(totals, labels, strict=True) if total is not None]
    if not known:
        return _("No figures yet.")
    if len(known) <= 3:
        return ", ".join(f"{label}: {form(total)}" for total, label in known)
    highest = max(known, key=lambda pair: pair[0])
    lowest = min(known, key=lambda pair: pair[0])
    message = _("%(count)s bars. Highest: %(high)s (%(high_value)s). Lowest: %(low)s (%(low_value)s).")
    return message % {
        "count": len(known),
        "high": highest[1],
        "high_value": form(highest[0]),
        "low": lowest[1],
        "low_value": form(lowest[0]),
    }


def _line_summary(labels: Sequence[str], series: Sequence[Series], form: Numbers) -> str:
    sentences = []
    for one in series:
        known = [(label, value) for label, value in zip(labels, one.values, strict=True) if value is not None]
        if not known:
            continue
        message = _("%(name)s: from %(first)s (%(first_label)s) to %(last)s (%(last_label)s).")
        sentences.append(
            message
            % {
                "name": one.name,
                "first": form(known[0][1]),
                "first_label": known[0][0],
                "last": form(known[-1][1]),
                "last_label": known[-1][0],
            }
        )
    return " ".join(sentences) or _("No figures yet.")
