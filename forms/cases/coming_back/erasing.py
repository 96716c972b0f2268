"""Taking what is personal out of the revisits of cases whose data is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forms.cases.coming_back.permissions import SUBJECT
from forms.revisits.actions.erasing import erase_revisits, under_work


def cases_to_visit(keys: Sequence[int]) -> set[int]:
    return {int(key) for key in under_work(SUBJECT, keys)}


def erase_case_revisits(keys: Sequence[int], now: datetime) -> list[str]:
    erase_revisits(SUBJECT, keys)
    return []
