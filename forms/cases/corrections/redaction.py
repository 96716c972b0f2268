"""What in a report points at somebody: customers, houses, numbers, people on the staff; at the leaders' level the
office and the estates, too (SRV-18, SRV-22). It can warn; whoever reads the report over decides, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.corrections.enums import Section, Trace
from forms.cases.corrections.models import CorrectiveReport
from forms.cases.models import Case
from portal.lib.chinese import fold, original_span
from portal.lib.names_guard import FindingKind, NameGuard
from portal.lib.names_guard_text import Text
from portal.lib.registries import name_guards
from portal.org.models import Contact, Estate

FIELDS = ("title", *(section.value for section in Section))
_BY_KIND = {
    FindingKind.PHONE: Trace.PHONE,
    FindingKind.IDENTITY_NUMBER: Trace.IDENTITY,
    FindingKind.FORM_OF_ADDRESS: Trace.PERSON,
    FindingKind.POST_ON_SHIFT: Trace.PERSON,
}
# Of two findings at one place the surer word stays.
_LAST = frozenset({Trace.PERSON})
_NUMBER = "[0-9一二三四五六七八九十百零]"
# In a text that holds nothing but letters, digits and Simplified characters: 2栋0801, 三座12楼b室, 1602室.
_HOUSE = re.compile(
    rf"{_NUMBER}{{1,4}}(?:栋|幢|座|号楼)(?:{_NUMBER}{{1,3}}单元)?(?:{_NUMBER}{{1,3}}[层楼])?"
    rf"(?:[0-9a-z]{{1,5}}|{_NUMBER}{{1,5}})(?:室|房|号|户)?|[0-9]{{3,4}}[a-z]?(?:室|号房|房间)"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_AROUND = 12


def label_of(field: str) -> str:
    """What a part of a report is called."""
    return str(_("Title")) if field == "title" else str(Section(field).label)


@dataclass(frozen=True)
class Found:
    """A place in one part of a report that points at somebody; `before` and `after` are the words around it."""

    field: str
    trace: Trace
    text: str
    before: str = ""
    after: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """By which a confirmation belongs to it: the same word in the same part."""
        return self.field, self.trace.value, fold(self.text)[:120]

    @property
    def field_label(self) -> str:
        return label_of(self.field)


def traces_of(report: CorrectiveReport) -> list[Found]:
    """Everything in the report that points at somebody, each word of a part once, in the order of the parts."""
    with scopes_disabled():
        searches = _Searches(report.case)
    found: dict[tuple[str, str, str], Found] = {}
    for field in FIELDS:
        text = getattr(report, field)
        for start, end, trace in searches.find(text):
            one = Found(
                field, trace, text[start:end][:120], text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
            )
            found.setdefault(one.key, one)
    return list(found.values())


def confirmed_keys(report: CorrectiveReport) -> set[tuple[str, str, str]]:
    with scopes_disabled():
        rows = report.confirmations.values_list("field", "trace", "text")
        return {(field, trace, fold(text)[:120]) for field, trace, text in rows}


def to_decide(report: CorrectiveReport) -> list[Found]:
    """What must still be taken out of the text, or confirmed with a reason."""
    confirmed = confirmed_keys(report)
    return [one for one in traces_of(report) if one.key not in confirmed]


class _Searches:
    """What one case says must be looked for."""

    def __init__(self, case: Case) -> None:
        names, houses = _customers(case)
        self.customers = NameGuard([(name, "") for name in names])
        guard = name_guards.get("staff")
        self.staff = guard() if guard is not None else None
        self.words = [(Trace.HOUSE, house) for house in houses]
        if case.is_confined:
            self.words += [(Trace.OFFICE, name) for name in _office_names(case)]
            self.words.append((Trace.NUMBER, case.number))

    def find(self, text: str) -> list[tuple[int, int, Trace]]:
        """Places in order, without overlaps: what begins first stays, and of those the longest."""
        if not text.strip():
            return []
        places: list[tuple[int, int, Trace]] = []
        for start, end, trace in sorted(self._all(text), key=_first_and_longest):
            if not places or start >= places[-1][1]:
                places.append((start, end, trace))
        return places

    def _all(self, text: str) -> Iterator[tuple[int, int, Trace]]:
        seen = Text(text)
        for found in _HOUSE.finditer(seen.compact):
            yield *_place(seen, found.start(), found.end()), Trace.HOUSE
        for trace, word in self.words:
            yield from ((start, end, trace) for start, end in _occurrences(seen, word))
        for mail in _MAIL.finditer(text):
            yield mail.start(), mail.end(), Trace.MAIL
        for one in self.customers.find(text):
            yield one.start, one.end, _BY_KIND.get(one.kind, Trace.CUSTOMER)
        if self.staff is not None:
            for one in self.staff.find(text):
                yield one.start, one.end, _BY_KIND.get(one.kind, Trace.STAFF)


def _first_and_longest(place: tuple[int, int, Trace]) -> tuple[int, int, bool]:
    return place[0], -place[1], place[2] in _LAST


def _place(seen: Text, start: int, end: int) -> tuple[int, int]:
    return original_span(seen.positions, *seen.span(start, end))


def _occurrences(seen: Text, word: str) -> Iterator[tuple[int, int]]:
    wanted = Text(word).compact
    at = seen.compact.find(wanted) if len(wanted) > 1 else -1
    while at >= 0:
        yield _place(seen, at, at + len(wanted))
        at = seen.compact.find(wanted, at + len(wanted))


def _customers(case: Case) -> tuple[set[str], set[str]]:
    """Names and houses of the customers of a case and of those joined to it, as written and as the households have
    them."""
    cases = [case, *Case.objects.filter(merged_into=case)]
    names = {one.contact_name for one in cases}
    homes = {(one.estate_id, one.house) for one in cases if one.house}
    for estate, house in homes:
        contacts = Contact.objects.filter(household__estate=estate, household__house=house)
        names |= {contact.name for contact in contacts}
    return {name for name in names if name.strip()}, {house for _estate, house in homes}


def _office_names(case: Case) -> Iterable[str]:
    if case.office is None:
        return []
    estates = Estate.objects.filter(office=case.office).values_list("name", flat=True)
    return [case.office.name, *estates]
