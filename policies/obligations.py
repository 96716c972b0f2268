"""How obligations stand in a period: what their measures say, and which have none yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policies.models import Obligation
from portal.lib.periods import Period
from portal.lib.registries import Measured, measures
from portal.org.models import Unit

MEASURED, NOT_MEASURED = "measured", "not_measured"


@dataclass(frozen=True)
class ObligationState:
    """One obligation and what its measure found; `measured` None is a gap and never counts as done."""

    obligation: Obligation
    measured: Measured | None

    @property
    def state(self) -> str:
        return MEASURED if self.measured is not None else NOT_MEASURED

    @property
    def result(self) -> str | None:
        """missed, due (some are still open), done, nothing_due; None for a gap."""
        if self.measured is None:
            return None
        if self.measured.missed:
            return "missed"
        if self.measured.done < self.measured.due:
            return "due"
        return "done" if self.measured.due else "nothing_due"


def states(unit: Unit | None, period: Period) -> list[ObligationState]:
    """Every obligation in the order of the regulations. `unit` None asks for the whole organisation, from its root."""
    unit = unit or Unit.get_first_root_node()
    found = []
    for obligation in Obligation.objects.select_related("regulation"):
        measure = measures.get(obligation.measure_name)
        found.append(ObligationState(obligation, measure(unit, period) if measure else None))
    return found


def as_json(found: list[ObligationState], unit: Unit | None, period: Period) -> dict[str, Any]:
    """The object that `show_obligations --format json` prints.

    `{"unit": code or null, "period": code, "counts": {"all", "measured", "not_measured", "missed", "due", "done",
    "nothing_due"}, "obligations": [{"code", "regulation": title or null, "clause", "linked": bool, "who", "duty",
    "period_kind", "measure", "state": "measured" | "not_measured", "result": "missed" | "due" | "done" | "nothing_due"
    | null, "due", "done", "missed" (numbers or null), "rows_url", "note"}]}`
    """
    rows = []
    for one in found:
        obligation, measured = one.obligation, one.measured
        rows.append(
            {
                "code": obligation.code,
                "regulation": obligation.regulation.title if obligation.regulation else None,
                "clause": obligation.clause_reference,
                "linked": obligation.clause_id is not None,
                "who": obligation.who,
                "duty": obligation.duty,
                "period_kind": obligation.period_kind,
                "measure": obligation.measure_name,
                "state": one.state,
                "result": one.result,
                "due": measured.due if measured else None,
                "done": measured.done if measured else None,
                "missed": measured.missed if measured else None,
                "rows_url": measured.rows_url if measured else "",
                "note": str(measured.note) if measured else "",
            }
        )
    results = [one.result for one in found]
    counts = {name: results.count(name) for name in ("missed", "due", "done", "nothing_due")}
    gaps = results.count(None)
    return {
        "unit": unit.code if unit else None,
        "period": period.code,
        "counts": {"all": len(found), "measured": len(found) - gaps, "not_measured": gaps, **counts},
        "obligations": rows,
    }
