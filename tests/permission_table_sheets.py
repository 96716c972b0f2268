"""Blank cards, paper cards typed in, and exports in the permission matrix. Both crews have areas; each sees its own."""

from __future__ import annotations

from tests.permission_table import CREW, LOGIN, VISITOR, Line, nothing

COMPANY = "quality_officer administrator "
READERS = CREW + "other_crew_leader other_unit_manager " + COMPANY
COLLECTORS = "crew_leader unit_manager other_crew_leader other_unit_manager "
EXPORTERS = "unit_manager other_unit_manager director other_director quality_officer "

LINES = [
    Line("card_sheets", {LOGIN: VISITOR, 200: READERS}),
    Line("card_sheets_print", {LOGIN: VISITOR, 400: READERS}, what="without a choice"),
    Line("card_batches", {LOGIN: VISITOR, 200: COLLECTORS}),
    Line("card_batches", {LOGIN: VISITOR, 400: COLLECTORS}, send=nothing, what="without a card"),
    Line("card_export", {LOGIN: VISITOR, 200: EXPORTERS}),
    Line("card_export", {LOGIN: VISITOR, 400: EXPORTERS}, send=nothing, what="without a purpose"),
]
