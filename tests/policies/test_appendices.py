"""Files of an appendix: attached to a draft, part of its hash, locked when issued, seen by the edition's readers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from policies import actions, content, freezing, paper
from policies.actions import AudienceLine
from policies.models import AppendixFile, EditionClause
from portal.files.models import PrivateFile
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.complaints import picture
from tests.policies.conftest import NOW, through_review


@pytest.fixture
def appendix(company, draft) -> EditionClause:
    return actions.add_clause(
        by=company.users["editor"], edition=draft, kind="appendix", number="附錄A", heading="動火許可證樣張"
    )


def attach(company, row, *files, by="editor"):
    return actions.attach_appendix_files(by=company.users[by], clause=row, uploads=files or [picture()], now=NOW)


@pytest.fixture
def with_file(company, draft, appendix, issue):
    """Issued for the first crew, its appendix with one picture."""
    attach(company, appendix, picture(name="樣張.jpg"))
    return issue(through_review(company, draft), audience=[AudienceLine("unit", unit=company.units["CREW1"])])


def hash_of(edition) -> str:
    return content.tree_hash(edition.title, list(edition.clauses.select_related("clause").order_by("order")))


def test_a_file_is_part_of_what_an_edition_says(company, draft, appendix):
    before = hash_of(draft)
    attached = attach(company, appendix)[0]
    assert hash_of(draft) != before
    actions.remove_appendix_file(by=company.users["editor"], file=attached)
    assert hash_of(draft) == before
    assert not PrivateFile.objects.exists(), "what no edition has goes"


def test_the_same_file_twice_is_one(company, appendix):
    assert len(attach(company, appendix, picture())) == 1
    assert attach(company, appendix, picture()) == []
    assert AppendixFile.objects.count() == PrivateFile.objects.count() == 1


@pytest.mark.parametrize("username", ["approver", "administrator", "employee", "customer"])
def test_only_editors_attach(company, appendix, username):
    with pytest.raises(NotYours):
        attach(company, appendix, by=username)


def test_only_an_appendix_has_files_and_only_real_ones(company, draft, appendix):
    for row, files in (
        (draft.clauses.get(number="2.1"), [picture()]),
        (appendix, [SimpleUploadedFile("macro.docm", b"PK\x03\x04")]),
    ):
        with pytest.raises(Refused):
            attach(company, row, *files)
    assert not AppendixFile.objects.exists()


def test_who_attached_a_file_wrote_in_the_edition(company, appendix):
    attach(company, appendix, by="second_editor")
    submitted = actions.submit_edition(by=company.users["editor"], edition=appendix.edition)
    with pytest.raises(NotYours):
        actions.review_edition(by=company.users["second_editor"], edition=submitted)


def test_once_issued_the_files_are_locked(company, with_file):
    row = with_file.clauses.get(kind="appendix")
    attached = row.appendix_files.get()
    for attempt in (
        lambda: attach(company, row, picture(size=(30, 30))),
        lambda: actions.remove_appendix_file(by=company.users["editor"], file=attached),
        lambda: AppendixFile.objects.filter(pk=attached.pk).delete(),
        lambda: AppendixFile.objects.filter(pk=attached.pk).update(sha256="0" * 64),
        attached.delete,
        attached.save,
    ):
        with pytest.raises(Conflict):
            attempt()
    assert hash_of(with_file) == with_file.tree_hash
    with pytest.raises(freezing.Frozen):
        AppendixFile(row=row, file=attached.file, sha256="0").save()


def test_a_file_exchanged_behind_the_verbs_is_not_issued(company, draft, appendix, issue):
    attach(company, appendix)
    approved = through_review(company, draft)
    PrivateFile.objects.update(name="換過.jpg")
    with pytest.raises(Refused):
        issue(approved)


def test_readers_find_the_file_and_strangers_do_not(signed_in, client, with_file):
    stored = PrivateFile.objects.get()
    address = reverse("private_file", args=[stored.pk])
    page = signed_in("employee").get(with_file.regulation.reading_url()).content.decode()
    assert "樣張.jpg" in page
    assert address in page
    for username, status in {"employee": 200, "editor": 200, "clerk": 404, "customer": 404}.items():
        assert signed_in(username).get(address).status_code == status, username
    assert client.get(address).status_code == 404
    html = paper.html_of(with_file, "hant")
    assert "樣張.jpg" in html
    assert stored.sha256[:16] in html


def test_a_file_of_a_draft_is_for_the_desk(company, signed_in, appendix):
    attach(company, appendix)
    address = reverse("private_file", args=[PrivateFile.objects.get().pk])
    assert signed_in("approver").get(address).status_code == 200
    assert signed_in("employee").get(address).status_code == 404


def test_the_next_draft_begins_with_the_files(company, signed_in, with_file, issue):
    editor = company.users["editor"]
    draft = actions.start_draft(by=editor, regulation=with_file.regulation, now=NOW)
    row = draft.clauses.get(kind="appendix")
    assert row.appendix_files.count() == 1
    assert PrivateFile.objects.count() == 1, "the bytes are kept once"
    actions.remove_appendix_file(by=editor, file=row.appendix_files.get())
    new = attach(company, row, picture(size=(30, 30), name="新樣張.jpg"))[0]
    assert PrivateFile.objects.count() == 2, "the edition before keeps its own"
    issue(through_review(company, draft), audience=[AudienceLine("staff")])
    old = with_file.clauses.get(kind="appendix").appendix_files.get()
    clerk = signed_in("clerk")
    assert clerk.get(reverse("private_file", args=[new.file_id])).status_code == 200
    assert clerk.get(reverse("private_file", args=[old.file_id])).status_code == 404, "not of an edition for clerks"
    employee = signed_in("employee")
    compared = reverse("regulation_comparison", args=[with_file.regulation.slug, 1, 2])
    shown = employee.get(compared).content.decode()
    assert new.sha256[:8] in shown
    assert old.sha256[:8] in shown, "another file under an appendix shows as a change"


def test_a_removed_clause_takes_its_files(company, appendix):
    attach(company, appendix)
    actions.remove_clause(by=company.users["editor"], clause=appendix)
    assert not PrivateFile.objects.exists()


def test_an_appendix_with_files_stays_an_appendix(company, appendix):
    attach(company, appendix)
    with pytest.raises(Refused):
        actions.edit_clause(
            by=company.users["editor"], clause=appendix, kind="clause", number="9", heading="甲", text=""
        )


def test_the_files_by_their_screen(company, signed_in, draft, appendix):
    editor = signed_in("editor")
    place = reverse("policies_clause_files", args=[draft.pk, appendix.pk])
    assert editor.post(place).status_code == 400
    assert editor.post(place, {"files": [picture(), picture(size=(20, 20), name="b.jpg")]}).status_code == 302
    assert appendix.appendix_files.count() == 2
    first = appendix.appendix_files.first()
    editor.post(reverse("policies_clause_file_remove", args=[draft.pk, appendix.pk, first.pk]))
    assert appendix.appendix_files.count() == 1
    assert "photo.jpg" not in editor.get(place).content.decode() or first.file.name != "photo.jpg"
