"""Document control in the demo company: a regulation with three editions in different states, one on trial, a review
that is due."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.actions import (
    AudienceLine,
    IssueNotice,
    add_clause,
    approve_edition,
    attach_appendix_files,
    edit_clause,
    edit_details,
    give_receipt,
    issue_edition,
    move_clause,
    remove_clause,
    review_edition,
    start_draft,
    submit_edition,
    try_edition,
)
from policies.demo import DATA
from policies.enums import AudienceScope
from policies.importing import import_parsed
from policies.models import Edition
from policies.parsing import parse, read_file
from portal.lib.pdf import render_pdf

_LIST = """<!doctype html><html lang="zh-Hant"><head><title>文件編號對照表</title></head><body><h1>文件編號對照表</h1>
<table><tr><th>代號</th><th>部門</th></tr><tr><td>QHSE</td><td>質量安全環保部</td></tr>
<tr><td>HR</td><td>人事部</td></tr><tr><td>CW</td><td>財務部</td></tr></table></body></html>"""


def build(stage: Any) -> None:
    """QHSE-01: edition 1 superseded, edition 2 in force with its review due soon, edition 3 waiting for its reviewer.
    WY-05: on trial at one management office."""
    first = _first_edition(stage)
    second = _second_edition(stage, first)
    _third_edition(stage, second)
    _trial(stage)


def _imported(stage: Any, name: str, number: str, day: int) -> Edition:
    editor = stage.company.users["editor"]
    parsed = parse(read_file((DATA / name).read_bytes(), name))
    edition = import_parsed(by=editor, result=parsed, source_name=name, now=stage.moment(day))[0].edition
    edit_details(by=editor, edition=edition, title=edition.title, number=number, now=stage.moment(day, hour=10))
    return edition


def _decided(stage: Any, edition: Edition, note: str, day: int) -> Edition:
    """Submitted, reviewed and approved by three people on three days."""
    users = stage.company.users
    submit_edition(by=users["editor"], edition=edition, change_note=note, now=stage.moment(day))
    review_edition(
        by=users["second_editor"], edition=edition, remark="條文清楚，與現行做法一致。", now=stage.moment(day + 1)
    )
    return approve_edition(by=users["approver"], edition=edition, now=stage.moment(day + 2))


def _offices(stage: Any) -> list[AudienceLine]:
    return [AudienceLine(AudienceScope.UNIT, unit=stage.company.units[code]) for code in ("QHSE", "HR", "FINANCE")]


def _first_edition(stage: Any) -> Edition:
    edition = _imported(stage, "records.txt", "QHSE-01", -900)
    edition = issue_edition(
        by=stage.company.users["approver"],
        edition=_decided(stage, edition, "首次發布。", -899),
        effective_on=stage.day(-890),
        review_due_on=stage.day(-60),
        owner_unit=stage.company.units["QHSE"],
        audience=_offices(stage),
        now=stage.moment(-895),
    )
    for place, username in enumerate(("quality_officer", "finance_clerk")):
        reader = stage.company.users[username]
        give_receipt(by=reader, edition=edition, language="zh-hant", now=stage.moment(-880 + place))
    return edition


def _second_edition(stage: Any, first: Edition) -> Edition:
    """Clauses changed, one moved, one gone, one new, and a file for the appendix."""
    editor, moment = stage.company.users["editor"], stage.moment(-420)
    draft = start_draft(by=editor, regulation=first.regulation, now=moment)
    row = {clause.number: clause for clause in draft.clauses.exclude(number="")}
    edit_clause(
        by=editor,
        clause=row["4.2"],
        number="4.2",
        heading="",
        text="安全、質量類記錄保存五年，合同類記錄保存十年；電子記錄每月備份一次。",
        now=moment,
    )
    edit_clause(
        by=editor, clause=row["4.1"], number="4.1", heading="", text="記錄在形成後三個工作日內歸檔。", now=moment
    )
    remove_clause(by=editor, clause=row["4.3"], now=moment)
    add_clause(
        by=editor,
        edition=draft,
        kind="clause",
        number="5.3",
        text="電子記錄按崗位授權查閱，調離崗位當日收回權限。",
        after=draft.clauses.get(number="5.2"),
        now=moment,
    )
    move_clause(by=editor, clause=draft.clauses.get(number="3.3"), to="up", now=moment)
    appendix = draft.clauses.get(kind="appendix")
    listing = SimpleUploadedFile("文件編號對照表.pdf", render_pdf(_LIST), content_type="application/pdf")
    attach_appendix_files(by=editor, clause=appendix, uploads=[listing], now=moment)
    note = "歸檔期限縮短為三個工作日；安全、質量類記錄的保存期延長至五年；新增電子記錄的授權查閱。"
    edition = issue_edition(
        by=stage.company.users["approver"],
        edition=_decided(stage, draft, note, -410),
        effective_on=stage.day(-400),
        review_due_on=stage.day(40),
        owner_unit=stage.company.units["QHSE"],
        audience=_offices(stage),
        now=stage.moment(-405),
    )
    give_receipt(by=stage.company.users["quality_officer"], edition=edition, language="zh-hant", now=stage.moment(-390))
    return edition


def _third_edition(stage: Any, second: Edition) -> None:
    """Waits for its reviewer since the day before yesterday."""
    editor = stage.company.users["editor"]
    draft = start_draft(by=editor, regulation=second.regulation, now=stage.moment(-6))
    edit_clause(
        by=editor,
        clause=draft.clauses.get(number="5.1"),
        number="5.1",
        heading="",
        text="借閱紙質原件須登記姓名、部門、日期和歸還日期，借期不超過十天。",
        now=stage.moment(-5),
    )
    submit_edition(by=editor, edition=draft, change_note="寫明借期。", now=stage.moment(-2))


def _trial(stage: Any) -> None:
    edition = _imported(stage, "visitors.txt", "WY-05", -30)
    office = stage.company.units["OFFICE1"]
    try_edition(
        by=stage.company.users["approver"],
        edition=_decided(stage, edition, "在翠湖苑先行試用邀請碼。", -28),
        ends_on=stage.day(60),
        owner_unit=stage.company.units["PROPERTY"],
        audience=[AudienceLine(AudienceScope.UNIT, unit=office)],
        notice=IssueNotice(
            "訪客登記辦法在翠湖苑試行",
            "門崗改用邀請碼放行，試行兩個月，請反映行不通之處。",
            "試行期間，訪客憑業主提供的邀請碼通行；沒有邀請碼的，由門崗致電業主確認。\n做法行不通的地方，請告訴管理處。",
        ),
        now=stage.moment(-20),
    )
