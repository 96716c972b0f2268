"""Three hotlines, a turn of duty, calls of the first office, a mail that was set aside, for the permission matrix."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django_scopes import scopes_disabled

from forms.cases.calls import actions
from forms.cases.calls.actions import NewCall
from forms.cases.calls.models import Call, DutyTurn, MailIn
from portal.lib import clock
from portal.org.models import Estate


@dataclass
class CallsWorld:
    call: Call  # missed, of the first office
    hidden: Call  # about that office's director
    turn: DutyTurn  # tomorrow's, the clerk's
    mail: MailIn


def build_calls(world: Any) -> CallsWorld:
    users, now = world.company.users, clock.now()
    lines = [
        actions.set_hotline(by=users["quality_officer"], kind=kind, label=kind, number="028-5550 0111")
        for kind in ("complaints", "services", "duty")
    ]
    turns = actions.add_turns(
        by=users["clerk"],
        hotlines=lines[:1],
        person=world.company.people["clerk"],
        days=[clock.today() + timedelta(days=1)],
        begins=time(0),
        ends=time(0),
    )
    with scopes_disabled():
        estate = Estate.objects.select_related("office").get(code="CUIHU")

        def record(**what: Any) -> Call:
            new = NewCall(hotline=lines[0], began_at=now, phone="13800000001", estate=estate, house="3棟1602", **what)
            return actions.record_call(by=users["clerk"], key=uuid.uuid4(), new=new)

        return CallsWorld(
            call=record(missed=True),
            hidden=record(text="主任罵人。", outcome="case", about_director=True),
            turn=turns[0],
            mail=actions.take_mail(raw=b"Subject: from nobody\n\nhello"),
        )


def calls_of(world: Any) -> CallsWorld:
    return world.calls
