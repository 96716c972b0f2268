"""The idea of the portal on the clause itself: whether the reader's unit keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from policies.binding import UnitTree
from policies.compliance.overview import Cell, Overview
from policies.compliance.permissions import home_unit, sight_of
from policies.compliance.wording import WORDINGS
from policies.models import Obligation
from policies.obligations import DUE, LATE, MISSED, NOTHING_DUE, Results
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import ClauseMark
from portal.org.models import Unit
from portal.org.readers import Reader

KIND = "obligation"


def obligation_marks(reader: Reader, edition: Any) -> Iterator[ClauseMark]:
    """A mark for each duty of the regulation that concerns the reader's unit: how its last closed period ended, how the
    present one stands. Asks no measure: six queries whatever the number of duties."""
    sight = sight_of(reader) if reader.is_signed_in else None
    if sight is None or not reader.is_staff_member:
        return
    duties = list(
        Obligation.objects.filter(regulation=edition.regulation_id, clause__isnull=False).select_related("regulation")
    )
    if not duties:
        return
    now = clock.now()
    overview = Overview(reader, sight, UnitTree(clock.today(now)), now)
    units = _units(reader, overview)
    first = min(Period.of(one.closing_kind, overview.today).previous().start for one in duties)
    results = Results(units, first, overview.today, today=overview.today)
    for one in duties:
        unit = next((unit for unit in units if overview.of_unit(unit, [one])), None)
        if unit is not None:
            period = Period.of(one.closing_kind, overview.today)
            closed = overview.cell(results, unit, one, period.previous())
            yield _mark(one, closed, overview.cell(results, unit, one, period))


def _units(reader: Reader, overview: Overview) -> list[Unit]:
    """The reader's own units first; for what does not concern them the one that the reader's page opens with, so that
    who sees all units meets the whole organisation."""
    own = [overview.tree.by_id[unit.pk] for unit in reader.units if unit.pk in overview.tree.by_id]
    home = home_unit(reader, overview.sight, overview.tree)
    return list(dict.fromkeys([*own, home] if home is not None else own))


def _mark(obligation: Obligation, closed: Cell, present: Cell) -> ClauseMark:
    """The worse of the two gives the word: what was missed last time is not forgotten because a new period began."""
    shown = closed if closed.word in {MISSED, LATE} and present.word != MISSED else present
    if shown.word == NOTHING_DUE and closed.measured is not None:
        shown = closed
    wording = WORDINGS[shown.word]
    texts = []
    if closed.measured is not None and closed.measured.due:
        texts.append(_("last: %(done)d of %(due)d") % {"done": closed.measured.done, "due": closed.measured.due})
    if present.measured is not None and present.measured.due:
        texts.append(_("now: %(done)d of %(due)d") % {"done": present.measured.done, "due": present.measured.due})
    if shown.word == DUE and present.state is not None and present.state.period is not None:
        texts.append(_("until %(day)s") % {"day": f"{present.state.period.end:%Y-%m-%d}"})
    return ClauseMark(
        clause_id=obligation.clause_id or 0,
        kind=KIND,
        label=_("%(unit)s: %(word)s") % {"unit": shown.unit.name, "word": wording.label},
        url=shown.url,
        tone=wording.tone,
        text=" · ".join([obligation.code, *texts]),
    )
