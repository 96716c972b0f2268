"""Step 4: who reads what, in which script, how a clause is found, the receipt, and what the page costs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from policies import actions, frames, lane, reading
from policies.actions import AudienceLine
from policies.enums import EditionState
from policies.models import Edition, Receipt
from portal.lib.refusals import Conflict, NotYours
from portal.org.models import Appointment, User
from portal.org.readers import reader_for
from tests.policies.conftest import NOW, clause, through_review, undone
from tests.policies.test_issuing import second_edition

EVERYBODY = ["administrator", "editor", "approver", "employee", "crew_leader", "clerk", "director", "customer"]


def read(client: Client, edition: Edition, query: str = "", **headers):
    return client.get(edition.regulation.reading_url() + query, **headers)


def token_of(page) -> dict[str, str]:
    """The fields of the receipt's form."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: value for name, value in fields if name in {"edition", "text", "csrfmiddlewaretoken"}}


# ---- audience -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (lambda c: [AudienceLine("public")], set(EVERYBODY)),
        (lambda c: [AudienceLine("staff")], set(EVERYBODY) - {"customer"}),
        (lambda c: [AudienceLine("unit", unit=c.units["PROJECT1"])], {"employee", "crew_leader"}),
        (lambda c: [AudienceLine("unit", unit=c.units["HQ"])], set(EVERYBODY) - {"customer"}),
        (lambda c: [AudienceLine("post", post=c.posts["crew_leader"])], {"crew_leader"}),
        (
            lambda c: [AudienceLine("unit_post", unit=c.units["PROPERTY"], post=c.posts["office_director"])],
            {"director"},
        ),
        (lambda c: [AudienceLine("unit_post", unit=c.units["CREW2"], post=c.posts["crew_leader"])], set()),
    ],
)
def test_only_the_audience_reads(company, signed_in, approved, issue, audience, readers):
    """For everybody else the address does not exist, in the list nor by itself, now nor as an old edition."""
    edition = issue(approved, audience=audience(company))
    old = reverse("regulation_edition", args=[edition.regulation.slug, 1])
    for username in EVERYBODY:
        client = signed_in(username)
        expected = 200 if username in readers else 404
        assert read(client, edition).status_code == expected, username
        assert client.get(old).status_code == expected, username
        assert client.get(reverse("regulation_editions", args=[edition.regulation.slug])).status_code == expected
        listed = edition.title in client.get(reverse("regulation_list")).content.decode()
        assert listed == (username in readers), username


def test_the_fast_answer_is_the_readers_answer(company, approved, issue):
    """Units are met by path on the page and by token everywhere else: both say the same of everybody."""
    units, posts = company.units, company.posts
    lines = [AudienceLine("public"), AudienceLine("staff"), AudienceLine("post", post=posts["crew_leader"])]
    lines += [AudienceLine("unit", unit=unit) for unit in units.values()]
    lines += [AudienceLine("unit_post", unit=unit, post=posts["office_director"]) for unit in units.values()]
    for line in lines:
        with undone():
            edition = issue(Edition.objects.get(pk=approved.pk), audience=[line])
            standing = reading.standings(edition.regulation.slug, None)[0]
            for username, user in company.users.items():
                reader = reader_for(user)
                assert standing.is_for(reader) == reader.may_read(edition.audience), (line, username)


def test_a_visitor_is_asked_to_sign_in_whether_the_text_exists_or_not(client, issued):
    there = client.get(issued.regulation.reading_url())
    nowhere = client.get(reverse("regulation_detail", args=["no-such-rule"]))
    assert there.status_code == nowhere.status_code == 302
    assert there["Location"].startswith("/accounts/login/")
    assert nowhere["Location"].startswith("/accounts/login/")


