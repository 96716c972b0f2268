"""SAF-08: four cards while the network is cut, an answer is lost, portal and browser are killed: each is there once.

The long run: `python -m tests.trials.offline_cards --cards 50 --seed 7` (docs/offline-cards.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trials.offline_cards import carry_out

pytestmark = pytest.mark.concurrency
TROUBLES = ("no network", "browser killed while sending", "portal killed while sending", "answer lost")


def test_saf_08_no_card_is_lost_or_doubled_when_all_is_killed(demo_template: Path, tmp_path: Path) -> None:
    outcome = carry_out(tmp_path, demo_template, troubles=TROUBLES, seed=5, workers=1)
    assert outcome.faults == []
    assert (outcome.kept, outcome.portal_kills, outcome.browser_kills) == (4, 1, 1)
