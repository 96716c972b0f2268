"""The strokes that `portal.lib.charts` draws with: text, bars, lines, patterns, legends; everything escaped."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

WIDTH = 360
MARGIN = 8
COLOURS = ("#1f5f8b", "#d98324", "#4b7f52", "#8c3f5d", "#6b6f7a", "#b59b2b")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 3", "11 4")
INK, MUTED, GRID, PAPER = "#22272e", "#5a6270", "#d5d9e0", "#ffffff"

Value = float | int | None


class Named(Protocol):
    """What the strokes need of a series."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> Sequence[Value]: ...
    @property
    def marked(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers as text: digits after the point as asked (default: up to two, no idle zeros), and a unit."""

    unit: str = ""
    decimals: int | None = None

    def __call__(self, value: Value, *, plain: bool = False) -> str:
        if value is None:
            return "–"
        if self.decimals is not None:
            text = f"{value:,.{self.decimals}f}"
        else:
            text = f"{value:,.2f}".rstrip("0").rstrip(".")
            if text in ("0", "-0") and value:
                text = f"{value:.2g}"
        return text if plain else text + self.unit


def number(value: float) -> str:
    """A coordinate: two digits after the point at most, so that the same figures give the same bytes."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text_width(text: str, size: float) -> float:
    """How wide `text` will be, about: a Han character is as wide as it is tall, a Latin one a little over half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.58 for c in text) * size


def shortened(text: str, room: float, size: float) -> str:
    """`text`, cut with an ellipsis when it is wider than `room` (its table always has it whole)."""
    text = " ".join(text.split())
    if text_width(text, size) <= room:
        return text
    while text and text_width(text, size) > room - size:
        text = text[:-1]
    return text + "…"


def clean(text: str) -> str:
    """Escaped for SVG, without the control characters that XML forbids."""
    return escape("".join(c for c in text if c >= " " or c in "\t\n"), quote=True)


def text_at(
    x: float, y: float, text: str, *, size: int = 12, anchor: str = "start", muted: bool = False, weight: str = ""
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    name, colour = ("chart-muted", MUTED) if muted else ("chart-text", INK)
    return (
        f'<text class="{name}" x="{number(x)}" y="{number(y)}" font-size="{size}"{place}{bold} '
        f'fill="{colour}">{clean(text)}</text>'
    )


def line_at(name: str, x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{name}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'stroke="{colour}" stroke-width="1"{dashes}/>'
    )


def patterns(key: str, count: int) -> str:
    """Definitions of the fills of `count` series: the first is plain, the others differ also without colour."""
    if count < 2:
        return ""
    strokes = ("", "M0 6L6 0", "M3 0V6", "M0 3H6", "M0 6L6 0M0 0L6 6", "M1 1h2v2h-2z")
    made = []
    for n in range(1, count):
        colour, stroke = COLOURS[n % 6], strokes[n % 6]
        made.append(
            f'<pattern id="{key}-{n}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect class="chart-tint" width="6" height="6" fill="{PAPER}"/>'
            f'<path class="chart-line-{n % 6 + 1}" d="{stroke}" stroke="{colour}" stroke-width="2.2" fill="none"/>'
            "</pattern>"
        )
    return f"<defs>{''.join(made)}</defs>"


def bar_at(key: str, series: int, x: float, y: float, width: float, height: float, hint: str = "") -> str:
    colour = COLOURS[series % 6]
    fill = colour if series == 0 else f"url(#{key}-{series})"
    name = f"chart-fill-{series % 6 + 1}" if series == 0 else "chart-pattern"
    inner = f"<title>{clean(hint)}</title>" if hint else ""
    return (
        f'<rect class="{name}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'fill="{fill}" stroke="{colour}" stroke-width="1">{inner}</rect>'
    )


def plate(x: float, y: float, text: str) -> str:
    """A small number on a bar, on a plate of its own so that it can be read over any pattern."""
    width = text_width(text, 11) + 6
    return (
        f'<rect class="chart-tint" x="{number(x - width / 2)}" y="{number(y - 10)}" width="{number(width)}" '
        f'height="12" rx="2" fill="{PAPER}"/>' + text_at(x, y, text, size=11, anchor="middle")
    )


def marker(series: int, x: float, y: float, hint: str = "") -> str:
    """A point of a line; every series has a shape of its own."""
    colour = COLOURS[series % 6]
    shape = series % 6
    common = f'class="chart-fill-{shape + 1}" fill="{colour}"'
    inner = f"<title>{clean(hint)}</title>" if hint else ""
    paths = {
        1: (-3.2, -3.2, "h6.4v6.4h-6.4z"),
        2: (0, -4, "L4 3.2H-4z"),
        3: (0, -4.2, "l4.2 4.2l-4.2 4.2l-4.2 -4.2z"),
        4: (-4, -3.2, "h8l-4 7z"),
        5: (-1.2, -4, "h2.4v2.8h2.8v2.4h-2.8v2.8h-2.4v-2.8h-2.8v-2.4h2.8z"),
    }
    if shape == 0:
        return f'<circle {common} cx="{number(x)}" cy="{number(y)}" r="3.4">{inner}</circle>'
    dx, dy, drawing = paths[shape]
    if shape == 2:
        drawing = "l4 7.2h-8z"
    return f'<path {common} d="M{number(x + dx)} {number(y + dy)}{drawing}">{inner}</path>'


def series_line(
    series: int,
    one: Named,
    labels: Sequence[str],
    across: Callable[[int], float],
    up: Callable[[float], float],
    form: Numbers,
) -> str:
    """The line of one series, interrupted where a value is missing, and its points."""
    steps: list[str] = []
    points: list[str] = []
    drawing = False
    for i, value in enumerate(one.values):
        if value is None:
            drawing = False
            continue
        x, y = across(i), up(value)
        steps.append(f"{'L' if drawing else 'M'}{number(x)} {number(y)}")
        if one.marked:
            points.append(marker(series, x, y, f"{one.name} {labels[i]}".strip() + f": {form(value)}"))
        drawing = True
    if not steps:
        return ""
    dash = f' stroke-dasharray="{DASHES[series % 6]}"' if DASHES[series % 6] else ""
    return (
        f'<path class="chart-line-{series % 6 + 1}" d="{"".join(steps)}" fill="none" '
        f'stroke="{COLOURS[series % 6]}" stroke-width="2"{dash}/>' + "".join(points)
    )


def legend(parts: list[str], key: str, series: Sequence[Named], y: float, *, lines: bool) -> float:
    """Add a legend to `parts`; the y below it."""
    x = float(MARGIN)
    for n, one in enumerate(series):
        label = shortened(one.name, WIDTH - 2 * MARGIN - 28, 12)
        width = 24 + text_width(label, 12) + 14
        if x > MARGIN and x + width - 14 > WIDTH - MARGIN:
            x, y = float(MARGIN), y + 18
        if lines:
            dash = DASHES[n % 6]
            parts.append(line_at(f"chart-line-{n % 6 + 1}", x, y + 8, x + 18, y + 8, COLOURS[n % 6], dash=dash))
            if one.marked:
                parts.append(marker(n, x + 9, y + 8))
        else:
            parts.append(bar_at(key, n, x + 2, y + 2, 14, 11))
        parts.append(text_at(x + 22, y + 12, label))
        x += width
    return y + 24


def period_labels(labels: Sequence[str], across: Callable[[int], float], y: float, room: float) -> list[str]:
    """Labels under a scale of periods, as many as have room: the last one always, the others at even distances."""
    if not labels:
        return []
    widest = max(text_width(label, 11) for label in labels) + 8
    step = max(1, math.ceil(widest * len(labels) / max(room, 1)))
    drawn = []
    for i in range(len(labels) - 1, -1, -step):
        half = text_width(labels[i], 11) / 2
        x = min(max(across(i), half + 2), WIDTH - half - 2)
        drawn.append(text_at(x, y, shortened(labels[i], room, 11), size=11, anchor="middle", muted=True))
    return drawn[::-1]


def nice_step(span: float, steps: int) -> float:
    """A round number (1, 2, 2.5 or 5 times a power of ten) that divides `span` into about `steps` parts."""
    rough = span / steps
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)


def scale(known: Sequence[float], from_zero: bool) -> tuple[float, float, float]:
    """Lowest, highest and step of a scale that holds all `known` values."""
    low, high = min(known, default=0.0), max(known, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= 0:
        low, high = (0.0, high or 1.0) if from_zero or not high else (low - abs(low) * 0.1, high + abs(high) * 0.1)
    step = nice_step(high - low, 4)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def svg(key: str, title: str, description: str, height: float, parts: Sequence[str]) -> str:
    """The finished drawing, read out by its title and description."""
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {number(height)}" '
        f'width="{WIDTH}" height="{number(height)}" '
        f"aria-labelledby=\"{key}-t {key}-d\" font-family=\"'Noto Sans CJK TC', 'Noto Sans TC', sans-serif\">"
        f'<title id="{key}-t">{clean(title)}</title><desc id="{key}-d">{clean(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )
