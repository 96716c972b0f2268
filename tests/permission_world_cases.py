"""An incident and an answer kept ready at the first office, for the permission matrix, made by the verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django_scopes import scopes_disabled

from forms.cases import actions
from forms.cases.models import CannedAnswer, Incident
from forms.cases.retention.models import Erasure
from portal.lib import clock
from portal.org.models import Estate


@dataclass
class CasesWorld:
    incident: Incident
    answer: CannedAnswer
    erasure: Erasure


def build_cases(world: Any) -> CasesWorld:
    clerk, office = world.company.users["clerk"], world.company.units["OFFICE1"]
    with scopes_disabled():
        estate = Estate.objects.get(code="CUIHU")
        return CasesWorld(
            incident=actions.open_incident(by=clerk, title="主水管爆裂", estate=estate, say="搶修中,今晚恢復。"),
            answer=actions.keep_answer(
                by=clerk, unit=office, title="停水", understanding="停水確實不便。", explanation="正在搶修。"
            ),
            erasure=Erasure.objects.create(at=clock.now(), cases=0),
        )
