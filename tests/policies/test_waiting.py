"""What waits for whom: home tiles of editors, reviewers and approvers, and the way to the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from policies import actions, tiles
from portal.lib import clock
from portal.org.readers import reader_for


def shown(company, username: str) -> dict[str, tuple]:
    """Where the tiles of this person lead, without the way to the desk: {first line's address: (count, urgent)}."""
    found = tiles.desk_work(reader_for(company.users[username]))
    return {tile.rows[0][1]: (tile.count, tile.urgent) for tile in found if tile.rows}


def test_a_draft_waits_for_its_editor_and_a_returned_one_says_so(company, draft):
    place = reverse("policies_edition", args=[draft.pk])
    assert shown(company, "editor") == {place: (1, False)}
    assert shown(company, "second_editor") == {}
    submitted = actions.submit_edition(by=company.users["editor"], edition=draft)
    actions.return_edition(by=company.users["approver"], edition=submitted, reason="請改第二條")
    line = tiles.desk_work(reader_for(company.users["editor"]))[0].rows[0][0]
    assert line != draft.title
    assert draft.title in line


@pytest.mark.parametrize(("days", "urgent"), [(6, False), (8, True)])
def test_each_step_waits_for_who_may_do_it(company, draft, days, urgent):
    since = clock.now() - timedelta(days=days)
    place = reverse("policies_review", args=[draft.pk])
    actions.submit_edition(by=company.users["editor"], edition=draft, now=since)
    assert shown(company, "second_editor") == {place: (1, urgent)}
    assert shown(company, "approver") == {}, "the last approver is kept for the approval"
    actions.review_edition(by=company.users["second_editor"], edition=draft, now=since)
    assert shown(company, "second_editor") == {}
    assert shown(company, "approver") == {place: (1, urgent)}
    assert shown(company, "editor") == {}


def test_what_is_approved_waits_to_be_issued_and_an_ended_trial_is_urgent(company, draft, in_trial):
    place = reverse("policies_edition", args=[in_trial.pk])
    assert shown(company, "approver") == {place: (1, True)}, "its trial ended on 1 June 2026"
    assert in_trial.regulation == draft.regulation


@pytest.mark.parametrize("username", ["editor", "second_editor", "approver", "administrator"])
def test_who_works_at_the_desk_finds_it_from_home(company, signed_in, username):
    assert reverse("policies_index") in signed_in(username).get("/").content.decode()


@pytest.mark.parametrize("username", ["employee", "unit_manager", "clerk", "customer"])
def test_nobody_else_is_shown_the_desk(company, username):
    assert tiles.desk_work(reader_for(company.users[username])) == []
