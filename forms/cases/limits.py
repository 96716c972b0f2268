"""Which time limits hold for a kind and an office: the table that the desk edits, else what the entrance says."""

from __future__ import annotations

import time
from typing import Any, Final

from forms.cases.clocks import CasePolicy
from forms.cases.models import ClockPolicy, ComplaintPage

KEPT_SECONDS: Final = 5.0
_kept: tuple[float, dict[tuple[str, int | None], CasePolicy]] | None = None


def policy_for(page: ComplaintPage, kind: str, office: Any) -> CasePolicy:
    """The office's own limits for the kind, else those of all offices, else the promise of the entrance page."""
    table = _table()
    own = table.get((kind, office.pk)) if office is not None else None
    return own or table.get((kind, None)) or page.policy


def _table() -> dict[tuple[str, int | None], CasePolicy]:
    """The table, at most some seconds old in each process: it changes rarely and every submission asks for it."""
    global _kept
    if _kept is None or _kept[0] < time.monotonic():
        rows = {(row.kind, row.office_id): row.policy for row in ClockPolicy.objects.all()}
        _kept = (time.monotonic() + KEPT_SECONDS, rows)
    return _kept[1]


def forget_limits() -> None:
    """After an edit in this process, and between tests."""
    global _kept
    _kept = None
