"""The demo company's regulations and Service Guide, made by the verbs people use: one text is left unread by the
employee."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from wagtail.models import Site

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
from policies.actions.guide import save_service
from policies.enums import AudienceScope
from policies.importing import import_parsed
from policies.models import Edition, ServiceGuidePage
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


def build_guide(stage: Any) -> None:
    """The Service Guide page and its services."""
    guide = yaml.safe_load((DATA / "guide.yaml").read_text(encoding="utf-8"))
    editor = stage.company.users["editor"]
    if not ServiceGuidePage.objects.exists():
        page = ServiceGuidePage(title=guide["title"], slug="guide", intro=f"<p>{guide['intro']}</p>", owner=editor)
        Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
        page.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    for section_order, section in enumerate(guide["sections"], start=1):
        for order, row in enumerate(section["items"], start=1):
            save_service(
                by=editor,
                section=section["name"],
                section_order=section_order * 10,
                name=row["name"],
                what=row["what"],
                who_may_ask=row["who"],
                hours=row["hours"],
                phone=row["phone"],
                price=row["price"],
                amount=Decimal(str(row["amount"])) if "amount" in row else None,
                unit=row.get("unit", ""),
                estate=stage.company.estates[row["estate"]] if "estate" in row else None,
                valid_from=stage.day(-90),
                order=order * 10,
                now=stage.moment(-90),
            )
