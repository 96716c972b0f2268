"""An issue is one bundle: edition, audience, notice, and the parts of other apps - together or not at all."""

from __future__ import annotations

import pytest
from django.urls import reverse

from home.models import NoticePage
from policies import actions
from policies.actions import AudienceLine, IssueNotice
from policies.enums import EditionState
from policies.models import AudienceRule, Edition, EditionBody
from portal.jobs.models import OutboxRow
from portal.journal import actions as journal
from portal.lib import registries
from portal.lib.refusals import Refused
from portal.lib.registries import BundlePart
from portal.org.readers import reader_for

NOTICE = IssueNotice("用火規定更新", "動火前先辦許可證。", "請各隊學習。\n有疑問請找質量安全環保部。")


@pytest.fixture
def parts(monkeypatch):
    """The registry emptied for the test; parts[name] = BundlePart(...) fills it."""
    registry = registries.Registry("part of an issue")
    monkeypatch.setattr("policies.actions.bundles.bundle_parts", registry)
    return registry


def traces(edition) -> tuple:
    return (
        Edition.objects.get(pk=edition.pk).state,
        NoticePage.objects.count(),
        AudienceRule.objects.count(),
        EditionBody.objects.count(),
        OutboxRow.objects.count(),
        journal.entries_of(edition).count(),
    )


@pytest.mark.parametrize(
    "line",
    [
        lambda c: AudienceLine("public"),
        lambda c: AudienceLine("staff"),
        lambda c: AudienceLine("unit", unit=c.units["PROJECT1"]),
        lambda c: AudienceLine("post", post=c.posts["crew_leader"]),
        lambda c: AudienceLine("unit_post", unit=c.units["PROPERTY"], post=c.posts["office_director"]),
    ],
)
def test_the_notice_goes_to_the_audience_of_the_edition(company, approved, issue, line):
    """By an approver, who is no editor of notices: the issue allows it."""
    issued = issue(approved, audience=[line(company)], notice=NOTICE)
    notice = NoticePage.objects.get()
    assert notice.live
    assert reverse("regulation_edition", args=[issued.regulation.slug, 1]) in notice.body
    for username, user in company.users.items():
        reader = reader_for(user)
        assert reader.may_read(notice.audience_tokens()) == reader.may_read(issued.audience), username


def test_without_a_notice_none_is_published(approved, issue):
    issue(approved)
    assert not NoticePage.objects.exists()


@pytest.mark.parametrize(
    ("notice", "field"),
    [
        (IssueNotice("", "一句話"), "notice_title"),
        (IssueNotice("標題", " "), "notice_summary"),
        (IssueNotice("標題", "長" * 201), "notice_summary"),
    ],
)
def test_half_a_notice_keeps_everything_back(approved, issue, notice, field):
    before = traces(approved)
    with pytest.raises(Refused) as refusal:
        issue(approved, notice=notice)
    assert refusal.value.field == field
    assert traces(approved) == before


def test_the_parts_run_in_the_same_transaction(company, approved, issue, parts):
    ran = []
    parts.register(
        "quiz",
        BundlePart(
            "測驗",
            lambda edition: [],
            lambda by, edition, now: ran.append((by, edition.pk)),
            lambda edition: ["用火測驗"],
        ),
    )
    issue(approved, notice=NOTICE)
    assert ran == [(company.users["approver"], approved.pk)]
    assert journal.entries_of(approved).last().data["parts"] == ["測驗: 用火測驗"]


@pytest.mark.parametrize("error", [Refused("測驗沒有題目。"), RuntimeError("broken")])
def test_when_a_part_fails_nothing_is_issued(approved, issue, parts, error):
    def fail(by, edition, now):
        raise error

    parts.register("forms", BundlePart("表單", lambda edition: [], lambda by, edition, now: None))
    parts.register("quiz", BundlePart("測驗", lambda edition: [], fail))
    before = traces(approved)
    with pytest.raises(type(error)):
        issue(approved, notice=NOTICE)
    assert traces(approved) == before


def test_what_is_missing_is_said_before_anything_happens(signed_in, company, approved, issue, parts):
    parts.register("quiz", BundlePart("測驗", lambda edition: ["測驗還沒有題目。"], lambda by, edition, now: None))
    before = traces(approved)
    with pytest.raises(Refused) as refusal:
        issue(approved, notice=NOTICE)
    assert "測驗還沒有題目。" in str(refusal.value)
    assert traces(approved) == before
    screen = signed_in("approver").get(reverse("policies_issue", args=[approved.pk])).content.decode()
    assert "測驗還沒有題目。" in screen


def test_the_bundle_by_its_screen(signed_in, company, approved):
    approver = signed_in("approver")
    place = reverse("policies_issue", args=[approved.pk])
    form = {
        "effective_on": "2026-03-02",
        "owner_unit": company.units["QHSE"].pk,
        "material": "yes",
        "audience-TOTAL_FORMS": "1",
        "audience-INITIAL_FORMS": "0",
        "audience-0-scope": "staff",
        "notice_title": "用火規定更新",
    }
    half = approver.post(place, form)
    assert half.status_code == 400
    assert half.context["form"].errors["notice_summary"]
    assert Edition.objects.get(pk=approved.pk).state == EditionState.APPROVED
    assert approver.post(place, form | {"notice_summary": "動火前先辦許可證。"}).status_code == 302
    assert NoticePage.objects.get().title == "用火規定更新"


def test_publication_and_effect_are_two_days(signed_in, approved, issue):
    from datetime import date, timedelta

    from portal.lib import clock

    effective = clock.today() + timedelta(days=20)
    issue(approved, effective_on=effective, now=clock.now())
    page = signed_in("employee").get(approved.regulation.reading_url()).content.decode()
    assert effective.isoformat() in page
    assert clock.today().isoformat() in page
    assert isinstance(effective, date)


def test_a_trial_brings_its_notice_as_well(company, approved):
    actions.try_edition(
        by=company.users["approver"],
        edition=approved,
        ends_on=approved.approved_at.date().replace(month=9),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("unit", unit=company.units["CREW1"])],
        notice=NOTICE,
        now=approved.approved_at,
    )
    assert NoticePage.objects.get().audience_tokens() == {f"unit:{company.units['CREW1'].pk}"}
