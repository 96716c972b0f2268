"""The demo company's regulations, made by the verbs people use: one text is left unread by the employee."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from policies.actions import (
    AudienceLine,
    approve_edition,
    edit_details,
    give_receipt,
    issue_edition,
    load_obligations,
    review_edition,
    submit_edition,
)
from policies.enums import AudienceScope
from policies.importing import import_parsed
from policies.models import Edition
from policies.parsing import parse, read_file

DATA = Path(__file__).resolve().parent / "data" / "demo"
# file: (document number, owner, units whose staff it is for, in force since so many days, accounts that confirmed it)
# The handbook of the property company may be read by everybody: customers are told what they can expect.
PUBLIC_TEXTS = {"service.txt"}
REGULATIONS: dict[str, tuple[str, str, list[str], int, list[str]]] = {
    "sales.txt": ("XS-03", "SALES1", ["SALES1", "FINANCE"], 120, ["sales_person"]),
    "service.txt": ("WY-01", "PROPERTY", ["PROPERTY"], 90, ["clerk", "director"]),
    "safety.txt": ("QHSE-07", "QHSE", ["HQ"], 60, ["crew_leader", "unit_manager"]),
}


def build(stage: Any) -> None:
    """Imports the three texts, approves and issues them as edition 1; some of the staff confirmed theirs."""
    for name, (number, owner, units, days, readers) in REGULATIONS.items():
        edition = _issue(stage, name, number, owner, units, days)
        for place, username in enumerate(readers):
            moment = stage.moment(-days + 3 + place, hour=10 + place)
            give_receipt(by=stage.company.users[username], edition=edition, language="zh-hant", now=moment)
    load_obligations(by=stage.company.users["editor"], now=stage.now)


def _issue(stage: Any, name: str, number: str, owner: str, units: list[str], days: int) -> Edition:
    editor, second, approver = (stage.company.users[name] for name in ("editor", "second_editor", "approver"))
    parsed = parse(read_file((DATA / name).read_bytes(), name))
    edition = import_parsed(by=editor, result=parsed, source_name=name, now=stage.moment(-days - 9))[0].edition
    edit_details(by=editor, edition=edition, title=edition.title, number=number, now=stage.moment(-days - 9, hour=10))
    audience = [AudienceLine(AudienceScope.UNIT, unit=stage.company.units[unit]) for unit in units]
    if name in PUBLIC_TEXTS:
        audience.append(AudienceLine(AudienceScope.PUBLIC))
    submit_edition(by=editor, edition=edition, change_note="首次發布。", now=stage.moment(-days - 8))
    review_edition(by=second, edition=edition, now=stage.moment(-days - 7))
    approve_edition(by=approver, edition=edition, now=stage.moment(-days - 6))
    return issue_edition(
        by=approver,
        edition=edition,
        effective_on=stage.day(-days),
        owner_unit=stage.company.units[owner],
        audience=audience,
        now=stage.moment(-days - 5),
    )
