"""The demo company's Service Guide: the services, and two editions of which the second raised three prices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from wagtail.models import Site

from home.demo import NUMBERS
from policies.actions import issue_guide_edition, save_service
from policies.models import ServiceGuidePage, ServiceItem

DATA = Path(__file__).resolve().parent.parent / "data" / "demo" / "guide.yaml"


def build(stage: Any) -> None:
    """The page, then the draft as it stood before each edition, and the edition; the worker prints the booklets."""
    guide = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    editor = stage.company.users["editor"]
    if not ServiceGuidePage.objects.exists():
        page = ServiceGuidePage(title=guide["title"], slug="guide", intro=f"<p>{guide['intro']}</p>", owner=editor)
        Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
        page.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    for number, told in enumerate(guide["editions"], start=1):
        days = told["days"]
        _write_draft(stage, guide["sections"], first=number == 1, days=days)
        issue_guide_edition(
            by=editor, effective_on=stage.day(-days), note=told["note"], now=stage.moment(-days, hour=8)
        )


def _rows(sections: list[dict[str, Any]]) -> Iterator[tuple[int, str, int, dict[str, Any]]]:
    for section_order, section in enumerate(sections, start=1):
        for order, row in enumerate(section["items"], start=1):
            yield section_order, section["name"], order, row


def _write_draft(stage: Any, sections: list[dict[str, Any]], *, first: bool, days: int) -> None:
    """The services as the editor left them before an edition."""
    for section_order, section, order, row in _rows(sections):
        if row.get("new" if first else "gone"):
            if not first:
                ServiceItem.objects.filter(name=row["name"], section__name=section).update(withdrawn=True)
            continue
        told = row | (row.get("first", {}) if first else {})
        if not first and not (row.get("new") or row.get("first")):
            continue  # nobody touched it
        save_service(
            by=stage.company.users["editor"],
            section=section,
            section_order=section_order * 10,
            name=row["name"],
            what=row["what"],
            who_may_ask=row["who"],
            hours=row["hours"],
            phone=NUMBERS.get(row["phone"], row["phone"]),
            price=told["price"],
            amount=Decimal(str(told["amount"])) if "amount" in told else None,
            unit=row.get("unit", ""),
            duration=row.get("duration", ""),
            steps="\n".join(row.get("steps", [])),
            estate=stage.company.estates[row["estate"]] if "estate" in row else None,
            valid_from=stage.day(-days),
            valid_until=stage.day(200) if row.get("season") else None,
            order=order * 10,
            now=stage.moment(-days - 2),
        )
