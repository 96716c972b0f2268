"""Loading the duties that ship with the portal, and tying them to the clauses they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from policies.enums import Bound, PeriodKind
from policies.models import Edition, EditionClause, Obligation, RegulationPage
from portal.journal import actions as journal
from portal.lib import chinese
from portal.lib.refusals import Refused

DATA = Path(__file__).resolve().parent.parent / "data" / "obligations.yaml"


@dataclass(frozen=True)
class Loaded:
    """How many duties are new, were reworded, and how many are tied to a clause."""

    new: int
    changed: int
    linked: int


@cache
def shipped(path: Path = DATA) -> dict[str, Any]:
    """The data file. Raises Refused for an entry without a known period or with a code used twice."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    codes = [row["code"] for row in data["obligations"]]
    if len(codes) != len(set(codes)):
        raise Refused(_("The file of obligations holds a code twice."))
    if any(row["period"] not in PeriodKind.values for row in data["obligations"]):
        raise Refused(_("The file of obligations holds an unknown period."))
    if any(not row["binds"] or not set(row["binds"]) <= set(Bound.values) for row in data["obligations"]):
        raise Refused(_("The file of obligations does not say whom a duty binds."))
    return data


@transaction.atomic
def load_obligations(*, by: Any, now: datetime | None = None) -> Loaded:
    """Brings the table in step with the shipped file and links each duty to its regulation and clause, found by title
    and number in the newest edition. Called again, it changes nothing; called after an import, it adds the new links.
    """
    data = shipped()
    regulations = {group: _regulation_of(spec["titles"]) for group, spec in data["groups"].items()}
    rows_of = {group: _rows(page) for group, page in regulations.items()}
    new = changed = linked = 0
    first: Obligation | None = None
    for order, row in enumerate(data["obligations"], start=1):
        group = row["code"].split("-")[0]
        page = regulations[group]
        found = find_clause(rows_of[group], row.get("find", row["clause"]))
        values = {
            "group": group,
            "clause_reference": row["clause"],
            "regulation_id": page.pk if page else None,
            "clause_id": found.clause_id if found else None,
            "who": row["who"],
            "duty": row["duty"],
            "measure_name": row.get("measure", row["code"]),
            "period_kind": row["period"],
            "binds": row["binds"],
            "roles": row.get("roles", []),
            "deadline": row.get("deadline", ""),
            "order": order,
        }
        obligation, created = Obligation.objects.get_or_create(code=row["code"], defaults=values)
        differing = [name for name, value in values.items() if getattr(obligation, name) != value]
        if differing:
            for name in differing:
                setattr(obligation, name, values[name])
            obligation.save()
        first = first or obligation
        new += created
        changed += bool(differing)
        linked += found is not None
    if first is not None and (new or changed):
        data = {"new": new, "changed": changed, "linked": linked}
        journal.record(by=by, action="policies.load_obligations", thing=first, data=data, now=now)
    return Loaded(new, changed, linked)


def _regulation_of(words: list[str]) -> RegulationPage | None:
    """The regulation whose title holds one of the words, in either script; those in force come first."""
    wanted = [chinese.fold(word) for word in words]
    pages = RegulationPage.objects.order_by("-live", "pk")
    return next((page for page in pages if any(word in chinese.fold(page.title) for word in wanted)), None)


def _rows(page: RegulationPage | None) -> list[EditionClause]:
    """The clauses of the newest edition that is in force, or of the newest draft."""
    if page is None:
        return []
    edition = Edition.objects.filter(regulation=page).order_by("-issued_at", "-number").first()
    return list(edition.clauses.order_by("order")) if edition else []


def find_clause(rows: list[EditionClause], reference: str) -> EditionClause | None:
    """ "5.4.1" is the clause of that number; "3 滿意率" the first one under 3 that speaks of the word (else 3 itself);
    "溝通方式" the first one that speaks of it."""
    number, _space, word = reference.partition(" ")
    if not number[:1].isdigit():
        number, word = "", reference
    base = next((row for row in rows if number and row.number == number), None)
    if not word:
        return base
    within = _under(rows, base) if base else rows
    folded = chinese.fold(word)
    beginning = (row for row in within if chinese.fold(row.heading or row.text).startswith(folded))
    holding = (row for row in within if folded in chinese.fold(row.heading + row.text))
    return next(beginning, None) or next(holding, None) or base


def _under(rows: list[EditionClause], base: EditionClause) -> list[EditionClause]:
    inside = {base.pk}
    found = []
    for row in rows:
        if row.parent_id in inside:
            inside.add(row.pk)
            found.append(row)
    return found