def test_a_visitor_reads_what_is_public(client, approved, issue):
    edition = issue(approved, audience=[AudienceLine("public")])
    page = read(client, edition)
    assert page.status_code == 200
    assert b'action="/regulations/' not in page.content, "nobody asks a visitor for a receipt"


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_what_is_not_issued_is_read_by_nobody(request, signed_in, state):
    edition = request.getfixturevalue(state)
    for username in ("editor", "approver", "employee"):
        assert read(signed_in(username), edition).status_code == 404
        number = reverse("regulation_edition", args=[edition.regulation.slug, edition.number])
        assert signed_in(username).get(number).status_code == 404


def test_who_leaves_loses_the_text(company, signed_in, approved, issue):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    client = signed_in("employee")
    assert read(client, edition).status_code == 200
    Appointment.objects.filter(person=company.people["employee"]).update(ends_on=date(2021, 1, 1))
    assert read(client, edition).status_code == 404


# ---- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [("zh-hant", "倉庫用火管理規定", "監護人不得離開"), ("zh-hans", "仓库用火管理规定", "监护人不得离开")],
)
def test_the_text_stands_in_the_readers_script(signed_in, issued, language, title, words):
    client = signed_in("employee")
    client.cookies["language"] = language
    shown = read(client, issued).content.decode()
    assert f"<h1>{title}</h1>" in shown
    assert words in shown
    client.cookies["language"] = "en"
    assert "監護人不得離開" in read(client, issued).content.decode()


@pytest.mark.parametrize("typed", ["2.2.1", "２．２．１", " 2.2.1 ", "2.2.1.", "2。2。1"])
def test_a_clause_is_found_by_its_number(signed_in, issued, typed):
    answer = signed_in("employee").get(issued.regulation.reading_url(), {"clause": typed})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#c-2.2.1")
    assert 'id="c-2.2.1"' in read(signed_in("employee"), issued).content.decode()


def test_a_clause_that_is_not_there_is_said_calmly(signed_in, issued):
    answer = signed_in("employee").get(issued.regulation.reading_url(), {"clause": '9.9"><script>'})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "9.9&quot;&gt;&lt;script&gt;" in shown
    assert "<script>" not in shown.replace("<script defer", "")
    assert frames.kept_frames.get(("x",)) is None


def test_the_frame_is_shared_and_the_rest_is_not(company, signed_in, issued):
    """Two people of one post and unit share a frame; each sees their own name and form."""
    twin = User.objects.create(username="twin", first_name="另一人")
    person = company.people["employee"].__class__.objects.create(name="另一人", staff_number="S9999", user=twin)
    old = company.people["employee"].appointments.get()
    Appointment.objects.create(person=person, post=old.post, unit=old.unit, starts_on=old.starts_on)
    company.users["twin"] = twin
    first, second = read(signed_in("employee"), issued), read(signed_in("twin"), issued)
    assert len(frames.kept_frames._entries) == 1
    assert "葉子安" in first.content.decode()
    assert "葉子安" not in second.content.decode()
    assert "另一人" in second.content.decode()
    assert token_of(first)["csrfmiddlewaretoken"] != token_of(second)["csrfmiddlewaretoken"]


def test_no_gap_is_left_open(signed_in, client, issued, approved):
    for username in ("employee", "editor", "director"):
        assert "\uf8f0" not in read(signed_in(username), issued).content.decode()


def test_the_shared_frame_equals_the_page_rendered_for_the_reader_alone(signed_in, issued, monkeypatch):
    """Anything that would show on the one and not on the other is a leak or a loss."""
    client = signed_in("employee")
    masked = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
    shared = masked.sub(b"", read(client, issued).content)
    monkeypatch.setattr(frames, "render_shared", _personal)
    frames.kept_frames.clear()
    alone = masked.sub(b"", read(client, issued).content)
    assert shared == alone


def _personal(*args):
    raise frames.Personal("whatever")


def test_a_shared_frame_knows_nobody(company):
    shared = frames.SharedReader(reader_for(company.users["employee"]))
    assert str(shared.user) == frames.gap("name")
    for ask in (
        lambda: shared.person,
        lambda: shared.tokens,
        lambda: shared.user.pk,
        lambda: shared.user.email,
        lambda: shared.may_read({"public"}),
    ):
        with pytest.raises(frames.Personal):
            ask()
    assert shared.has_role("employee")


