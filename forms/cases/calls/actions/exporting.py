"""Taking the list of calls out of the portal: for a purpose, which the journal keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forms.cases.calls.models import Hotline
from forms.cases.calls.permissions import reader_can_list_calls
from portal.journal import actions as journal
from portal.lib.refusals import NotYours, Refused
from portal.org.readers import reader_for


@transaction.atomic
def note_export(*, by: Any, purpose: str, calls: int, query: str, now: datetime | None = None) -> None:
    """Writes down who takes how many calls out, for what. Raises NotYours, Refused."""
    if not reader_can_list_calls(reader_for(by)):
        raise NotYours(_("Calls are listed by those who answer for an office or the company."))
    if not purpose.strip():
        raise Refused(_("Say what the list is for."), field="purpose")
    hotline = Hotline.objects.order_by("pk").first()
    if hotline is None or not calls:
        raise Refused(_("There is nothing to export."))
    data = {"purpose": purpose.strip(), "calls": calls, "query": query[:200]}
    journal.record(by=by, action="calls.export", thing=hotline, data=data, now=now)
