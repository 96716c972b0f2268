"""The verbs: rosters with reasons, excuses, collecting once, reminding once, the rule about planned cards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from forms.cards.actions import withdraw_card
from forms.cards.duty import actions, measures, statistics
from forms.cards.duty.actions import Day
from forms.cards.duty.matrix import Sums, matrix_of, slots_of
from forms.cards.duty.models import Collection, DutyDay, DutyReminder
from forms.cards.duty.rules import daily_cards_count_as_planned
from forms.cards.duty.tasks import drain_outbox, send_reminder
from forms.cards.duty.tiles import duty_tiles
from portal.journal.actions import SYSTEM
from portal.journal.models import Entry
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.enums import RosterState
from portal.org.models import RosterEntry
from portal.org.readers import Reader
from tests.forms.card_duty.conftest import NOW, TODAY

pytestmark = pytest.mark.usefixtures("no_scope")
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
TEN_TO_FOUR = datetime(2026, 11, 23, 7, 50, tzinfo=UTC)  # of the early shift
EVENING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def states(company, now=NOW):
    unit = company.units["CREW1"]
    names = {person.pk: username for username, person in company.people.items()}
    return {names.get(slot.person, "together"): slot.state(now) for slot in slots_of([unit.pk], TODAY, TODAY)}


# ---- rosters --------------------------------------------------------------------------------------------------------
def change(company, day, what, by="unit_manager", reason="", person="employee", **more):
    return actions.set_roster(
        by=company.users[by],
        unit=company.units["CREW1"],
        person=company.people[person],
        days={day: what},
        reason=reason,
        now=NOW,
        **more,
    )


def test_a_roster_is_written_once_and_journalled_with_its_reason(company, shifts):
    early = Day((shifts["早班"].pk,))
    assert change(company, TOMORROW, early) == 1
    assert change(company, TOMORROW, early) == 0
    assert change(company, TOMORROW, Day((), RosterState.LEAVE), reason="年休假") == 1
    row = RosterEntry.objects.get(person=company.people["employee"])
    assert (row.state, row.reason, row.shift) == ("leave", "年休假", None)
    assert Entry.objects.filter(action="card_duty.set_roster").count() == 2


@pytest.mark.parametrize(
    ("day", "state"), [(TOMORROW, "leave"), (TOMORROW, "no_work"), (YESTERDAY, "off"), (YESTERDAY, "leave")]
)
def test_leave_and_days_gone_by_need_a_reason(company, shifts, day, state):
    with pytest.raises(Refused) as refused:
        change(company, day, Day((), state))
    assert refused.value.field == "reason"
    assert not RosterEntry.objects.exists()


@pytest.mark.parametrize("by", ["employee", "crew_leader", "other_unit_manager", "quality_officer", "administrator"])
def test_only_managers_of_the_unit_keep_its_roster(company, shifts, by):
    with pytest.raises(NotYours):
        change(company, TOMORROW, Day((), RosterState.OFF), by=by)


def test_the_second_of_two_editors_is_told(company, shifts):
    unit, person = company.units["CREW1"], company.people["employee"]
    seen = (actions.roster_version(unit, person, TODAY, TOMORROW), TODAY, TOMORROW)
    change(company, TOMORROW, Day((shifts["早班"].pk,)), version=seen)
    with pytest.raises(Conflict):
        change(company, TOMORROW, Day((), RosterState.OFF), version=seen)
    assert RosterEntry.objects.get().shift == shifts["早班"]


def test_a_person_is_excused_with_a_reason_and_once(company, crew):
    unit, person, manager = company.units["CREW1"], company.people["crew_leader"], company.users["unit_manager"]
    excuse = {"by": manager, "unit": unit, "person": person, "day": TODAY, "now": NOW}
    with pytest.raises(Refused):
        actions.excuse_person(**excuse, state="leave", reason=" ")
    actions.excuse_person(**excuse, state="no_work", reason="設備搬遷")
    assert states(company)["crew_leader"] == "excused"
    with pytest.raises(Conflict):
        actions.excuse_person(**excuse, state="leave", reason="再來一次")


def test_a_shift_without_work_is_excused_as_a_whole(company, crew, shifts):
    unit, manager = company.units["CREW1"], company.users["unit_manager"]
    excuse = {"by": manager, "unit": unit, "shift": shifts["早班"], "day": TODAY, "reason": "停電", "now": NOW}
    assert actions.excuse_shift(**excuse) == 3
    assert set(states(company).values()) == {"excused"}
    with pytest.raises(Conflict):
        actions.excuse_shift(**excuse)


# ---- the matrix -----------------------------------------------------------------------------------------------------
def test_the_matrix_knows_who_handed_in_and_who_did_not(company, crew, hand_in):
    hand_in("crew_leader")
    assert states(company) == {"unit_manager": "due", "crew_leader": "done", "together": "due"}
    assert states(company, EVENING) == {"unit_manager": "due", "crew_leader": "done", "together": "missed"}
    assert states(company, NEXT_MORNING)["unit_manager"] == "missed"


def test_a_post_named_by_the_settings_owes_each_day(company, crew, settings):
    settings.DAILY_CARD_POSTS = [company.posts["employee"].code]
    assert states(company)["employee"] == "due"
    assert "together" not in states(company)


def test_the_share_counts_slots_and_leaves_out_what_is_excused(company, crew, hand_in):
    for minute in (10, 20, 30):
        hand_in("crew_leader", observed_at=datetime(2026, 11, 23, 9, minute).time())
    actions.excuse_person(
        by=company.users["unit_manager"],
        unit=company.units["CREW1"],
        person=company.people["unit_manager"],
        day=TODAY,
        state="leave",
        reason="開會",
        now=NOW,
    )
    total = matrix_of(company.units["CREW1"], TODAY, TODAY, EVENING).total
    assert (total.done, total.missed, total.excused, total.share) == (1, 1, 1, 0.5)
    assert Sums().share is None


@pytest.mark.parametrize("kept", [False, True])
def test_sums_are_the_same_kept_or_not_and_see_what_changed(company, crew, hand_in, kept):
    unit = company.units["CREW1"]

    def sums():
        return statistics.total_sums([unit.pk], Period.of("day", TODAY), EVENING)

    def keep():
        if kept:
            statistics.keep_days(TODAY, TODAY)
            assert DutyDay.objects.filter(day=TODAY, unit=unit).exists()

    keep()
    assert (sums().done, sums().missed, sums().due) == (0, 2, 1)
    card = hand_in("crew_leader")
    assert (sums().done, sums().missed) == (1, 1)
    keep()
    assert (sums().done, sums().missed) == (1, 1)
    withdraw_card(by=company.users["crew_leader"], card=card, now=NOW)
    assert (sums().done, sums().missed) == (0, 2)
    keep()
    change(company, TODAY, Day((), RosterState.LEAVE), person="crew_leader", reason="病假")
    assert (sums().missed, sums().excused) == (1, 1)


# ---- collecting -----------------------------------------------------------------------------------------------------
def collect(company, by="unit_manager", day=TODAY, now=EVENING):
    return actions.collect_day(by=company.users[by], unit=company.units["CREW1"], day=day, now=now)


def test_a_day_is_collected_once_after_its_last_shift(company, crew, hand_in):
    hand_in("crew_leader")
    with pytest.raises(Refused):
        collect(company, now=NOW)
    collection = collect(company)
    assert (collection.cards, collection.outstanding) == (1, 2)
    with pytest.raises(Conflict):
        collect(company)
    assert Collection.objects.count() == 1


@pytest.mark.parametrize("by", ["crew_leader", "employee", "other_unit_manager", "quality_officer"])
def test_only_the_head_of_the_unit_collects(company, crew, by):
    with pytest.raises(NotYours):
        collect(company, by=by)


def test_a_day_without_work_and_cards_is_nothing_to_collect(company, shifts):
    with pytest.raises(Refused):
        collect(company, day=YESTERDAY)


# ---- reminding ------------------------------------------------------------------------------------------------------
def remind(now):
    return actions.remind_due(by=SYSTEM, now=now)


def test_whoever_still_owes_is_reminded_once_within_the_last_hour(company, crew, roster, hand_in):
    hand_in("crew_leader")
    assert remind(NOW) == 0  # two hours before the end
    assert remind(TEN_TO_FOUR) == 2
    assert remind(TEN_TO_FOUR) == 0
    reminded = set(DutyReminder.objects.values_list("person__user__username", flat=True))
    assert reminded == {"unit_manager", "employee"}


def test_nobody_on_leave_is_reminded(company, roster):
    roster("employee", TODAY, state="leave")
    roster("unit_manager", TODAY, state="no_work")
    assert remind(TEN_TO_FOUR) == 0


def test_a_run_that_comes_too_late_reminds_nobody(company, crew):
    assert remind(EVENING) == 0


def test_the_mail_goes_to_whoever_has_an_address_once(company, crew, monkeypatch):
    company.users["employee"].email = "employee@example.com"
    company.users["employee"].save()
    remind(TEN_TO_FOUR)
    monkeypatch.setattr("portal.lib.clock.now", lambda: TEN_TO_FOUR)
    assert drain_outbox() == 3
    reminder = DutyReminder.objects.get(person=company.people["employee"])
    send_reminder.call(reminder.pk)
    send_reminder.call(reminder.pk)
    assert [message.to for message in mail.outbox] == [["employee@example.com"]]


def test_no_mail_goes_out_when_the_card_came_meanwhile(company, crew, hand_in, monkeypatch):
    company.users["employee"].email = "employee@example.com"
    company.users["employee"].save()
    remind(TEN_TO_FOUR)
    hand_in("employee")
    monkeypatch.setattr("portal.lib.clock.now", lambda: TEN_TO_FOUR)
    assert not send_reminder.call(DutyReminder.objects.get(person=company.people["employee"]).pk)
    assert not mail.outbox


@pytest.mark.parametrize(
    ("username", "shown"), [("crew_leader", False), ("employee", True), ("unit_manager", True), ("clerk", False)]
)
def test_the_home_page_says_whose_card_is_still_to_come(company, crew, hand_in, username, shown):
    hand_in("crew_leader")
    tiles = [tile for tile in duty_tiles(Reader(company.users[username], TODAY)) if tile.icon == "clock"]
    assert bool(tiles) == shown


# ---- the rule, the measures -----------------------------------------------------------------------------------------
def test_whether_daily_cards_count_as_planned_is_decided_with_a_reason(company):
    decide = {"company": company.units["HQ"], "daily_cards_count": True, "now": NOW}
    assert not daily_cards_count_as_planned(company.units["CREW1"])
    with pytest.raises(NotYours):
        actions.decide_planned_rule(by=company.users["unit_manager"], reason="x", **decide)
    with pytest.raises(Refused):
        actions.decide_planned_rule(by=company.users["quality_officer"], reason=" ", **decide)
    actions.decide_planned_rule(by=company.users["quality_officer"], reason="年度計劃按日編排", **decide)
    assert daily_cards_count_as_planned(company.units["CREW1"])
    with pytest.raises(Conflict):
        actions.decide_planned_rule(by=company.users["quality_officer"], reason="再次", **decide)


def test_the_measures_count_slots_days_and_managers_cards(company, crew, hand_in, monkeypatch):
    monkeypatch.setattr("portal.lib.clock.now", lambda: EVENING + timedelta(days=2))
    hand_in("unit_manager")
    hand_in("crew_leader")
    day = Period.of("day", TODAY)
    unit = company.units["CREW1"]
    found = {name: measure(unit, day) for name, measure in measures.MEASURES.items()}
    assert {name: (one.due, one.done, one.missed) for name, one in found.items()} == {
        "SAF-12": (1, 1, 0),
        "SAF-14": (3, 2, 1),
        "SAF-15": (1, 0, 1),
    }
    collect(company)
    assert measures.collected_daily(unit, day).done == 1
    assert measures.collected_daily(None, day).due == 1
    assert measures.daily_duty(company.units["CREW2"], day).due == 0