# ---- what it costs --------------------------------------------------------------------------------------------------


@pytest.fixture
def long_way(monkeypatch) -> None:
    """Every middleware and the view, as for a visitor's first page; the short way has tests of its own (test_lane)."""
    monkeypatch.setattr(lane, "answer_from_memory", lambda request: None)


@pytest.mark.usefixtures("long_way")
def test_a_warm_page_asks_session_account_and_two_more(signed_in, issued, django_assert_num_queries):
    client = signed_in("employee")
    read(client, issued)
    with django_assert_num_queries(4):
        read(client, issued)


@pytest.mark.usefixtures("long_way")
def test_a_warm_page_for_a_unit_asks_no_more(company, signed_in, approved, issue, django_assert_num_queries):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["PROJECT1"])])
    client = signed_in("employee")
    read(client, edition)
    with django_assert_num_queries(4):
        read(client, edition)


def test_the_list_asks_a_fixed_number_of_times(
    signed_in, issued, imported, company, issue, django_assert_max_num_queries
):
    client = signed_in("employee")
    for number in range(4):
        draft = imported(f"第{number}號規定\n\n1 總則\n\n遵守第{number}號。\n")
        issue(through_review(company, draft))
    client.get(reverse("regulation_list"))
    with django_assert_max_num_queries(8):
        client.get(reverse("regulation_list"))


def test_a_browser_that_has_the_page_gets_304(signed_in, issued):
    client = signed_in("employee")
    tag = read(client, issued)["ETag"]
    read(client, issued)
    tag = read(client, issued)["ETag"]
    again = read(client, issued, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in again["Cache-Control"]


@pytest.mark.parametrize("change", ["receipt", "language", "account"])
def test_the_tag_changes_with_all_that_shows(signed_in, company, issued, change):
    client = signed_in("employee")
    read(client, issued)
    tag = read(client, issued)["ETag"]
    if change == "receipt":
        actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    if change == "language":
        client.cookies["language"] = "zh-hans"
    if change == "account":
        client = signed_in("crew_leader")
    assert read(client, issued, headers={"If-None-Match": tag}).status_code == 200


# ---- receipts -------------------------------------------------------------------------------------------------------


def test_the_receipt_is_given_by_the_button(signed_in, company, issued):
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.users["employee"], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["language"] = "zh-hans"
    page = read(client, issued)
    address = reverse("regulation_receipt", args=[issued.regulation.slug])
    assert client.post(address, token_of(page) | {"csrfmiddlewaretoken": "x"}).status_code == 403
    answer = client.post(address, token_of(page), follow=True)
    assert answer.status_code == 200
    receipt = Receipt.objects.get()
    assert receipt.person == company.people["employee"]
    assert (receipt.tree_hash, receipt.language, receipt.mode) == (issued.tree_hash, "zh-hans", "read")
    assert b'action="/regulations/' not in read(client, issued).content
    assert receipt.at.date().isoformat()[:4] in read(client, issued).content.decode()


def test_twice_is_the_same_receipt(company, issued):
    first = actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)
    again = actions.give_receipt(by=company.users["employee"], edition=issued, language="en")
    assert first == again
    assert (Receipt.objects.count(), again.language) == (1, "zh-hant")


def test_who_gives_a_receipt(company, approved, issue):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    for username in ("employee", "crew_leader", "unit_manager"):
        assert actions.give_receipt(by=company.users[username], edition=edition, language="zh-hant", now=NOW)
    for username in ("other_crew_leader", "clerk", "editor", "customer"):
        with pytest.raises(NotYours):
            actions.give_receipt(by=company.users[username], edition=edition, language="zh-hant", now=NOW)


def test_a_customer_gives_none_for_a_public_text(company, approved, issue):
    edition = issue(approved, audience=[AudienceLine("public")])
    with pytest.raises(NotYours):
        actions.give_receipt(by=company.users["customer"], edition=edition, language="zh-hant")


