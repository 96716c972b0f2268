"""Writing a draft: starting one from the edition in force, changing, adding, removing and moving clauses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from policies import clause_tree
from policies.actions.carrying import carry_files, drop_unlinked
from policies.actions.transitions import locked
from policies.enums import EDITABLE, PUBLISHED, ClauseKind, EditionState, RegulationKind
from policies.freezing import frozen, verb
from policies.models import AppendixFile, Clause, Edition, EditionClause, RegulationPage
from policies.permissions import user_can_edit_edition, user_can_start_draft
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import User


def next_number(regulation: RegulationPage) -> int:
    """1 for the first edition; drafts that were withdrawn unread leave no gap."""
    ever = regulation.editions.published().aggregate(highest=Max("number"))["highest"]
    return (ever or 0) + 1


def refuse_second_draft(regulation: RegulationPage) -> None:
    """Raises Conflict while another edition of the regulation is open."""
    if regulation.editions.open().exists():
        raise Conflict(_("Another draft of this regulation is still open: finish or withdraw it first."))


@transaction.atomic
def start_draft(*, by: User, regulation: RegulationPage, now: datetime | None = None) -> Edition:
    """A new draft with the text of the edition last issued or tried out; its clauses keep their identity. One open
    draft a regulation."""
    if not user_can_start_draft(by, regulation):
        raise NotYours(_("Only an editor may start a draft."))
    refuse_second_draft(regulation)
    base = regulation.editions.filter(state__in=PUBLISHED).order_by("-number").first()
    if base is None:
        raise Refused(_("This regulation has no issued edition to start from: import its text."))
    draft = Edition.objects.create(
        regulation=regulation,
        number=next_number(regulation),
        title=base.title,
        based_on=base,
        drafted_by=by,
        drafted_at=now or clock.now(),
        owner_unit=base.owner_unit,
        interpreting_unit=base.interpreting_unit,
    )
    _copy_clauses(base, draft)
    journal.record(
        by=by,
        action="policies.start_draft",
        thing=draft,
        unit=base.owner_unit,
        data={"regulation": regulation.pk, "number": draft.number, "from": base.number},
        now=now,
    )
    return draft


def _copy_clauses(base: Edition, draft: Edition) -> None:
    """Reading order guarantees that a parent is written before what lies under it."""
    copies: dict[int, EditionClause] = {}
    for row in base.clauses.order_by("order"):
        copies[row.pk] = EditionClause.objects.create(
            edition=draft,
            clause_id=row.clause_id,
            parent=copies[row.parent_id] if row.parent_id else None,
            order=row.order,
            depth=row.depth,
            kind=row.kind,
            number=row.number,
            heading=row.heading,
            text=row.text,
        )
    carry_files(base, copies.values())


def draft_for(by: User, edition: Edition) -> Edition:
    """The locked edition, if it is a draft and `by` may write in it."""
    current = locked(edition)
    if current.state not in EDITABLE:
        raise frozen()
    if not user_can_edit_edition(by, current):
        raise NotYours(_("Only an editor may change a draft."))
    return current


def note_change(*, by: User, edition: Edition, action: str, data: dict, now: datetime | None) -> None:
    """Journals a change of the text; whoever changes a clause has written in the edition and cannot approve it."""
    edition.contributors.add(by)
    journal.record(by=by, action=f"policies.{action}", thing=edition, unit=edition.owner_unit, data=data, now=now)


def _checked(*, kind: str, number: str, heading: str, text: str) -> dict[str, str]:
    values = {"kind": kind, "number": number.strip(), "heading": heading.strip(), "text": text.strip()}
    if kind not in ClauseKind.values:
        raise Refused(_("Choose what this clause is."), field="kind")
    if not values["heading"] and not values["text"]:
        raise Refused(_("Write a heading or a text; to take the clause out, remove it."), field="text")
    for name, length in (("number", 40), ("heading", 255)):
        if len(values[name]) > length:
            raise Refused(_("Keep this to %(length)d characters.") % {"length": length}, field=name)
    return values


@transaction.atomic
def edit_clause(
    *,
    by: User,
    clause: EditionClause,
    number: str,
    heading: str,
    text: str,
    kind: str | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> EditionClause:
    """Changes the wording of a clause of a draft. `version` is the one the editor saw: another one raises Conflict."""
    edition = draft_for(by, clause.edition)
    row = edition.clauses.filter(pk=clause.pk).first()
    if row is None:
        raise Conflict(_("This clause was removed meanwhile: load the draft again."))
    if version is not None and row.version != version:
        raise Conflict(_("Somebody else changed this clause meanwhile. Compare both texts below, then save again."))
    values = _checked(kind=kind or row.kind, number=number, heading=heading, text=text)
    if row.kind == ClauseKind.APPENDIX and values["kind"] != row.kind and row.appendix_files.exists():
        raise Refused(_("This appendix has files: remove them before it becomes something else."), field="kind")
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    note_change(
        by=by,
        edition=edition,
        action="edit_clause",
        data={"clause": str(row.clause_id), "number": row.number, "changed": changed},
        now=now,
    )
    return row


@transaction.atomic
def add_clause(
    *,
    by: User,
    edition: Edition,
    kind: str,
    number: str = "",
    heading: str = "",
    text: str = "",
    after: EditionClause | None = None,
    under: EditionClause | None = None,
    now: datetime | None = None,
) -> EditionClause:
    """A new clause with a new identity: after a clause (and all under it), or as the first one under a clause, or
    last of all."""
    draft = draft_for(by, edition)
    values = _checked(kind=kind, number=number, heading=heading, text=text)
    rows = list(draft.clauses.order_by("order"))
    parent_id, depth, place = None, 1, len(rows)
    near = under or after
    if near is not None:
        if near.pk not in {row.pk for row in rows}:
            raise Conflict(_("The clause beside it was removed meanwhile: load the draft again."))
        index = clause_tree.index_of(rows, near.pk)
        near = rows[index]
        if under is not None:
            parent_id, depth, place = near.pk, near.depth + 1, index + 1
        else:
            parent_id, depth, place = near.parent_id, near.depth, clause_tree.end_of_subtree(rows, index)
    row = EditionClause.objects.create(
        edition=draft,
        clause=Clause.objects.create(regulation=draft.regulation),
        parent_id=parent_id,
        depth=depth,
        order=place + 1,
        **values,
    )
    _save_order([*rows[:place], row, *rows[place:]])
    note_change(
        by=by, edition=draft, action="add_clause", data={"clause": str(row.clause_id), "number": row.number}, now=now
    )
    return row


@transaction.atomic
def remove_clause(*, by: User, clause: EditionClause, now: datetime | None = None) -> int:
    """Takes a clause and what lies under it out of the draft. Earlier editions keep it. Returns how many went."""
    draft = draft_for(by, clause.edition)
    rows = list(draft.clauses.order_by("order"))
    if clause.pk not in {row.pk for row in rows}:
        raise Conflict(_("This clause was removed meanwhile: load the draft again."))
    start = clause_tree.index_of(rows, clause.pk)
    end = clause_tree.end_of_subtree(rows, start)
    gone = rows[start:end]
    files = list(AppendixFile.objects.filter(row__in=gone).values_list("file_id", flat=True))
    draft.clauses.filter(pk__in=[row.pk for row in gone]).delete()
    drop_unlinked(files)
    _save_order(rows[:start] + rows[end:])
    note_change(
        by=by,
        edition=draft,
        action="remove_clause",
        data={"clause": str(clause.clause_id), "number": clause.number, "rows": len(gone)},
        now=now,
    )
    return len(gone)


@transaction.atomic
def move_clause(
    *, by: User, clause: EditionClause, to: clause_tree.Direction, now: datetime | None = None
) -> EditionClause:
    """Moves a clause with everything under it: up, down, in (under the one before), out. Numbers stay as written."""
    draft = draft_for(by, clause.edition)
    rows = list(draft.clauses.order_by("order"))
    if clause.pk not in {row.pk for row in rows}:
        raise Conflict(_("This clause was removed meanwhile: load the draft again."))
    before = {row.pk: (row.parent_id, row.depth) for row in rows}
    try:
        rows = clause_tree.moved(rows, clause.pk, to)
    except clause_tree.NoSuchMove:
        raise Refused(_("There is no place to move this clause to in that direction.")) from None
    _save_order(rows, also=[row for row in rows if before[row.pk] != (row.parent_id, row.depth)])
    note_change(
        by=by,
        edition=draft,
        action="move_clause",
        data={"clause": str(clause.clause_id), "number": clause.number, "to": to},
        now=now,
    )
    return next(row for row in rows if row.pk == clause.pk)


def _save_order(rows: list[EditionClause], also: list[EditionClause] | None = None) -> None:
    changed = {row.pk: row for row in [*clause_tree.renumbered(rows), *(also or [])]}
    if changed:
        EditionClause.objects.bulk_update(changed.values(), ["order", "parent_id", "depth"])


@transaction.atomic
def edit_details(
    *,
    by: User,
    edition: Edition,
    title: str,
    number: str | None = None,
    kind: str | None = None,
    now: datetime | None = None,
) -> Edition:
    """The title of a draft, and the number and kind of its regulation while nothing of it was issued yet."""
    draft = draft_for(by, edition)
    title = title.strip()
    if not title or len(title) > 255:
        raise Refused(_("Write a title of at most 255 characters."), field="title")
    draft.title = title
    draft.save(update_fields=["title"])
    page = draft.regulation
    never_issued = not page.editions.exclude(state__in={EditionState.DRAFT}).exists()
    if number is not None:
        number = number.strip()
        if number and RegulationPage.objects.filter(number=number).exclude(pk=page.pk).exists():
            raise Refused(_("Another regulation has this number: choose one that is free."), field="number")
        page.number = number
    if kind in RegulationKind.values:
        page.kind = kind
    if never_issued:
        page.title = page.draft_title = title
    with verb():
        page.save()
    note_change(
        by=by,
        edition=draft,
        action="edit_details",
        data={"regulation": page.pk, "number": page.number, "kind": page.kind},
        now=now,
    )
    return draft
