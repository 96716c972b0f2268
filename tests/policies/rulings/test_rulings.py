"""Publishing, flagging when the clause changes, deciding anew, withdrawing; marks, search, similar ones, measures."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from policies.enums import AudienceScope
from policies.rulings import actions, marks, measures, similar, sources, tiles, wording
from policies.rulings.enums import RulingState, Standing
from policies.rulings.models import Ruling
from portal.jobs.models import OutboxRow
from portal.journal.actions import SYSTEM, entries_of
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.registries import clause_acts, clause_marks
from portal.org.readers import reader_for
from tests.policies.rulings.conftest import ANSWERED, ASKED, DUE, LATE, clause_of

pytestmark = pytest.mark.usefixtures("no_scope")
NOW = ANSWERED + timedelta(days=30)
TODAY = date(2026, 4, 10)
MARCH = Period.parse("2026-03")


def passages(ruling: Ruling) -> list:
    return list(sources.ruling_passages([str(ruling.pk)]))


# ---- publishing -----------------------------------------------------------------------------------------------------
def test_a_ruling_stands_under_its_clause_and_edition_with_a_number(company, issued, question, ruling):
    assert (ruling.number, ruling.edition_id, ruling.unit.code) == ("R2026-001", issued.pk, "QHSE")
    question.refresh_from_db()
    assert (question.state, question.answer) == ("published", ruling.answer)
    assert entries_of(question).last().data["ruling"] == "R2026-001"
    assert OutboxRow.objects.filter(topic="search", key=f"rulings:{ruling.pk}").exists()


def test_numbers_run_through_the_year(ask, publish):
    numbers = [publish(ask(text=f"第{place}問")).number for place in range(3)]
    assert numbers == ["R2026-001", "R2026-002", "R2026-003"]
    assert publish(ask(text="次年"), now=ANSWERED + timedelta(days=330)).number == "R2027-001"


@pytest.mark.parametrize("name", ["葉子安", "叶子安", "葉 子 安", "S0006"])
def test_a_ruling_names_nobody(question, publish, name):
    for field in ("asked", "answer"):
        with pytest.raises(Refused) as refused:
            publish(question, **{field: f"{name}問的。"})
        assert refused.value.field == field
    assert Ruling.objects.count() == 0


def test_the_second_publisher_is_told(question, ruling, publish):
    with pytest.raises(Conflict):
        publish(question, by="approver")
    assert Ruling.objects.count() == 1


# ---- when the clause changes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"text": "動火點二十米內清除可燃物。"}, Standing.CHANGED),
        ({"number": "2.2.9"}, Standing.HOLDS),
        ({"remove": True}, Standing.REMOVED),
    ],
)
def test_a_ruling_knows_whether_its_clause_changed(ruling, next_edition, change, standing):
    assert wording.standing_of(ruling, TODAY) == Standing.HOLDS
    next_edition("2.2.1", **change)
    assert wording.standing_of(ruling, date(2026, 3, 31)) == Standing.HOLDS  # announced, not yet in force
    assert wording.standing_of(ruling, TODAY) == standing
    assert passages(ruling)[0].in_force is (standing != Standing.REMOVED)


def test_a_change_elsewhere_leaves_it_alone(ruling, next_edition):
    next_edition("2.2.2", text="監護人不得離開半步。")
    assert wording.standing_of(ruling, TODAY) == Standing.HOLDS


def test_a_clause_that_only_heads_others_changes_with_them(ask, publish, next_edition):
    above = publish(ask("2.2"))
    next_edition("2.2.2", text="監護人不得離開半步。")
    assert wording.standing_of(above, TODAY) == Standing.CHANGED


def test_deciding_anew_makes_a_new_ruling_and_keeps_the_old(company, ruling, next_edition):
    user = company.users["approver"]
    said = {"by": user, "ruling": ruling, "asked": ruling.asked, "answer": "從火花最遠處量二十米。", "now": NOW}
    with pytest.raises(Conflict):  # the clause says what it said
        actions.reaffirm_ruling(**said)
    later = next_edition("2.2.1", text="動火點二十米內清除可燃物。")
    new = actions.reaffirm_ruling(**said)
    ruling.refresh_from_db()
    assert (new.number, new.edition_id, new.reaffirms_id) == ("R2026-002", later.pk, ruling.pk)
    assert (ruling.state, ruling.answer) == (RulingState.REAFFIRMED, "從火花最遠處量起。")
    assert wording.standing_of(new, TODAY) == Standing.HOLDS
    assert passages(ruling) == []
    with pytest.raises(Conflict):
        actions.reaffirm_ruling(**said)
    with pytest.raises(Conflict):
        actions.withdraw_ruling(by=user, ruling=ruling, reason="錯了", now=NOW)


def test_a_removed_clause_is_not_decided_anew(company, ruling, next_edition):
    next_edition("2.2.1", remove=True)
    with pytest.raises(Conflict):
        actions.reaffirm_ruling(by=company.users["editor"], ruling=ruling, asked="?", answer="!", now=NOW)


def test_withdrawing_leaves_a_trace(company, issued, ruling):
    user = company.users["editor"]
    with pytest.raises(Refused):
        actions.withdraw_ruling(by=user, ruling=ruling, reason=" ", now=NOW)
    for stranger in ("employee", "administrator", "director"):
        with pytest.raises(NotYours):
            actions.withdraw_ruling(by=company.users[stranger], ruling=ruling, reason="錯了", now=NOW)
    actions.withdraw_ruling(by=user, ruling=ruling, reason="與2.1不符", now=NOW)
    ruling.refresh_from_db()
    assert (ruling.state, ruling.ended_reason, ruling.ended_by) == ("withdrawn", "與2.1不符", user)
    assert passages(ruling) == []
    assert list(marks.ruling_marks(reader_for(company.users["employee"]), issued)) == []
    assert entries_of(ruling).last().action == "rulings.withdraw"


# ---- beside the clause, in the search -------------------------------------------------------------------------------
def test_marks_stand_beside_the_clause_for_its_readers(
    company, issued, ruling, next_edition, django_assert_max_num_queries
):
    provider = clause_marks.get("rulings")
    reader = reader_for(company.users["employee"])
    assert reader.tokens
    with django_assert_max_num_queries(2):
        (mark,) = provider(reader, issued)
    assert (mark.clause_id, mark.kind, mark.tone) == (ruling.clause_id, "ruling", "info")
    assert mark.url == "/rulings/R2026-001/"
    assert list(provider(reader_for(company.users["customer"]), issued)) == []
    later = next_edition("2.2.1", text="動火點二十米內清除可燃物。")
    assert [one.tone for one in provider(reader, later)] == ["warning"]
    assert [one.tone for one in provider(reader, issued)] == ["info"]


def test_a_clause_offers_asking_and_proposing(company, issued):
    ask, propose = clause_acts.get("rulings.ask"), clause_acts.get("rulings.propose")
    assert ask.url(3, 5) == "/rulings/ask/?edition=3&clause=5"
    assert propose.url(3, 5) == "/proposals/new/?edition=3&clause=5"
    seen = {
        who: (ask.visible(reader_for(user)), propose.visible(reader_for(user)))
        for who, user in (
            ("employee", company.users["employee"]),
            ("customer", company.users["customer"]),
            ("nobody", None),
        )
    }
    assert seen == {"employee": (True, True), "customer": (True, False), "nobody": (False, False)}


def test_search_reads_a_ruling_with_the_audience_of_its_edition(issued, ruling):
    (passage,) = passages(ruling)
    assert passage.title.startswith("2.2.1 ")
    assert (passage.number, passage.kind, passage.audience) == ("R2026-001", "ruling", issued.audience)
    assert list(sources.ruling_keys()) == [str(ruling.pk)]
    assert issued.audience_rules.get().scope == AudienceScope.STAFF


def test_similar_rulings_are_offered_the_clause_first(company, ask, publish):
    reader = reader_for(company.users["crew_leader"])
    here = publish(ask("2.2.2", text="監護人可以輪換嗎？"), asked="監護人可以輪換嗎？", answer="可以，當面交接。")
    other = publish(ask("2.1"), asked="許可證丟了怎麼辦？", answer="停止用火，重新辦理許可證。")
    publish(ask("2.2.1"), asked="十米從哪裡量起？", answer="從火花最遠處。")
    clause = here.clause_id
    assert similar.similar_rulings(reader, clause, "許可证丢了怎么办") == [here, other]  # in either script
    assert similar.similar_rulings(reader, clause, "今天吃什麼") == [here]
    assert similar.similar_rulings(reader_for(company.users["customer"]), clause, "許可證丟了怎麼辦") == []
    actions.withdraw_ruling(by=company.users["editor"], ruling=other, reason="錯了", now=NOW)
    assert similar.similar_rulings(reader, clause, "許可證丟了怎麼辦") == [here]


# ---- measures, tiles ------------------------------------------------------------------------------------------------
def test_the_measure_counts_what_was_due_and_late_stays_late(company, ask, publish):
    in_time, late, open_one = ask(text="一"), ask(text="二"), ask(text="三")
    publish(in_time)
    publish(late, now=LATE)
    measured = measures.questions_answered(company.units["QHSE"], MARCH)
    assert (measured.due, measured.done, measured.missed) == (3, 1, 2)  # the open one is long overdue by now
    assert measured.rows_url.startswith("/rulings/desk/?view=all&period=2026-03&unit=QHSE")
    user = company.users["editor"]
    actions.hand_over_question(by=user, question=open_one, to=company.units["FINANCE"], reason="歸財務", now=LATE)
    assert measures.questions_answered(company.units["QHSE"], MARCH).missed == 2
    assert measures.questions_answered(company.units["FINANCE"], MARCH).due == 0
    assert measures.questions_answered(company.units["HQ"], MARCH).due == 3
    assert measures.questions_answered(None, Period.parse("2026-04")).due == 0


def test_a_question_in_time_counts_where_it_was_answered(company, question):
    actions.hand_over_question(
        by=company.users["editor"], question=question, to=company.units["SALES1"], reason="歸銷售", now=ANSWERED
    )
    assert measures.questions_answered(company.units["QHSE"], MARCH).due == 0
    assert measures.questions_answered(company.units["SALES1"], MARCH).due == 1


def test_tiles_tell_the_desk_and_the_asker(company, question):
    editor, employee = company.users["editor"], company.users["employee"]
    (desk,) = tiles.desk_tiles(reader_for(editor))
    assert (desk.count, desk.urgent) == (1, True)  # asked in March, still open
    assert tiles.desk_tiles(reader_for(employee)) == []
    assert tiles.answered_tiles(reader_for(employee)) == []
    actions.answer_question(by=editor, question=question, answer="可以。", now=ANSWERED)
    assert tiles.desk_tiles(reader_for(editor)) == []
    (mine,) = tiles.answered_tiles(reader_for(employee))
    assert mine.count == 1
    actions.see_answer(by=employee, thing=question, now=ANSWERED)
    assert tiles.answered_tiles(reader_for(employee)) == []


# ---- proposals ------------------------------------------------------------------------------------------------------
def test_a_proposal_goes_to_the_owner_with_fifteen_working_days(company, proposal):
    assert (proposal.unit.code, proposal.state) == ("QHSE", "waiting")
    assert proposal.due_at == DUE + timedelta(days=14)
    measured = measures.proposals_answered(company.units["QHSE"], MARCH)
    assert (measured.due, measured.done) == (1, 0)


@pytest.mark.parametrize("who", ["customer"])
def test_only_the_staff_proposes(company, issued, who):
    with pytest.raises(NotYours):
        actions.propose(
            by=company.users[who],
            edition=issued,
            clause_id=clause_of(issued, "2.1"),
            kind="wording",
            suggestion="改",
            reason="好",
            submission_id=uuid4(),
            now=ASKED,
        )


@pytest.mark.parametrize(("decision", "state"), [("accept", "accepted"), ("decline", "declined"), ("note", "noted")])
def test_every_proposal_gets_an_answer_once(company, proposal, decision, state):
    given = {"proposal": proposal, "now": ANSWERED}
    for stranger in ("crew_leader", "administrator", "employee"):
        with pytest.raises(NotYours):
            actions.answer_proposal(by=company.users[stranger], decision=decision, answer="好", **given)
    with pytest.raises(Refused):
        actions.answer_proposal(by=company.users["editor"], decision=decision, answer=" ", **given)
    done = actions.answer_proposal(by=company.users["editor"], decision=decision, answer="好", **given)
    assert (done.state, done.answer) == (state, "好")
    with pytest.raises(Conflict):
        actions.answer_proposal(by=company.users["approver"], decision="note", answer="不", **given)


def test_an_accepted_proposal_ends_in_a_later_edition(company, issued, proposal, next_edition):
    editor = company.users["editor"]
    actions.answer_proposal(by=editor, proposal=proposal, decision="accept", answer="好", now=ANSWERED)
    with pytest.raises(Refused):
        actions.include_proposal(by=editor, proposal=proposal, edition=issued, now=NOW)
    later = next_edition("2.2.1", text="動火點二十米內清除可燃物。")
    with pytest.raises(NotYours):
        actions.include_proposal(by=company.users["approver"], proposal=proposal, edition=later, now=NOW)
    done = actions.include_proposal(by=editor, proposal=proposal, edition=later, now=NOW)
    assert (done.state, done.included_in_id) == ("included", later.pk)
    with pytest.raises(Conflict):
        actions.include_proposal(by=editor, proposal=proposal, edition=later, now=NOW)


def test_a_late_proposal_stays_late(company, proposal):
    actions.mark_late(by=SYSTEM, now=NOW)
    done = actions.answer_proposal(
        by=company.users["editor"], proposal=proposal, decision="accept", answer="好", now=NOW
    )
    assert done.breached_at == proposal.due_at
    measured = measures.proposals_answered(None, MARCH)
    assert (measured.due, measured.done, measured.missed) == (1, 0, 1)