def test_no_receipt_for_what_no_longer_holds(company, issued, issue, signed_in):
    client = signed_in("employee")
    form = token_of(read(client, issued))
    second_edition(company, issue, issued)
    with pytest.raises(Conflict):
        actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    answer = client.post(reverse("regulation_receipt", args=[issued.regulation.slug]), form)
    assert answer["Location"].endswith("/editions/1/")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("form", [{}, {"edition": "1", "text": "wrong"}, {"edition": "x" * 400, "text": ""}])
def test_a_receipt_for_another_text_is_not_taken(signed_in, issued, form):
    answer = signed_in("employee").post(reverse("regulation_receipt", args=[issued.regulation.slug]), form)
    assert answer.status_code == 404
    assert not Receipt.objects.exists()


def test_what_waits_stands_on_the_home_page_until_it_is_read(company, issued):
    from policies.tiles import to_read

    reader = reader_for(company.users["employee"])
    tile = to_read(reader)[0]
    assert (tile.count, tile.rows[0][0]) == (1, issued.title)
    actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    assert to_read(reader_for(company.users["employee"])) == []
    assert to_read(reader_for(company.users["customer"])) == []


def test_a_public_text_waits_for_nobody(company, approved, issue):
    from policies.tiles import to_read

    issue(approved, audience=[AudienceLine("public")])
    assert to_read(reader_for(company.users["employee"])) == []


# ---- editions over time ---------------------------------------------------------------------------------------------


def test_old_editions_stay_readable_under_a_banner(company, signed_in, issued, issue):
    second = second_edition(company, issue, issued, change_note="監護人不得離崗。")
    client = signed_in("employee")
    old = client.get(reverse("regulation_edition", args=[issued.regulation.slug, 1])).content.decode()
    new = read(client, issued).content.decode()
    assert "監護人不得離開" in old
    assert issued.regulation.reading_url() in old
    assert "監護人不得離崗" in new
    assert "監護人不得離開" not in new
    listed = client.get(reverse("regulation_editions", args=[issued.regulation.slug])).content.decode()
    assert second.change_note in listed


def test_an_announced_edition_is_pointed_at_and_not_yet_the_text(company, signed_in, issued, issue, monkeypatch):
    second_edition(company, issue, issued, effective_on=date(2199, 1, 1), review_due_on=date(2200, 1, 1))
    shown = read(signed_in("employee"), issued).content.decode()
    assert "監護人不得離開" in shown
    assert reverse("regulation_edition", args=[issued.regulation.slug, 2]) in shown


def test_a_withdrawn_regulation_leads_to_its_last_text(company, signed_in, issued):
    actions.withdraw_edition(by=company.users["approver"], edition=issued, reason="不再適用")
    client = signed_in("employee")
    answer = read(client, issued)
    assert answer["Location"].endswith("/editions/1/")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert read(signed_in("customer"), issued).status_code == 404


def test_in_force_agrees_with_the_database(company, issued, issue):
    second_edition(company, issue, issued, effective_on=date(2026, 4, 1))
    found = reading.standings(issued.regulation.slug, None)
    for day in (date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 1), date(2027, 1, 1)):
        standing = reading.in_force(found, day)
        assert standing.edition_id == Edition.objects.in_force(day).get().pk
    assert reading.in_force(found, date(2026, 1, 1)).number == 1
    assert reading.in_force([], date(2026, 1, 1)) is None


def test_the_memory_does_not_mix_up_databases(issued):
    standing = reading.standings(issued.regulation.slug, None)[0]
    text = reading.text_of(standing, "hant")
    assert reading.text_of(standing, "hant") is text
    assert reading.text_of(replace(standing, tree_hash="another hash"), "hant") is not text
    text = reading.text_of(standing, "hant")
    assert reading.text_of(replace(standing, issued_at=NOW.replace(year=2030)), "hant") is not text
    assert clause(issued, "2.1").anchor == text.anchor_of("2.1")
    assert issued.state == EditionState.ISSUED
