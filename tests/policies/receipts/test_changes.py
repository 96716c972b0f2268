"""After a material edition: only what changed since the last receipt, before and after, and the receipt for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from policies.actions import (
    add_clause,
    approve_edition,
    give_receipt,
    remove_clause,
    review_edition,
    start_draft,
    submit_edition,
)
from policies.comparing import changes_only
from policies.models import Receipt
from tests.policies.conftest import NOW
from tests.policies.receipts.conftest import EFFECTIVE

WEEK = timedelta(days=7)


@pytest.fixture
def confirmed(company, issued):
    for username in ("employee", "clerk"):
        give_receipt(by=company.users[username], edition=issued, language="zh-hant", now=NOW)
    return issued


def page_of(edition):
    return edition.regulation.reading_url()


def changes_of(edition):
    return reverse("regulation_changes", args=[edition.regulation.slug])


def test_the_page_says_what_changed_since_which_edition(signed_in, confirmed, next_edition):
    next_edition(confirmed, {"2.1": "許可:動火證由安全員簽發。"})
    for browser in (signed_in("employee"), signed_in("employee")):  # the second time from memory
        text = browser.get(page_of(confirmed)).content.decode()
        assert changes_of(confirmed) + "?edition=2" in text
    assert changes_of(confirmed) not in signed_in("crew_leader").get(page_of(confirmed)).content.decode()


def test_only_the_changed_clause_is_shown_with_its_words_marked(signed_in, confirmed, next_edition):
    second = next_edition(confirmed, {"2.1": "許可:用火之前先辦動火證。"})
    answer = signed_in("employee").get(changes_of(confirmed))
    changes = answer.context["changes"]
    assert [one.new.number for one in changes.changed] == ["2.1"]
    assert (changes.added, changes.removed, changes.moved) == ([], [], [])
    text = answer.content.decode()
    assert "<del>" in text
    assert "<ins>" in text
    assert "監護人" not in text
    form = {"edition": second.number, "text": second.tree_hash}
    signed_in("employee").post(reverse("regulation_receipt", args=[confirmed.regulation.slug]), form)
    assert Receipt.objects.filter(edition=second, person__user__username="employee").exists()
    assert (
        '<form method="post" action="/regulations/'
        not in signed_in("employee").get(changes_of(confirmed)).content.decode()
    )


def test_added_removed_and_renumbered_clauses(company, confirmed, issue):
    editor, now = company.users["editor"], NOW + WEEK
    draft = start_draft(by=editor, regulation=confirmed.regulation, now=now)
    gone = draft.clauses.get(number="2.2.1")
    remove_clause(by=editor, clause=gone, now=now)
    after = draft.clauses.get(number="2.2.2")
    add_clause(by=editor, edition=draft, kind="clause", number="2.2.3", text="備好滅火器。", after=after, now=now)
    row = draft.clauses.get(number="2.2.2")
    from policies.actions import edit_clause

    edit_clause(by=editor, clause=row, number="2.2.1", heading=row.heading, text=row.text, now=now)
    submit_edition(by=editor, edition=draft, now=now)
    review_edition(by=company.users["second_editor"], edition=draft, now=now)
    approve_edition(by=company.users["approver"], edition=draft, now=now)
    second = issue(draft, now=now, effective_on=EFFECTIVE + WEEK)
    found = changes_only(list(confirmed.clauses.order_by("order")), list(second.clauses.order_by("order")))
    assert [one.new.number for one in found.added] == ["2.2.3"]
    assert [one.old.number for one in found.removed] == ["2.2.1"]
    assert [(one.old.number, one.new.number) for one in found.moved] == [("2.2.2", "2.2.1")]
    assert found.changed == []


def test_a_minor_edition_asks_for_nothing(signed_in, confirmed, next_edition):
    next_edition(confirmed, {"2.1": "許可:用火前先辦許可證。"}, material=False)
    answer = signed_in("employee").get(page_of(confirmed))
    text = answer.content.decode()
    assert 'id="receipt"' in text
    assert '<button class="btn btn-primary btn-lg">' not in text
    assert NOW.date().isoformat() in text
    listed = signed_in("employee").get(reverse("regulation_list"))
    assert [len(listed.context[name]) for name in ("to_read", "read")] == [0, 1]
    asked = signed_in("crew_leader").get(reverse("regulation_list"))
    assert [len(asked.context[name]) for name in ("to_read", "read")] == [1, 0]


def test_without_an_earlier_receipt_one_reads_the_whole_text(signed_in, confirmed, next_edition):
    next_edition(confirmed, {"2.1": "許可:改了。"})
    answer = signed_in("crew_leader").get(changes_of(confirmed))
    assert answer.status_code == 302
    assert answer.url.endswith("/editions/2/")


def test_from_the_edition_confirmed_last_over_those_between(signed_in, confirmed, next_edition):
    second = next_edition(confirmed, {"2.1": "許可:甲。"})
    later = {"now": NOW + 2 * WEEK, "effective_on": EFFECTIVE + 2 * WEEK}
    next_edition(second, {"2.2.1": "動火點十五米內清除可燃物。"}, **later)
    answer = signed_in("employee").get(changes_of(confirmed))
    assert [one.new.number for one in answer.context["changes"].changed] == ["2.1", "2.2.1"]
    assert answer.context["old"] == confirmed
