"""Promising the customer of a case to come back: the company's cases by somebody who did not handle them (SRV-20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.actions import expect_revisit
from forms.cases.coming_back.permissions import (
    SUBJECT,
    people_who_handled,
    reached_the_company,
    revisits_of,
    user_can_promise,
)
from forms.cases.enums import TRANSITIONS
from forms.cases.models import Case
from forms.revisits.actions import NewRevisit, make_revisit
from forms.revisits.enums import Performer, RevisitKind
from forms.revisits.models import Revisit
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused


def promise_revisit(
    *, by: Any, case: Case, kind: str, due_at: datetime, version: int | None = None, now: datetime | None = None
) -> Revisit:
    """A revisit at the end of a case, one at a time; the case then waits for it."""
    now = now or clock.now()
    if kind not in {RevisitKind.PHONE, RevisitKind.ON_SITE, RevisitKind.IN_PERSON}:
        raise Refused(_("Say how somebody comes back to the customer."), field="kind")
    with transaction.atomic(), scopes_disabled():
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not user_can_promise(by, locked):
            raise NotYours(_("Only who answers for the case promises to come back, once the customer has the answer."))
        if version is not None and version != locked.version:
            raise Conflict(_("Somebody changed this case while you were reading. Look at what is new and try again."))
        if revisits_of(locked).open().exists():
            raise Conflict(_("A revisit is promised already."))
        company = reached_the_company(locked)
        new = NewRevisit(
            office=locked.unit,
            hidden_from=locked.office if locked.is_confined else None,
            subject_type=SUBJECT,
            subject_id=str(locked.pk),
            title=f"{locked.number} {locked.subject}",
            reason=gettext_lazy("At the end of a case that the company answered for")
            if company
            else gettext_lazy("At the end of a case"),
            due_at=due_at,
            kind=kind,
            performer=Performer.COMPANY if company else Performer.OFFICE,
            place=f"{locked.estate.name if locked.estate else ''} {locked.house}".strip(),
            contact_name=locked.contact_name,
            contact_phone=locked.contact_phone,
            independent=company,
            handlers=people_who_handled(locked),
        )
        revisit = make_revisit(by=by, new=new, now=now)
        if locked.state in TRANSITIONS["expect_revisit"][0]:
            expect_revisit(case=locked, by=by, now=now)
    return revisit
