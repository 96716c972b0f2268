"""What the guide's page shows: an edition's services by section, searched and filtered without a script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.enums import BookletState
from policies.models import EditionService, GuideBooklet, GuideEdition
from portal.lib import chinese, clock

LONGEST_QUERY = 80
CHARGEABLE, FREE = "chargeable", "free"


@dataclass(frozen=True)
class GuideFilter:
    """What a reader asked for; empty values ask for everything."""

    query: str = ""
    section: str = ""
    who: str = ""
    charge: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.query or self.section or self.who or self.charge)

    def takes(self, row: EditionService) -> bool:
        if self.section and str(row.section_id) != self.section:
            return False
        if self.who and chinese.fold(self.who) not in {chinese.fold(word) for word in row.who_words}:
            return False
        if self.charge and row.chargeable != (self.charge == CHARGEABLE):
            return False
        return row.matches(self.query.split())


def filter_of(asked: Mapping[str, str]) -> GuideFilter:
    """From the address; a value nobody offered asks for nothing."""
    charge = asked.get("charge", "")
    section = asked.get("section", "")
    return GuideFilter(
        query=asked.get("q", "").strip()[:LONGEST_QUERY],
        section=section if section.isascii() and section.isdigit() else "",
        who=asked.get("who", "").strip()[:LONGEST_QUERY],
        charge=charge if charge in {CHARGEABLE, FREE} else "",
    )


@dataclass
class SectionOfRows:
    """A section and those of its services that are shown."""

    key: int
    name: str
    rows: list[EditionService] = field(default_factory=list)


def by_section(rows: Iterable[EditionService]) -> list[SectionOfRows]:
    sections: dict[int, SectionOfRows] = {}
    for row in rows:
        sections.setdefault(row.section_id, SectionOfRows(row.section_id, row.section_name)).rows.append(row)
    return list(sections.values())


def who_choices(rows: Iterable[EditionService], chosen: str) -> list[tuple[str, bool]]:
    """Everybody the services name, in the order they first occur, and which of them was chosen, in either script."""
    words = dict.fromkeys(word for row in rows for word in row.who_words)
    return [(word, bool(chosen) and chinese.fold(word) == chinese.fold(chosen)) for word in words]


def edition_context(edition: GuideEdition | None, wanted: GuideFilter, day: date) -> dict[str, Any]:
    """The services of an edition as its page shows them: one query for the rows, one for the booklets."""
    rows = edition.rows() if edition else []
    found = [row for row in rows if wanted.takes(row)]
    booklets = GuideBooklet.objects.filter(edition=edition, state=BookletState.READY) if edition else []
    return {
        "edition": edition,
        "wanted": wanted,
        "guide_sections": by_section(found),
        "all_sections": by_section(rows),
        "who_choices": who_choices(rows, wanted.who),
        "found_count": len(found),
        "all_count": len(rows),
        "booklets": {booklet.script: booklet for booklet in booklets},
        "today": day,
    }


def guide_context(asked: Mapping[str, str]) -> dict[str, Any]:
    """The edition in force today, and the next one where it is announced."""
    day = clock.today()
    context = edition_context(GuideEdition.objects.in_force(day), filter_of(asked), day)
    coming = GuideEdition.objects.filter(effective_on__gt=day).order_by("effective_on", "number").first()
    return context | {"coming": coming}
