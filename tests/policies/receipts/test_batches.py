"""Readings on paper: who may witness, whom, once; the sheet to sign, the scan, who may see it."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from policies.actions import give_receipt
from policies.audience import asking_on
from policies.models import Receipt
from policies.receipts import paper
from policies.receipts.actions import Reading, witness_on_paper
from policies.receipts.models import Batch
from portal.files.actions import files_of
from portal.files.models import PrivateFile
from portal.files.storage import examine_files
from portal.journal.actions import entries_of
from portal.lib.pdf import check_pdf
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person
from tests.forms.complaints import picture
from tests.policies.receipts.conftest import DEADLINE, EFFECTIVE, names, on, overview

NEW = "/receipts/paper/new/"
WHEN = on(EFFECTIVE + timedelta(days=5))


def read(company, guards, edition, *, by="director", key=None, **given):
    values = {
        "unit": company.units["OFFICE1"],
        "edition": edition,
        "people": guards,
        "read_on": EFFECTIVE + timedelta(days=4),
        "sheet": examine_files([picture()]),
    }
    with scopes_disabled():
        return witness_on_paper(
            by=company.users[by], batch_id=key or uuid.uuid4(), reading=Reading(**(values | given)), now=WHEN
        )


def test_a_batch_gives_receipts_with_the_sheet(company, guards, issued):
    batch = read(company, guards, issued)
    receipts = Receipt.objects.filter(edition=issued)
    assert {(r.person, r.mode, r.tree_hash) for r in receipts} == {(p, "witnessed", issued.tree_hash) for p in guards}
    assert files_of(batch).count() == 1
    assert [entry.action for entry in entries_of(batch)] == ["receipts.witness_on_paper"]
    assert not {guard.name for guard in guards} & set(names(overview(DEADLINE + timedelta(days=9)), "overdue"))
    with scopes_disabled():
        assert {line.receipt.person for line in batch.lines.all()} == set(guards)


def test_the_same_form_twice_is_one_batch(company, guards, issued):
    key = uuid.uuid4()
    first = read(company, guards, issued, key=key)
    assert read(company, guards, issued, key=key) == first
    assert (Receipt.objects.count(), PrivateFile.objects.count()) == (2, 1)
    with pytest.raises(Conflict):
        read(company, guards[:1], issued, key=key)


def test_nobody_is_confirmed_twice(company, guards, issued):
    read(company, guards[:1], issued)
    with pytest.raises(Conflict, match=guards[0].name):
        read(company, guards, issued)
    assert Receipt.objects.count() == 1, "the second one got nothing either: together or not at all"


@pytest.mark.parametrize("by", ["clerk", "other_director", "unit_manager", "quality_officer"])
def test_only_who_answers_for_the_unit_witnesses(by, company, guards, issued):
    with pytest.raises(NotYours):
        read(company, guards, issued, by=by)


def test_a_safety_officer_of_the_unit_witnesses(company, guards, issued):
    post = company.posts["service_centre_clerk"]
    type(post).objects.filter(pk=post.pk).update(code="safety_officer")
    assert read(company, guards, issued, by="clerk").witness == company.users["clerk"]


def test_nobody_witnesses_oneself(company, guards, issued):
    with pytest.raises(Refused) as refused:
        read(company, [*guards, company.people["director"]], issued)
    assert refused.value.field == "people"
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"people": []}, "people"),
        ({"sheet": []}, "sheet"),
        ({"read_on": EFFECTIVE + timedelta(days=6)}, "read_on"),
        ({"read_on": EFFECTIVE - timedelta(days=1)}, "read_on"),
    ],
)
def test_what_is_missing_or_impossible_is_refused(given, field, company, guards, issued):
    with pytest.raises(Refused) as refused:
        read(company, guards, issued, **given)
    assert refused.value.field == field
    assert not Receipt.objects.exists()


def test_who_has_an_account_confirms_there(company, guards, issued):
    with pytest.raises(Refused, match=company.people["clerk"].name):
        read(company, [*guards, company.people["clerk"]], issued)


def test_people_of_another_unit_are_refused(company, guards, issued):
    stranger = Person.objects.create(name="路人", staff_number="X1")
    with pytest.raises(Refused, match="路人"):
        read(company, [*guards, stranger], issued)


def test_an_edition_out_of_force_is_refused(company, guards, issued, next_edition):
    next_edition(issued, {"2.1": "許可:改了。"})
    with pytest.raises(Conflict):
        read(company, guards, issued)


# ---- the pages -------------------------------------------------------------------------------------------------------
def sent(company, guards, edition, **given):
    return {
        "unit": "OFFICE1",
        "regulation": edition.regulation.slug,
        "edition": edition.pk,
        "batch": str(uuid.uuid4()),
        "read_on": (EFFECTIVE + timedelta(days=4)).isoformat(),
        "people": [person.pk for person in guards],
        "sheet": [picture()],
    } | given


def test_the_form_records_once_and_shows_the_sheet_to_the_entitled(signed_in, company, guards, issued):
    browser = signed_in("director")
    page = browser.get(NEW, {"unit": "OFFICE1", "regulation": issued.regulation.slug})
    assert {person.pk for person in page.context["people"]} == {person.pk for person in guards}
    data = sent(company, guards, issued)
    answer = browser.post(NEW, data)
    again = browser.post(NEW, data | {"sheet": [picture()]})
    assert (answer.status_code, again.status_code) == (302, 302)
    assert answer.url == again.url
    with scopes_disabled():
        batch = Batch.objects.get()
    address = reverse("private_file", args=[files_of(batch).get().pk])
    for username, status in {"director": 200, "quality_officer": 200, "editor": 200, "other_director": 404}.items():
        assert signed_in(username).get(answer.url).status_code == status, username
        assert signed_in(username).get(address).status_code == status, username
    assert Receipt.objects.count() == 2


def test_a_refused_form_keeps_what_was_typed(signed_in, company, guards, issued):
    browser = signed_in("director")
    data = sent(company, guards[:1], issued, read_on="2020-01-01")
    answer = browser.post(NEW, data)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert form["read_on"].value() == "2020-01-01"
    assert form["batch"].value() == data["batch"]
    assert [str(key) for key in form["people"].value()] == [str(guards[0].pk)]
    assert "read_on" in form.errors


def test_the_second_of_two_is_told_who_was_confirmed(signed_in, company, guards, issued):
    browser = signed_in("director")
    data = sent(company, guards, issued)
    read(company, guards[:1], issued)
    answer = browser.post(NEW, data)
    assert answer.status_code == 409
    assert guards[0].name in str(answer.context["form"].errors["people"])


def test_a_wrong_file_is_refused(signed_in, company, guards, issued):
    file = io.BytesIO(b"not a picture")
    file.name = "sheet.pdf"
    answer = signed_in("director").post(NEW, sent(company, guards, issued, sheet=[file]))
    assert answer.status_code == 400
    assert "sheet" in answer.context["form"].errors


def test_the_sheet_to_sign(company, guards, issued):
    asking = asking_on(DEADLINE)[0]
    people = paper.without_account(asking, company.units["OFFICE1"], DEADLINE)
    data = paper.sheet_pdf(asking, company.units["OFFICE1"], people, DEADLINE)
    facts = check_pdf(data)
    assert (facts.variant, facts.language, facts.tagged, facts.fonts_embedded) == ("PDF/UA-1", "zh-Hant", True, True)
    assert facts.figures_without_text == 0
    html = paper.sheet_html(asking, company.units["OFFICE1"], people, DEADLINE, "https://portal.example")
    assert all(person.name in html for person in guards)
    assert company.people["clerk"].name not in html
    assert pikepdf.open(io.BytesIO(data)).pages


def test_who_confirmed_is_not_on_the_sheet(company, guards, issued):
    read(company, guards[:1], issued)
    give_receipt(by=company.users["clerk"], edition=issued, language="zh-hant", now=WHEN)
    people = paper.without_account(asking_on(DEADLINE)[0], company.units["OFFICE1"], DEADLINE)
    assert people == guards[1:]
