"""Published CUSUMs come out; shares and rates are standardised point by point."""

from __future__ import annotations

import pytest

from portal.lib.control_charts import ChartRefused, Side
from portal.lib.cusum import CusumSignal, cusum_of_counts, cusum_of_values

# Montgomery, table 9.1: twenty values about 10, then ten about 11.
SHIFTED = [
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
    *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
    *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
]
# NIST/SEMATECH e-Handbook 6.3.2.3: target 325, k 0.3175 and h 4.1959 in the units of the values, sigma 0.635.
NIST = [
    *(324.9250, 324.6750, 324.7250, 324.3500, 325.3500, 325.2250, 324.1250, 324.5250, 325.2250, 324.6000),
    *(324.6250, 325.1500, 328.3250, 327.2500, 327.8250, 328.5000, 326.6750, 327.7750, 326.8750, 328.3500),
]


def test_montgomery_signals_at_29_what_began_after_22() -> None:
    found = cusum_of_values(SHIFTED, target=10, sigma=1)
    at = {point.n: point for point in found.points}
    assert [round(at[n].high, 2) for n in (1, 5, 20, 23, 28, 29)] == [0.0, 2.82, 0.34, 1.79, 4.47, 5.28]
    assert [round(at[n].low, 2) for n in (2, 3, 7)] == [1.56, 1.77, 1.46]
    assert (at[29].since_high, found.signals[0]) == (7, CusumSignal(29, Side.ABOVE, 23))
    assert [signal.n for signal in found.signals] == [29, 30]
    assert [signal.n for signal in cusum_of_values(SHIFTED, target=10, sigma=1, h=4).signals] == [28, 29, 30]


def test_nist_signals_from_14() -> None:
    found = cusum_of_values(NIST, target=325, sigma=0.635, h=4.1959 / 0.635)
    assert [signal.n for signal in found.signals] == list(range(14, 21))
    assert {signal.side for signal in found.signals} == {Side.ABOVE}
    assert round(found.points[12].high * 0.635, 2) == 3.01


def test_rates_are_standardised_by_their_own_sigma() -> None:
    """A rate that doubles in the second half, in hours that vary."""
    counts, hours = [20, 40, 20, 40, 20, 80, 40, 80, 40, 80], [2, 4, 2, 4, 2, 4, 2, 4, 2, 4]
    found = cusum_of_counts("u", counts, hours, h=4)
    assert found.centre == pytest.approx(460 / 30)
    assert found.points[0].z == pytest.approx((10 - 460 / 30) / (460 / 30 / 2) ** 0.5)
    assert [signal.side for signal in found.signals][-1] == Side.ABOVE
    low = cusum_of_counts("u", counts[::-1], hours[::-1], h=4)
    assert Side.BELOW in {signal.side for signal in low.signals}


def test_nothing_gives_nothing_and_no_spread_is_refused() -> None:
    assert cusum_of_values([]).points == ()
    assert cusum_of_counts("u", [0, 0], [0, 0]).points == ()
    assert cusum_of_counts("p", [0, 0], [9, 9]).signals == ()
    for values in ([1.0], [2.0, 2.0], [1.0, float("nan")]):
        with pytest.raises(ChartRefused):
            cusum_of_values(values)
