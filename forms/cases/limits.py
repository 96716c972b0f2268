"""Which time limits hold for a kind and an office: the table that the desk edits, else what the entrance says."""

from __future__ import annotations

from typing import Any

from forms.cases.clocks import CasePolicy
from forms.cases.models import ClockPolicy, ComplaintPage
from portal.lib.kept import KeptAWhile


def _read() -> dict[tuple[str, int | None], CasePolicy]:
    return {(row.kind, row.office_id): row.policy for row in ClockPolicy.objects.all()}


_table = KeptAWhile(_read, seconds=5)
forget_limits = _table.forget


def policy_for(page: ComplaintPage, kind: str, office: Any) -> CasePolicy:
    """The office's own limits for the kind, else those of all offices, else the promise of the entrance page."""
    table = _table()
    own = table.get((kind, office.pk)) if office is not None else None
    return own or table.get((kind, None)) or page.policy
