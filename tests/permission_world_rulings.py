"""For the permission matrix: the employee's questions and proposals on the regulation for all staff, one of each
waiting with its department, one answered before everybody."""

from __future__ import annotations

import uuid
from typing import Any

from policies.models import Edition
from policies.rulings import actions
from policies.rulings.models import Proposal, Question, Ruling
from tests.people import Company


def build(company: Company, edition: Edition) -> None:
    employee, editor = company.users["employee"], company.users["editor"]
    clause = edition.clauses.get(number="2.1").clause_id
    asked = [
        actions.ask_question(
            by=employee, edition=edition, clause_id=clause, text="許可證有效幾天?", submission_id=uuid.uuid4()
        )
        for _place in range(2)
    ]
    actions.publish_ruling(by=editor, question=asked[1], asked="許可證有效幾天?", answer="當天有效。")
    proposed = [
        actions.propose(
            by=employee,
            edition=edition,
            clause_id=clause,
            kind="wording",
            suggestion="寫明有效期。",
            reason="各人說法不同。",
            submission_id=uuid.uuid4(),
        )
        for _place in range(2)
    ]
    actions.answer_proposal(by=editor, proposal=proposed[1], decision="accept", answer="採納。")


def waiting_question(world: Any) -> dict[str, Any]:
    return {"pk": Question._base_manager.get(state="waiting").pk}


def ruling(world: Any) -> dict[str, Any]:
    return {"number": Ruling.objects.get().number}


def proposal(state: str) -> Any:
    return lambda world: {"pk": Proposal._base_manager.get(state=state).pk}
