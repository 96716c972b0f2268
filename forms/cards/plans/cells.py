"""The cells of the coverage map: area x shift x time of day (SAF-11, clause 5.1). Pure but for the rows handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time

from forms.cards.models import Area
from forms.cards.plans.enums import BAND_HOURS, Band
from portal.org.models import Shift

Pair = tuple[Shift | None, Band]
Cell = tuple[int, int | None, str]  # keys of the area and the shift, the band


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def spans_of(shift: Shift) -> list[tuple[int, int]]:
    """The minutes of the day a shift runs in: two spans where it passes midnight."""
    start, end = minutes(shift.starts_at), minutes(shift.ends_at) or 1440
    return [(start, end)] if start < end else [(start, 1440), (0, end)]


def bands_of(shift: Shift | None) -> list[Band]:
    """The times of day in which a shift runs for at least half an hour; without shifts all of them."""
    if shift is None:
        return list(Band)
    found = []
    for band, (first, last) in BAND_HOURS.items():
        shared = sum(max(0, min(end, last * 60) - max(start, first * 60)) for start, end in spans_of(shift))
        if shared >= 30:
            found.append(band)
    return found


def pairs_of(shifts: Sequence[Shift]) -> list[Pair]:
    """The columns of the map."""
    columns: list[Shift | None] = [*shifts] or [None]
    return [(shift, band) for shift in columns for band in bands_of(shift)]


def cells_of(areas: Iterable[Area], shifts: Sequence[Shift]) -> list[Cell]:
    """All cells to be covered."""
    pairs = pairs_of(shifts)
    return [(area.pk, shift.pk if shift else None, band.value) for area in areas for shift, band in pairs]


def band_at(at: time) -> Band:
    hour = at.hour
    return next(band for band, (first, last) in BAND_HOURS.items() if first <= hour < last)


def shift_at(shifts: Iterable[Shift], at: time) -> int | None:
    """The shift that runs at this time: for a card that names none."""
    moment = minutes(at)
    for shift in shifts:
        if any(start <= moment < end for start, end in spans_of(shift)):
            return shift.pk
    return None


def cuts_of(shifts: Iterable[Shift]) -> list[time]:
    """The times at which a band or a shift begins or ends: between two of them every card lies in one cell."""
    cuts = {band.starts_at for band in Band}
    for shift in shifts:
        cuts |= {shift.starts_at, shift.ends_at}
    return sorted(cuts | {time(0)})
