"""Charts: well-formed, escaped, clean under a strict policy, with their table and sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portal.lib.charts import Chart, Series, bar_chart, line_chart, stacked_bar

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["個人防護裝備", "人員的位置", "程序與整潔"]

CHARTS = [
    bar_chart("不安全行為", LABELS, [12, 7, None], unit="件"),
    stacked_bar("安全與不安全", LABELS, [Series("安全", [30, 20, 1]), Series("不安全", [5, 8, 0])]),
    line_chart("投訴", LABELS, [Series("投訴", [3, None, 4]), Series("回訪", [2, 4, 1])], limits=[("目標", 5)]),
    line_chart("只有一個", ["2026-10"], [Series("x", [0])]),
    line_chart("負數", ["a", "b"], [Series("x", [-5, 3.3])], from_zero=False),
    bar_chart("空", [], []),
    line_chart("空", [], [Series("x", [])]),
    stacked_bar("多", ["一"], [Series(f"第{n}組很長的名稱", [n]) for n in range(9)]),
]


def drawn(chart: Chart) -> etree._Element:
    return etree.fromstring(chart.svg.encode())


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_a_chart_is_read_out_and_scales(chart: Chart) -> None:
    root = drawn(chart)
    assert root.get("role") == "img"
    assert root.get("viewBox", "").startswith("0 0 360 ")
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", chart.title)
    assert (description.tag, description.text) == (f"{SVG}desc", chart.summary)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_a_chart_is_clean_under_a_strict_policy(chart: Chart) -> None:
    for element in drawn(chart).iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_everything_drawn_lies_inside(chart: Chart) -> None:
    height = float(drawn(chart).get("height", "0"))
    for element in drawn(chart).iter(f"{SVG}rect", f"{SVG}text", f"{SVG}circle"):
        if element.getparent().tag == f"{SVG}pattern":
            continue
        x, y = float(element.get("x") or element.get("cx")), float(element.get("y") or element.get("cy"))
        assert 0 <= x + float(element.get("width", 0)) <= 360.5
        assert 0 <= y <= height


def test_what_people_typed_is_escaped() -> None:
    evil = '</title><script>alert("1")</script>\x08'
    for chart in (
        bar_chart(evil, [evil], [1], unit=evil),
        line_chart(evil, [evil], [Series(evil, [1]), Series("b", [2])]),
    ):
        assert "<script" not in chart.svg
        assert drawn(chart)[0].text == evil.replace("\x08", "")


def test_the_table_holds_every_value() -> None:
    assert CHARTS[0].rows[1:] == [["個人防護裝備", "12件"], ["人員的位置", "7件"], ["程序與整潔", "–"]]
    assert CHARTS[1].rows[1] == ["個人防護裝備", "30", "5", "35"]
    assert CHARTS[2].rows[2] == ["人員的位置", "–", "4"]


def test_a_missing_part_makes_the_sum_missing() -> None:
    chart = stacked_bar("x", ["a"], [Series("p", [1]), Series("q", [None])])
    assert chart.rows[1] == ["a", "1", "–", "–"]


def test_series_differ_without_colour() -> None:
    bars, lines = drawn(CHARTS[1]), drawn(CHARTS[2])
    fills = {
        rect.get("fill") for rect in bars.iter(f"{SVG}rect") if rect.get("class") in ("chart-fill-1", "chart-pattern")
    }
    assert any(fill.startswith("url(#") for fill in fills)
    assert len(fills) == 2
    dashes = [path.get("stroke-dasharray") for path in lines.iter(f"{SVG}path") if "chart-line" in path.get("class")]
    assert len(set(dashes)) == 2


def test_a_gap_interrupts_the_line() -> None:
    first = next(path for path in drawn(CHARTS[2]).iter(f"{SVG}path") if path.get("class") == "chart-line-1")
    assert first.get("d", "").count("M") == 2


def test_patterns_of_two_charts_on_a_page_do_not_collide() -> None:
    ids = [re.findall(r' id="([^"]+)"', chart.svg) for chart in CHARTS]
    flat = [one for chart_ids in ids for one in chart_ids]
    assert len(flat) == len(set(flat))


def test_the_same_figures_give_the_same_bytes() -> None:
    assert bar_chart("不安全行為", LABELS, [12, 7, None], unit="件").svg == CHARTS[0].svg


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567, None, "1,234,567"), (0.333333, None, "0.33"), (95, 1, "95.0"), (0.0004, None, "0.0004"), (0, None, "0")],
)
def test_numbers_as_text(value: float, decimals: int | None, text: str) -> None:
    assert bar_chart("x", ["a"], [value], decimals=decimals).rows[1][1] == text


VALUES = st.one_of(st.none(), st.floats(0, 1e9), st.integers(0, 10**9))


@given(st.lists(st.tuples(st.text(max_size=30), VALUES, VALUES), max_size=15))
def test_any_figures_can_be_drawn(rows: list[tuple[str, float | None, float | None]]) -> None:
    labels = [label for label, _a, _b in rows]
    series = [Series("a", [a for _l, a, _b in rows]), Series("b", [b for _l, _a, b in rows])]
    for chart in (stacked_bar("x", labels, series), line_chart("x", labels, series)):
        drawn(chart)
        assert "nan" not in chart.svg
        assert len(chart.rows) == len(rows) + 1


@pytest.mark.parametrize("values", [[1, 2], [], [-1], [float("nan")], [float("inf")]])
def test_figures_that_cannot_be_shown_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="Series"):
        bar_chart("x", ["a"], values)
