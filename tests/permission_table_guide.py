"""Lines of the permission table for the Service Guide's editions and the library; see tests/permission_table.py.

The entries in the addresses were published by the editor (tests/permission_world_guide.py): one note for the customers
of 翠湖苑, one confidential paper for the sales site.
"""

from __future__ import annotations

from typing import Any

from tests.permission_table import (
    DOOR,
    EVERYBODY,
    LOGIN,
    NOT_AT_THE_DESK,
    STAFF,
    VISITOR,
    Line,
    nothing,
)
from tests.permission_world import World
from tests.permission_world_guide import note_of, paper_of, papers_file

EDITION = {"number": 1}
PUBLISHERS = "editor unit_manager other_unit_manager director other_director "
OWNERS = "editor "  # of the confidential paper
NAMED = OWNERS + "sales_person "


def note(world: World) -> dict[str, Any]:
    return {"pk": note_of(world).pk}


def paper(world: World) -> dict[str, Any]:
    return {"pk": paper_of(world).pk}


LINES = [
    # ---- the guide: for everybody, once it is published ------------------------------------------------------------
    Line("guide_editions", {404: EVERYBODY}, what="before there is a guide"),
    Line("guide_edition", {404: EVERYBODY}, at=lambda w: EDITION, what="before there is a guide"),
    Line("guide_changes", {404: EVERYBODY}, at=lambda w: EDITION, what="before there is a guide"),
    Line("guide_booklet", {404: EVERYBODY}, what="before there is a guide"),
    Line("guide_edition_booklet", {404: EVERYBODY}, at=lambda w: EDITION, what="before there is a guide"),
    Line("guide_desk", {DOOR: NOT_AT_THE_DESK, 200: "editor"}),
    Line("guide_desk", {DOOR: NOT_AT_THE_DESK, 400: "editor"}, send=nothing),
    # ---- the library -----------------------------------------------------------------------------------------------
    Line("library_index", {200: EVERYBODY}),
    Line("library_entry", {LOGIN: VISITOR, 200: "customer " + STAFF}, at=note),
    Line("library_entry", {LOGIN: VISITOR, 200: NAMED}, at=paper, what="confidential"),
    Line("library_file", {LOGIN: VISITOR}, at=lambda w: note(w) | papers_file(w), what="of another entry"),
    Line("library_file", {LOGIN: VISITOR, 200: NAMED}, at=lambda w: paper(w) | papers_file(w), what="confidential"),
    Line("private_file", at=papers_file, what="of the library, past its page"),
    Line("library_desk", {LOGIN: VISITOR, 200: PUBLISHERS}),
    Line("library_new", {LOGIN: VISITOR, 200: PUBLISHERS}),
    Line("library_new", {LOGIN: VISITOR, 400: PUBLISHERS}, send=nothing),
    Line("library_edit", {LOGIN: VISITOR, 200: "editor director"}, at=note),
    Line("library_edit", {LOGIN: VISITOR, 400: "editor director"}, at=note, send=nothing),
    Line("library_edit", {LOGIN: VISITOR, 200: OWNERS}, at=paper, what="confidential"),
    Line("library_withdraw", {LOGIN: VISITOR, 200: "editor director"}, at=note),
    Line("library_withdraw", {LOGIN: VISITOR, 302: "editor director"}, at=note, send=nothing),
    Line("library_withdraw", {LOGIN: VISITOR, 200: OWNERS}, at=paper, what="confidential"),
    Line("library_reads", {LOGIN: VISITOR}, at=note, what="of what is not confidential"),
    Line("library_reads", {LOGIN: VISITOR, 200: OWNERS}, at=paper),
]
