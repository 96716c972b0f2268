"""What every verb of this room does alike: rows locked case first, versions compared, acts journalled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.cases.models import Case
from portal.journal import actions as journal
from portal.lib.refusals import Conflict, Refused


def locked_case(case_id: int) -> Case:
    """The case, locked: everything of one case changes in one order. Within a transaction, scopes disabled."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("office", "unit", "estate")
    return rows.get(pk=case_id)


def same_version(thing: Any, version: int | None) -> None:
    if version is not None and version != thing.version:
        raise Conflict(_("Somebody changed this while you were reading. Look at what is new and try again."))


def state_after(table: dict[str, Any], verb: str, thing: Any) -> Any:
    """The state that a verb leads to. Conflict where the state does not allow it."""
    allowed, target = table[verb]
    if thing.state not in allowed:
        message = _("This is “%(state)s” already: nothing was changed.")
        raise Conflict(message % {"state": thing.get_state_display()})
    return target or thing.state


def words(text: str, field: str, message: Any) -> str:
    """The text without the spaces around it. Refused with the message where it is empty."""
    if not text.strip():
        raise Refused(message, field=field)
    return text.strip()


def note(*, by: Any, verb: str, thing: Any, case: Case, now: datetime, **data: Any) -> None:
    journal.record(
        by=by,
        action=f"case_corrections.{verb}",
        thing=thing,
        unit=case.unit_id,
        data={"case": case.number, **data},
        now=now,
    )
