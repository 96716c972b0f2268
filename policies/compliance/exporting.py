"""The compliance table as a spreadsheet: one row for each unit and duty, with the numbers the page shows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from policies.compliance.overview import Cell
from portal.lib.spreadsheets import write_xlsx


def titles() -> list[str]:
    return [
        _("Unit"),
        _("Regulation"),
        _("Clause"),
        _("Code"),
        _("Who"),
        _("Duty"),
        _("Deadline"),
        _("Period"),
        _("State"),
        _("Due"),
        _("Done"),
        _("Missed"),
        _("Done late"),
        _("Frozen at"),
    ]


def workbook(cells: Iterable[Cell]) -> bytes:
    out = io.BytesIO()
    write_xlsx(_rows(cells), out, titles(), sheet=_("Compliance"))
    return out.getvalue()


def _rows(cells: Iterable[Cell]) -> Iterator[list[Any]]:
    for cell in cells:
        duty, measured = cell.obligation, cell.measured
        frozen_at = cell.state.frozen_at if cell.state else None
        numbers = [measured.due, measured.done, measured.missed, measured.late] if measured else [None] * 4
        yield [
            cell.unit.name,
            duty.regulation.title if duty.regulation else "",
            duty.clause_reference,
            duty.code,
            duty.who,
            duty.duty,
            duty.deadline,
            cell.period_label,
            str(cell.wording.label),
            *numbers,
            timezone.localtime(frozen_at) if frozen_at else None,
        ]
