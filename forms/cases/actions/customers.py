"""What a customer does with the own case, by account or with the tracking code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.cases.actions.changing import changing, state_after_waiting
from forms.cases.actions.steps import begin_anew
from forms.cases.enums import CaseState, NoteKind, WaitReason
from forms.cases.models import Case, CaseNote, CaseRating
from forms.cases.permissions import handlers_of
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused

LONGEST_WORDS = 5000


def add_to_case(*, case: Case, by: Any, text: str, now: datetime | None = None) -> CaseNote:
    """The customer adds something. A case that waited for just that goes on."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("Write what you want to add."), field="text")
    with changing(case=case, verb="add", by=by, version=None, now=now) as change:
        if change.case.state == CaseState.WAITING and change.case.waiting_for == WaitReason.CUSTOMER:
            change.target = state_after_waiting(change.case)
        return change.note(NoteKind.CUSTOMER, text[:LONGEST_WORDS])


def say_still_broken(*, case: Case, by: Any, text: str, now: datetime | None = None) -> CaseNote:
    """The customer says that it is still broken: the case is taken up again at once, with new clocks (SRV-11)."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("Say what is still wrong."), field="text")
    with changing(case=case, verb="still_broken", by=by, version=None, now=now) as change:
        begin_anew(change)
        change.tell("reopened")
        return change.note(NoteKind.CUSTOMER, text[:LONGEST_WORDS])


def rate_case(*, case: Case, by: Any, stars: int, text: str = "", now: datetime | None = None) -> CaseRating:
    """The customer's opinion of how it was handled: once, and never from somebody who handled it."""
    now = now or clock.now()
    if not 1 <= stars <= 5:
        raise Refused(_("Choose one to five stars."), field="stars")
    with changing(case=case, verb="rate", by=by, version=None, now=now) as change:
        if by.pk is not None and by.pk in handlers_of(change.case):
            raise Refused(_("Whoever handled a case does not rate it."))
        rating, created = CaseRating.objects.get_or_create(
            case=change.case, defaults={"stars": stars, "text": text.strip()[:1000], "at": now}
        )
        if not created:
            raise Conflict(_("You have rated this already. Thank you."))
        change.data["stars"] = stars
        return rating
