"""Mails become cases once, in whatever shape they come; some are added, ignored, set aside; nothing is lost."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse

from forms.cases import actions as cases
from forms.cases.calls import collecting, tasks
from forms.cases.calls.actions import mails, settle_mail, take_mail
from forms.cases.calls.collecting import collect
from forms.cases.calls.mail_reading import Unreadable, new_words, read_envelope, read_mail, text_of_html
from forms.cases.calls.mailboxes import ImapBox, MailboxGone, MaildirBox, open_mailbox
from forms.cases.calls.models import MailIn
from forms.cases.enums import CaseChannel
from forms.cases.models import Case, CaseNote
from forms.cases.permissions import visible_cases
from forms.intake.actions import tracking_code_of
from forms.intake.tasks import drain_outbox, notify
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.readers import reader_for
from tests.forms.calls import NOW, lay, lying, mail
from tests.forms.case_calls.imap_server import Store, imap_server
from tests.forms.complaints import picture

pytestmark = pytest.mark.usefixtures("no_scope", "page")


def taken(message, **more):
    return take_mail(raw=message if isinstance(message, bytes) else message.as_bytes(), now=NOW, **more)


def with_files(message, *files):
    for name, data, kind in files:
        message.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
    return message


# ---- reading ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>電梯</p><p>停了</p>", "電梯\n停了"),
        ("a<br>b", "a\nb"),
        ("<style>p{}</style><script>alert(1)</script><p>words</p>", "words"),
        ("<head><title>t</title></head><body>&lt;b&gt; &amp; <b>bold</b> text</body>", "<b> & bold text"),
        ("<p>one<!-- hidden --> two</p>", "one two"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
        ("", ""),
        ("\x00", ""),
        ("<div>" * 2000 + "deep", "deep"),
        ("<img src='https://elsewhere.example/x.gif' onerror='x()'>seen", "seen"),
    ],
)
def test_words_of_html(html, text):
    lines = [line.strip() for line in text_of_html(html).splitlines() if line.strip()]
    assert lines == text.splitlines() or (html.startswith("<div><div>") and lines in ([], ["deep"]))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("投訴電梯".encode("gb18030"), "gb2312"),
        ("投訴電梯".encode("big5"), "big5"),
        ("投訴電梯".encode(), "utf-8"),
        ("投訴電梯很久沒有人來修，請派人".encode("gb18030"), "x-unknown"),
        ("投訴電梯".encode(), ""),
    ],
)
def test_words_in_the_character_sets_that_are_met(raw, words):
    head = (
        b"From: a@example.org\nSubject: x\nContent-Type: text/plain" + (f"; charset={words}" if words else "").encode()
    )
    assert read_mail(head + b"\nContent-Transfer-Encoding: 8bit\n\n" + raw).text.startswith("投訴電梯")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("還是壞的。\n\n在 2026年11月23日 10:00，服務中心 <s@example.org> 寫道：\n> 舊的", "還是壞的。"),
        ("Still broken.\n\nOn Mon, 23 Nov 2026, Service wrote:\n> old", "Still broken."),
        ("新的\n-----Original Message-----\n舊的", "新的"),
        ("> 只有引文", "> 只有引文"),
        ("沒有引文", "沒有引文"),
    ],
)
def test_what_is_quoted_is_left_out(typed, kept):
    assert new_words(typed) == kept


# Whatever comes: none of these raises anything but Unreadable, and none makes a row that PostgreSQL refuses.
ODD = {
    "nothing": b"",
    "no headers": b"\n\nhello",
    "binary": bytes(range(256)) * 20,
    "no sender": b"Subject: x\n\nhello",
    "two senders": b"From: a@example.org, b@example.org\nSubject: x\n\nhello",
    "nul in the subject": b"From: a@example.org\nSubject: =?utf-8?B?AGIA?= x\x00\n\nhello\x00there",
    "damaged header": b"From: =?utf-8?Q?=ZZ?= <a@example.org>\nSubject: =?x-none?B?!!!?=\n\nhello",
    "damaged date": b"From: a@example.org\nDate: never\nMessage-ID: <<>>\nSubject: x\n\nhello",
    "endless parts": b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 500
    + b"--b--",
    "no end": b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhi",
    "lone surrogate": b"From: a@example.org\nSubject: \xff\xfe\xed\xa0\x80\n\n\xff\xfe hello",
    "long subject": b"From: a@example.org\nSubject: " + b"x" * 5000 + b"\n\nhello",
    "base64 that is none": b"From: a@example.org\nContent-Transfer-Encoding: base64\n\n!!!!",
    "group address": b"From: undisclosed-recipients:;\nSubject: x\n\nhello",
    "long address": b"From: " + b"a" * 400 + b"@example.org\nSubject: x\n\nhello",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_becomes_a_case_or_a_line_for_a_person(name):
    raw = ODD[name]
    assert read_envelope(raw).key
    with contextlib.suppress(Unreadable):
        read_mail(raw)
    row = taken(raw)
    assert row.state in ("case", "quarantined")
    assert (row.case is not None) is (row.state == "case")
    assert MailIn.objects.count() == 1


# ---- a case ----------------------------------------------------------------------------------------------------------
def test_a_mail_becomes_a_case_with_its_photos_and_is_answered(company):
    message = with_files(
        mail("三棟電梯停了兩次。\n請派人。"),
        ("photo.jpg", picture().read(), "image/jpeg"),
        ("program.exe", b"MZ....", "application/octet-stream"),
    )
    case = taken(message).case
    assert (case.channel, case.subject, case.contact_email) == (CaseChannel.MAIL, "翠湖苑電梯", "zheng@example.org")
    assert (case.estate.code, case.unit.code, case.contact_name) == ("CUIHU", "OFFICE1", "鄭女士")
    assert [file.name for file in case.submission.attachments.all()] == ["photo.jpg"]
    drain_outbox()
    for event in ("received", f"mailed:{MailIn.objects.get().pk}"):
        notify.func(str(case.submission_id), event)
    (answer,) = outbox.outbox
    assert answer.to == ["zheng@example.org"]
    for part in (case.number, tracking_code_of(case.submission_id), "program"):
        assert part in answer.body
    assert answer.extra_headers["Auto-Submitted"] == "auto-generated"
    assert case.number in answer.extra_headers["Message-ID"]


def test_html_alone_is_read_as_words():
    message = mail()
    message.set_content("<p>請問</p><script>x()</script><p>泳池幾點開？</p>", subtype="html")
    case = taken(message).case
    assert (case.text, case.kind) == ("請問\n\n泳池幾點開？", "enquiry")


@pytest.mark.parametrize(
    ("words", "kind", "estate"),
    [
        ("我要投訴，請派人維修。", "complaint", "CUIHU"),
        ("报修：水管漏水", "request", "CUIHU"),
        ("感謝信", "praise", "CUIHU"),
        ("請問幾點開門", "enquiry", "CUIHU"),
        ("水管", "complaint", "CUIHU"),
        ("翠湖苑和楓林苑都停水", "complaint", None),
        ("主任罵人", "complaint", None),  # SRV-18: the company reads it first
        ("要求賠償", "complaint", None),
    ],
)
def test_kind_and_office_by_the_words(company, words, kind, estate):
    case = taken(mail(words)).case
    assert (case.kind, case.estate.code if case.estate else None) == (kind, estate)
    seen = visible_cases(reader_for(company.users["director"])).filter(pk=case.pk).exists()
    assert seen is (estate is not None)


def test_the_same_mail_twice_is_one_case():
    first = taken(mail())
    assert taken(mail()).pk == first.pk
    assert taken(mail("Other words under the same id.")).pk == first.pk
    assert Case.objects.count() == 1
    # Another sender who claims the same id is somebody else; so is a mail without an id that says something else.
    taken(mail(**{"from": "other@example.org"}))
    taken(mail("a", message_id=""))
    taken(mail("b", message_id=""))
    taken(mail("b", message_id=""))
    assert Case.objects.count() == 4


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, "automatic"),
        ({"auto_submitted": "auto-generated; x=y"}, "automatic"),
        ({"return_path": "<>"}, "automatic"),
        ({"from": "MAILER-DAEMON@example.org"}, "automatic"),
        ({"x_autoreply": "yes"}, "automatic"),
        ({"precedence": "bulk"}, "list"),
        ({"precedence": "Auto_Reply"}, "list"),
        ({"list_id": "<news.example.org>"}, "list"),
        ({"from": "portal@example.org"}, "own"),
        ({"from": "Service <OTHER@portal.example.org>"}, "own"),
    ],
)
def test_machines_lists_and_our_own_mails_make_no_case(settings, headers, reason):
    settings.MAIL_OWN_ADDRESSES = ["other@portal.example.org"]
    row = taken(mail(**headers))
    assert (row.state, row.reason, row.case) == ("ignored", reason, None)
    assert not Case.objects.exists()


def test_a_person_who_says_that_no_machine_wrote_it_is_heard():
    assert taken(mail(auto_submitted="no", precedence="normal")).state == "case"


def test_one_address_makes_so_many_cases_an_hour(monkeypatch):
    monkeypatch.setattr(mails, "MAILS_OF_SENDER", mails.Limit("mail-sender", 2, timedelta(hours=1)))
    states = [taken(mail(message_id=f"<{number}@x>")).state for number in range(4)]
    assert states == ["case", "case", "quarantined", "quarantined"]
    assert taken(mail(**{"from": "other@example.org"})).state == "case"


def test_too_large_is_set_aside_by_its_headers(settings, tmp_path):
    settings.MAIL_MOST_BYTES = 2000
    box = lay(tmp_path / "box", mail("x" * 5000, subject="很大"))
    assert collect(f"maildir:{box}", now=NOW) == {"quarantined": 1}
    row = MailIn.objects.get()
    assert (row.reason, row.subject, row.sender) == ("too_large", "很大", "zheng@example.org")
    assert row.size > 5000


# ---- an answer to our answer -----------------------------------------------------------------------------------------
def answer_to(case, words="還是壞的。", **headers):
    ours = f"<{case.number}.{tracking_code_of(case.submission_id)}.00000000@example.org>"
    return mail(words, **{"message_id": "<2@example.org>", "in_reply_to": ours, **headers})


def test_an_answer_is_added_to_its_case():
    case = taken(mail()).case
    message = with_files(answer_to(case, "還是壞的。\n\n> 舊"), ("b.png", picture("PNG").read(), "image/png"))
    row = taken(message)
    assert (row.state, row.case) == ("added", case)
    assert [note.text for note in CaseNote.objects.all()] == ["還是壞的。"]
    assert [file.position for file in case.submission.attachments.all()] == [0]
    assert taken(message).pk == row.pk
    assert CaseNote.objects.count() == 1
    # Number and code in the subject do as well.
    subject = f"Re: {case.number.lower()} {tracking_code_of(case.submission_id)}"
    assert taken(answer_to(case, message_id="<3@x>", in_reply_to="", subject=subject)).state == "added"


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "stranger@example.org"},  # who knows the code but is not the customer
        {"in_reply_to": "<C-20261123-0001.00000-00000-00000-00000.0@example.org>"},
        {"in_reply_to": "<C-20261123-9999@example.org>"},
        {"in_reply_to": "", "subject": "C-20261123-0001"},
    ],
)
def test_what_proves_too_little_is_a_case_of_its_own(changes):
    case = taken(mail()).case
    row = taken(answer_to(case, **changes))
    assert (row.state, row.case != case) == ("case", True)
    assert not CaseNote.objects.exists()


def test_an_answer_to_a_case_that_has_ended_is_not_lost(company):
    case = taken(mail()).case
    cases.withdraw_case(case=case, by=company.users["clerk"], reason="客戶撤回", now=NOW)
    row = taken(answer_to(case))
    assert (row.state, row.case.text) == ("case", "還是壞的。")


def test_an_answer_about_the_director_reaches_its_case_and_no_clerk(company, file_case):
    """The code is proof enough for what lies with the leaders; nothing of it comes to the office."""
    case = file_case(about_director=True, contact_email="zheng@example.org")
    assert taken(answer_to(case)).case == case
    assert Case.objects.get(pk=case.pk).customer_wrote
    assert not visible_cases(reader_for(company.users["clerk"])).exists()


# ---- the mailbox -----------------------------------------------------------------------------------------------------
def test_a_maildir_is_emptied_into_its_folders(tmp_path):
    box = lay(tmp_path / "box", mail(), mail(message_id="<2@x>", precedence="bulk"), b"\x00\x01\x02")
    assert collect(f"maildir:{box}", now=NOW) == {"case": 1, "ignored": 1, "quarantined": 1}
    assert [lying(box, folder) for folder in ("", "Taken", "Ignored", "Quarantine")] == [0, 1, 1, 1]
    aside = MailIn.objects.get(state="quarantined")
    assert ".Quarantine" in aside.place
    assert collect(f"maildir:{box}", now=NOW) == {}


@pytest.mark.parametrize("kind", ["maildir", "imap"])
def test_a_process_that_dies_before_it_moves_the_mail_loses_and_doubles_nothing(tmp_path, monkeypatch, kind):
    """Killed between the commit and the move: the mail is read once more, and is known."""
    store = Store()
    store.add(mail().as_bytes(), mail(message_id="<2@x>").as_bytes())
    box = lay(tmp_path / "box", mail(), mail(message_id="<2@x>"))
    with imap_server(store) as imap:
        address = imap if kind == "imap" else f"maildir:{box}"
        one = ImapBox if kind == "imap" else MaildirBox

        def die(*_asked):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(one, "put_away", die)
            with pytest.raises(KeyboardInterrupt):
                collect(address, now=NOW)
        assert Case.objects.count() == 1
        assert collect(address, now=NOW) == {"case": 2}
    assert Case.objects.count() == 2
    left = len(store.folders["INBOX"]) if kind == "imap" else lying(box)
    assert left == 0


def test_a_database_that_is_away_leaves_the_mail_where_it_lies(tmp_path, monkeypatch, caplog):
    box = lay(tmp_path / "box", mail())

    def away(**_asked):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(collecting, "take_mail", away)
        assert collect(f"maildir:{box}", now=NOW) == {"waits": 1}
    assert lying(box) == 1
    assert collect(f"maildir:{box}", now=NOW) == {"case": 1}


def test_an_imap_folder_is_emptied(settings):
    settings.MAIL_MOST_BYTES = 3000
    store = Store()
    store.add(
        mail().as_bytes(),
        mail("x" * 9000, message_id="<2@x>").as_bytes(),
        mail(message_id="<3@x>", precedence="junk").as_bytes(),
    )
    with imap_server(store) as address:
        assert collect(address, now=NOW) == {"case": 1, "quarantined": 1, "ignored": 1}
        with pytest.raises(MailboxGone):
            collect(address.replace("secret", "wrong"), now=NOW)
        store.drops_at = "UID SEARCH"
        with pytest.raises(MailboxGone):
            collect(address, now=NOW)
    assert {name: len(found) for name, found in store.folders.items()} == {
        "INBOX": 0,
        "Taken": 1,
        "Quarantine": 1,
        "Ignored": 1,
    }


@pytest.mark.parametrize("drops_at", ["UID COPY", "UID STORE", "UID EXPUNGE"])
def test_an_imap_connection_that_drops_while_moving_loses_nothing(drops_at):
    store = Store(drops_at=drops_at)
    store.add(mail().as_bytes())
    with imap_server(store) as address:
        with pytest.raises(MailboxGone):
            collect(address, now=NOW)
        collect(address, now=NOW)
    assert Case.objects.count() == 1
    assert store.folders["Taken"]


def test_the_command_and_the_schedule(tmp_path, settings, capsys):
    box = lay(tmp_path / "box", mail())
    call_command("read_mail", "--maildir", str(box), "--format", "json")
    assert json.loads(capsys.readouterr().out) == {"case": 1, "added": 0, "ignored": 0, "quarantined": 0, "waits": 0}
    settings.MAIL_INTAKE = f"maildir:{box}"
    lay(box, mail(message_id="<5@x>"))
    assert tasks.collect_mail.func() == {"case": 1}
    settings.MAIL_INTAKE = f"maildir:{tmp_path / 'nowhere'}"
    assert tasks.collect_mail.func() == {}
    with pytest.raises(CommandError):
        call_command("read_mail")
    settings.MAIL_INTAKE = ""
    assert tasks.collect_mail.func() == {}
    with pytest.raises(CommandError):
        call_command("read_mail")
    with pytest.raises(ImproperlyConfigured):
        open_mailbox("pop3://x")


# ---- what was set aside ----------------------------------------------------------------------------------------------
def test_a_mail_that_was_set_aside_is_a_line_until_somebody_looked(company, signed_in):
    row = taken(b"From: a@example.org, zheng@example.org\nSubject: secret words\n\nx")
    clerk, officer = company.users["clerk"], company.users["quality_officer"]
    shown = {name: signed_in(name).get(reverse("call_mail")).content.decode() for name in ("clerk", "quality_officer")}
    assert ["secret words" in shown[name] for name in ("clerk", "quality_officer")] == [False, True]
    assert "It names no sender" in shown["clerk"]
    with pytest.raises(NotYours):
        settle_mail(by=clerk, mail=row, words="看過", now=NOW)
    with pytest.raises(Refused):
        settle_mail(by=officer, mail=row, words=" ", now=NOW)
    settle_mail(by=officer, mail=row, words="垃圾郵件", now=NOW)
    with pytest.raises(Conflict):
        settle_mail(by=officer, mail=row, words="看過", now=NOW)
