"""What a case is to revisits: how it is shown, and that an unsatisfied customer's case is taken up again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions import add_note, reopen_case
from forms.cases.enums import TRANSITIONS
from forms.cases.models import Case
from forms.cases.permissions import reader_can_see_case
from forms.revisits.models import Revisit
from forms.revisits.registries import ShownSubject


class CaseSubject:
    """A revisit about a case."""

    def show(self, subject_id: str, reader: Any) -> ShownSubject | None:
        with scopes_disabled():
            case = Case.objects.select_related("office", "estate").filter(pk=subject_id).first()
        if case is None or not reader_can_see_case(reader, case):
            return None
        facts = [
            (_("Kind"), case.get_kind_display()),
            (_("State"), case.get_state_display()),
            (_("Management office"), case.office.name if case.office else ""),
        ]
        return ShownSubject(case.number, case.get_absolute_url(), facts, case.text)

    def satisfied(self, revisit: Revisit, *, by: Any, now: datetime) -> None:
        """The case may be closed now; that is somebody's decision."""

    def unsatisfied(self, revisit: Revisit, *, by: Any, now: datetime) -> Case | None:
        """The case is taken up again by itself, with what the customer said."""
        with scopes_disabled():
            case = Case.objects.filter(pk=revisit.subject_id).first()
        if case is None:
            return None
        reason = f"{revisit.number}: {revisit.words}"
        if case.state in TRANSITIONS["reopen"][0]:
            return reopen_case(case=case, by=by, reason=reason, now=now)
        add_note(case=case, by=by, text=reason, now=now)
        return case
