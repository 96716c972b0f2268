"""How numbers are written."""

from __future__ import annotations

import pytest

from forms.figures.definitions import CHART_TITLES, DEFINITIONS


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cards_planned", 1234, "1,234"),
        ("cards_planned", 0, "0"),
        ("cards_planned", None, "–"),
        ("safe_share", 2 / 3, "66.7%"),
        ("safe_share", 1, "100.0%"),
        ("unsafe_per_hour", 4 / 3, "1.33"),
        ("unsafe_per_hour", 0.006, "0.01"),
        ("unsafe_per_hour", None, "–"),
    ],
)
def test_written(name, value, text):
    assert DEFINITIONS[name].written(value) == text


def test_every_figure_says_what_it_means():
    assert all(str(definition.meaning).strip() for definition in DEFINITIONS.values())
    assert all(str(title).strip() for title in CHART_TITLES.values())
