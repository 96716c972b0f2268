"""What asking and proposing share: words that are there, a clause that can be asked about, one record however often it
is sent."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from policies.enums import EditionState
from policies.models import Edition, EditionClause
from policies.rulings.enums import LONGEST_TEXT
from policies.rulings.models import Proposal, Question
from portal.lib.refusals import Conflict, Refused
from portal.org.models import Unit

T = TypeVar("T", Question, Proposal)


def cleaned(text: str, *, field: str, missing: str) -> str:
    """The text without white space around it. Raises Refused where nothing is left, or far too much."""
    text = text.replace("\0", "").strip()
    if not text:
        raise Refused(missing, field=field)
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Write at most %(most)s characters.") % {"most": LONGEST_TEXT}, field=field)
    return text


def fingerprint(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sent_before(model: type[T], submission_id: UUID, by: Any, mark: str) -> T | None:
    """The record under this id, if there is one. Raises Conflict where it holds other words or is somebody else's."""
    found = model.objects.filter(submission_id=submission_id).select_related("edition", "unit").first()
    if found is None:
        return None
    if found.sent_by_id != by.pk or found.fingerprint != mark:
        raise Conflict(_("This form was sent before with other words. Send it once more to hand in what stands here."))
    return found


def require_in_force(edition: Edition, clause_id: int) -> None:
    """Raises Conflict for an edition that no longer holds or a clause that it does not have."""
    if edition.state != EditionState.ISSUED:
        raise Conflict(_("This edition is no longer in force: open the clause in the edition that is."))
    if not EditionClause.objects.filter(edition=edition, clause=clause_id).exists():
        raise Conflict(_("This edition has no such clause: choose the clause again."))


def interpreter_of(edition: Edition) -> Unit:
    """The department that interprets an issued edition; issuing names one in any case."""
    unit = edition.interpreting_unit or edition.owner_unit
    if unit is None:
        raise Refused(_("No department interprets this regulation."))
    return unit
