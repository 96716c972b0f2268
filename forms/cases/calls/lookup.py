"""Who is calling: from a number or a house to the household, its cases, visits, orders, and what is wrong at the
building.

Everything is asked for the reader in question; what lies with the company's leaders comes to nobody of the office it is
about, by whatever number or house it is looked for (SRV-18).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django_scopes import scopes_disabled

from forms.cases.calls.models import Call
from forms.cases.calls.permissions import reader_answers_for_office, visible_calls
from forms.cases.enums import CaseLevel, IncidentState
from forms.cases.lookalikes import MOST_SHOWN, Suggestion, likely_duplicates, suggestion_in
from forms.cases.models import Case, Incident
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import visible_orders
from forms.cases.permissions import visible_cases, visible_incidents
from forms.revisits.models import DefectFile, Revisit
from forms.revisits.permissions import visible_defects, visible_revisits
from portal.lib.phones import phone_digest
from portal.org.models import Contact, Estate, Household
from portal.org.readers import Reader

MOST_HOMES = 8
MOST_ROWS = 5
_BUILDING = re.compile(r"^\s*(\d+|[A-Za-z])\s*(?:棟|栋|座|幢|號樓|号楼|#|-)")


@dataclass(frozen=True)
class Wanted:
    """What the clerk typed so far."""

    phone: str = ""
    estate: Estate | None = None
    house: str = ""


@dataclass(frozen=True)
class Home:
    """A household that it may be; `name` and `phone` only for who answers for its office."""

    household: Household
    name: str = ""
    phone: str = ""

    @property
    def office(self) -> Any:
        return self.household.estate.office


@dataclass(frozen=True)
class Said:
    """What customers of an estate are told now; the page of the incident for who may open it."""

    incident: Incident
    url: str = ""


@dataclass
class Caller:
    """What the screen shows beside the form. `home` when it is certain; `homes` to choose from."""

    asked: bool = False
    home: Home | None = None
    homes: Sequence[Home] = ()
    estate: Estate | None = None
    house: str = ""
    open_cases: Sequence[Case] = ()
    ended_cases: Sequence[Case] = ()
    revisits: Sequence[Revisit] = ()
    orders: Sequence[WorkOrder] = ()
    defects: Sequence[tuple[DefectFile, bool]] = ()  # (file, in the same building)
    incidents: Sequence[Said] = ()
    calls: Sequence[Call] = field(default_factory=list)

    @property
    def is_unknown(self) -> bool:
        nothing = (self.home, self.homes, self.open_cases, self.ended_cases, self.calls)
        return self.asked and not any(nothing)


def caller_for(reader: Reader, wanted: Wanted, now: datetime) -> Caller:
    """Some fifteen queries, whatever is found."""
    digest = phone_digest(wanted.phone)
    house = normal_house(wanted.house)
    if not digest and not house and wanted.estate is None:
        return Caller()
    with scopes_disabled():
        homes = _homes(reader, digest, wanted.estate, house)
        home = homes[0] if len(homes) == 1 else None
        estate = wanted.estate or (home.household.estate if home else None)
        house = home.household.house if home else house
        cases = list(_cases(reader, digest, estate, house))
        at_house = bool(estate and house)
        return Caller(
            asked=bool(digest or house),
            home=home,
            homes=() if home else homes,
            estate=estate,
            house=house,
            open_cases=[case for case in cases if case.is_open][: MOST_ROWS * 2],
            ended_cases=[case for case in cases if not case.is_open][:MOST_ROWS],
            revisits=list(_revisits(reader, estate, house, cases)) if at_house or cases else (),
            orders=list(_orders(reader, estate, house)) if at_house else (),
            defects=_defects(reader, estate, house) if estate else (),
            incidents=_incidents(reader, estate) if estate else (),
            calls=list(_calls(reader, digest, estate, house)) if digest or at_house else (),
        )


def normal_house(text: str) -> str:
    """Full-width digits and letters as plain ones, without blanks: "３棟 1602" is "3棟1602"."""
    return "".join(unicodedata.normalize("NFKC", text.replace("\x00", "")).split())[:60]


def building_of(house: str) -> str:
    found = _BUILDING.match(house)
    return found[1].upper() if found else ""


def _homes(reader: Reader, digest: str, estate: Estate | None, house: str) -> list[Home]:
    """By the number first: a number is somebody's; the house only where the number is nobody's."""
    contacts = Contact.objects.select_related("household__estate__office")
    by_number = list(contacts.filter(phone_digest=digest)[:MOST_HOMES]) if digest else []
    if by_number and not (house and estate):
        return _told(reader, {contact.household_id: contact for contact in by_number}.values())
    if not house:
        return []
    found = Household.objects.select_related("estate__office").order_by("house", "pk")
    if estate is not None:
        found = found.filter(estate=estate)
    exact = list(found.filter(house__iexact=house)[:MOST_HOMES])
    homes = exact or list(found.filter(house__icontains=house)[:MOST_HOMES])
    known: dict[int, Contact] = {}
    for contact in contacts.filter(household__in=[home.pk for home in homes]).order_by("-pk"):
        known[contact.household_id] = contact
    return [_home(reader, home, known.get(home.pk)) for home in homes]


def _told(reader: Reader, contacts: Any) -> list[Home]:
    return [_home(reader, contact.household, contact) for contact in contacts]


def _home(reader: Reader, household: Household, contact: Contact | None) -> Home:
    if contact is None or not reader_answers_for_office(reader, household.estate.office_id):
        return Home(household)
    return Home(household, contact.name, contact.phone)


def _of_caller(digest: str, estate: Estate | None, house: str) -> Q:
    found = Q(pk__in=())
    if digest:
        found |= Q(phone_digest=digest)
    if estate is not None and house:
        found |= Q(estate=estate, house__iexact=house)
    return found


def _cases(reader: Reader, digest: str, estate: Estate | None, house: str) -> Any:
    found = _scoped_cases(reader).filter(_of_caller(digest, estate, house))
    return found.for_desk().order_by("-received_at", "-pk")[: MOST_ROWS * 4]


def _scoped_cases(reader: Reader) -> Any:
    """As the desk sees them: within the units of the reader, whatever scope is active here."""
    return visible_cases(reader).filter(unit__in=reader.unit_ids)


def _revisits(reader: Reader, estate: Estate | None, house: str, cases: Sequence[Case]) -> Any:
    mine = Q(subject_type="cases.case", subject_id__in=[str(case.pk) for case in cases])
    if estate is not None and house:
        mine |= Q(place=f"{estate.name} {house}")
    return visible_revisits(reader).filter(mine).select_related("office").order_by("-due_at")[:MOST_ROWS]


def _orders(reader: Reader, estate: Estate | None, house: str) -> Any:
    found = visible_orders(reader).filter(estate=estate, house__iexact=house)
    return found.for_list().order_by("-drafted_at", "-pk")[:MOST_ROWS]


def _defects(reader: Reader, estate: Estate, house: str) -> list[tuple[DefectFile, bool]]:
    """Under watch at this estate, those of the same building first."""
    building = building_of(house)
    files = visible_defects(reader).filter(estate=estate, released_at=None).order_by("-opened_at")[:50]
    marked = [(one, bool(building) and building_of(one.place.removeprefix(estate.name)) == building) for one in files]
    return sorted(marked, key=lambda pair: not pair[1])[:MOST_ROWS]


def _incidents(reader: Reader, estate: Estate) -> list[Said]:
    """What to say is for everybody who answers the phone; the incident itself for who runs it."""
    going_on = Incident.objects.filter(estate=estate, state=IncidentState.OPEN).order_by("-opened_at")
    own = set(visible_incidents(reader).filter(estate=estate).values_list("pk", flat=True))
    return [Said(one, one.get_absolute_url() if one.pk in own else "") for one in going_on[:MOST_ROWS]]


def _calls(reader: Reader, digest: str, estate: Estate | None, house: str) -> Any:
    found = visible_calls(reader).filter(_of_caller(digest, estate, house))
    return found.for_list().order_by("-began_at", "-pk")[:MOST_ROWS]


# ---- before a new case is made --------------------------------------------------------------------------------------
def lookalikes(reader: Reader, *, estate: Estate | None, house: str, kind: str) -> list[Case]:
    """Open cases that may say the same, as the page of a case offers them, and of those the reader sees."""
    if estate is None or not house:
        return []
    new = Case(estate=estate, house=house, kind=kind, office_id=estate.office_id, level=CaseLevel.OFFICE)
    with scopes_disabled():
        seen = _scoped_cases(reader).values("pk")
        return list(likely_duplicates(new).filter(pk__in=seen).for_desk()[:MOST_SHOWN])


def suggestion(subject: str, text: str) -> Suggestion | None:
    """Whether the words may be about a director or compensation; a person decides (SRV-18)."""
    return suggestion_in(f"{subject} {text}")
