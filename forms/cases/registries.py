"""Where the rooms above cases (work orders, revisits, corrective plans …) register what a case needs of them: cases
import none of them.

Every entry is asked within the scope or transaction of its caller and answers with few queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.lib.registries import Registry


@dataclass(frozen=True)
class CaseSection:
    """What another room shows on the page of a case: a heading, its own template, what the template reads.

    `order` among the sections is that of the registration.
    """

    title: Any
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    anchor: str = ""  # id of its heading


@dataclass(frozen=True)
class CaseOffer:
    """Something that can be done about a case in another room, as a link on the page of the case."""

    label: Any
    url: str
    icon: str = "arrow-right"
    danger: bool = False


# (case) -> sentences why the case cannot be closed yet ([] closes). Asked under the lock of the case by close_case and
# by the page of the case; close_case refuses with the first sentences.
closing_guards: Registry[Callable[[Any], Sequence[Any]]] = Registry("guard of the closing of a case")

# (case, reader) -> a section, or None when this reader is shown nothing. The reader may see the case already.
case_sections: Registry[Callable[[Any, Any], CaseSection | None]] = Registry("section on the page of a case")

# (case, reader) -> links to what this reader may do about the case in another room.
case_offers: Registry[Callable[[Any, Any], Sequence[CaseOffer]]] = Registry("offer on the page of a case")

# Called with (case, verb, by, now) in the transaction of each verb of forms.cases.enums.TRANSITIONS, after the case is
# saved and journalled; one that raises Refused undoes the step. `verb` "still_broken" is the customer's own word that
# a repair did not hold (SRV-11), "reopen" that of the staff. It may call further verbs on the case.
after_case_step: Registry[Callable[[Any, str, Any, datetime], None]] = Registry("after a step of a case")

# (case) -> keys of accounts that handled the case in another room: none of them revisits its customer (SRV-20).
more_handlers: Registry[Callable[[Any], set[int]]] = Registry("who handled a case")

# (reader, now) -> figures for the board of directors, each with the full address of its rows
board_figures: Registry[Callable[[Any, datetime], Sequence[Any]]] = Registry("figure of the board")

# (case) -> steps (label, moment) of another room in the customer's words, for the customer's page.
customer_steps: Registry[Callable[[Any], Sequence[tuple[Any, datetime]]]] = Registry("step in a customer's words")

# event ("mailed:17", its part before the colon) -> (case, rest of the event) -> the mail about it, or None: what
# another room tells the customer by forms.intake.actions.tell.
customer_mails: Registry[Callable[[Any, str], Any]] = Registry("mail of another room to a customer")

# (keys of cases) -> those at which another room still works: their data stays.
erasure_holds: Registry[Callable[[Sequence[int]], set[int]]] = Registry("what keeps the data of a case")

# (keys of cases, moment) -> paths of private files that no row names any more. Takes what is personal out of another
# room's rows of these cases, in the transaction that erases them; the files go after its commit.
case_erasers: Registry[Callable[[Sequence[int], datetime], list[str]]] = Registry("eraser of what hangs on a case")


def reasons_not_to_close(case: Any) -> list[Any]:
    """Why the case cannot be closed yet, from all rooms."""
    return [sentence for guard in closing_guards for sentence in guard(case)]
