"""Notices: published by verb or by Wagtail's editor, heard of by search and journal, listed for their readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from home import sources
from home.actions import publish_notice
from home.enums import AudienceGroup
from home.models import NoticeIndexPage, NoticePage
from home.schedule import PUBLISH_ON_TIME, newest_step
from portal.jobs.models import OutboxRow
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.refusals import Refused


@pytest.fixture
def notice(company) -> NoticePage:
    return publish(company, title="停水通知")


def publish(company, by="editor", audience=(AudienceGroup.PUBLIC,), **more) -> NoticePage:
    words = {"title": "通知", "summary": "一句話", "body": "<h2>要點</h2><p>請提前<b>儲水</b>。</p>"} | more
    return publish_notice(by=company.users[by], audience=audience, unit=company.units["OFFICE1"], **words)


def told_search() -> set[str]:
    return set(OutboxRow.objects.filter(topic="search", key__startswith="notices:").values_list("key", flat=True))


def test_publishing_reaches_search_and_journal(company, notice):
    assert told_search() == {f"notices:{notice.pk}"}
    entry = entries_of(notice).get()
    assert (entry.action, entry.actor, entry.unit_id) == ("home.publish_notice", "editor", company.units["OFFICE1"].pk)


@pytest.mark.parametrize("username", ["employee", "customer", "clerk", "approver"])
def test_only_editors_publish(company, username):
    with pytest.raises(Refused):
        publish(company, by=username)
    assert not NoticePage.objects.exists()
    assert not told_search()


def test_search_reads_the_words_without_markup(notice):
    (passage,) = sources.passages([str(notice.pk)])
    assert passage.title == "停水通知"
    assert passage.body == "一句話\n要點\n請提前儲水。"
    assert passage.url == notice.url == "/notices/" + passage.url.rstrip("/").rsplit("/", 1)[1] + "/"
    assert passage.audience == {"public"}
    assert passage.context == "翠湖苑管理處"
    assert list(sources.keys()) == [passage.key]


def test_a_newer_text_has_a_higher_version(notice):
    (before,) = sources.passages([str(notice.pk)])
    notice.summary = "改過的一句話"
    notice.save_revision().publish()
    (after,) = sources.passages([str(notice.pk)])
    assert after.version > before.version


def test_a_withdrawn_notice_yields_nothing_and_search_hears_of_it(notice):
    OutboxRow.objects.all().delete()
    notice.unpublish()
    assert list(sources.passages([str(notice.pk)])) == []
    assert told_search() == {f"notices:{notice.pk}"}
    assert entries_of(notice).last().action == "home.withdraw_notice"
    assert Client().get(notice.url).status_code == 404


def test_a_deleted_notice_too(notice):
    OutboxRow.objects.all().delete()
    key, twin = notice.pk, NoticePage(pk=notice.pk)
    notice.delete()
    assert told_search() == {f"notices:{key}"}
    assert entries_of(twin).last().action == "home.delete_notice"


def test_deleting_the_index_takes_its_notices_along_and_says_so(notice):
    OutboxRow.objects.all().delete()
    NoticeIndexPage.objects.get().delete()
    assert told_search() == {f"notices:{notice.pk}"}


def test_a_new_address_of_the_index_is_told_for_every_notice(notice, django_capture_on_commit_callbacks):
    OutboxRow.objects.all().delete()
    index = NoticeIndexPage.objects.get()
    index.slug = "news"
    with django_capture_on_commit_callbacks(execute=True):
        index.save_revision().publish()
    assert f"notices:{notice.pk}" in told_search()
    (passage,) = sources.passages([str(notice.pk)])
    assert passage.url.startswith("/news/")


def test_the_list_shows_pinned_then_newest_and_nothing_of_others(company, signed_in):
    old = publish(company, title="舊通知", now=datetime(2026, 1, 1, tzinfo=UTC))
    new = publish(company, title="新通知", now=datetime(2026, 2, 1, tzinfo=UTC))
    pinned = publish(company, title="置頂的", pinned=True, now=datetime(2025, 1, 1, tzinfo=UTC))
    publish(company, title="內部通知", audience=[company.units["OFFICE1"]])
    answer = Client().get("/notices/")
    assert [page.pk for page in answer.context["page_obj"]] == [pinned.pk, new.pk, old.pk]
    assert "內部通知" not in answer.content.decode()
    inside = signed_in("clerk").get("/notices/", headers={"Accept-Language": "zh-TW"})
    assert "內部通知" in inside.content.decode()


def test_a_long_list_has_pages(company):
    for number in range(22):
        publish(company, title=f"通知 {number}")
    first, second = Client().get("/notices/"), Client().get("/notices/?page=2")
    assert len(first.context["page_obj"]) == 20
    assert len(second.context["page_obj"]) == 2
    assert 'href="?page=2"' in first.content.decode()
    assert Client().get("/notices/?page=none").status_code == 200


def test_the_list_costs_the_same_for_many_notices(company, django_assert_max_num_queries):
    for number in range(8):
        publish(company, title=f"通知 {number}")
    Client().get("/notices/")
    with django_assert_max_num_queries(12):
        Client().get("/notices/")


def test_a_notice_goes_down_on_its_day(company):
    notice = publish(company, until=clock.now() + timedelta(days=1))
    NoticePage.objects.filter(pk=notice.pk).update(expire_at=clock.now() - timedelta(minutes=1))
    OutboxRow.objects.all().delete()
    PUBLISH_ON_TIME.run(clock.now())
    assert not NoticePage.objects.get(pk=notice.pk).live
    assert told_search() == {f"notices:{notice.pk}"}
    assert entries_of(notice).last().actor == "portal"


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [("08:55", "09:00", "09:00"), ("09:00", "09:09", None), ("09:01", "11:47", "11:40"), ("09:40", "09:40", None)],
)
def test_the_schedule_is_due_once_for_a_long_absence(since, until, due):
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-02T{text}:00+08:00")

    assert newest_step(at(since), at(until)) == ([at(due)] if due else [])


def test_an_editor_publishes_with_the_page_editor(company, signed_in):
    index = NoticeIndexPage.objects.get()
    inline = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    data = {
        "title": "由頁面編輯發布",
        "slug": "by-editor",
        "summary": "一句話",
        "body": '{"blocks": [{"key": "a", "text": "正文", "type": "unstyled"}], "entityMap": {}}',
        "audience_rules-0-group": "staff",
        "audience_rules-0-ORDER": "1",
        **{f"audience_rules-{name}": value for name, value in inline.items()},
        **{f"comments-{name}": value for name, value in (inline | {"TOTAL_FORMS": "0"}).items()},
        "action-publish": "1",
    }
    answer = signed_in("editor").post(f"/admin/pages/add/home/noticepage/{index.pk}/", data)
    assert answer.status_code == 302
    notice = NoticePage.objects.get(slug="by-editor")
    assert notice.live
    assert notice.audience_tokens() == {"staff"}
    assert entries_of(notice).get().actor == "editor"


@pytest.mark.parametrize(
    ("username", "status"), [("clerk", 302), ("approver", 302), ("customer", 302), ("editor", 200)]
)
def test_who_may_add_a_notice_in_the_admin(company, signed_in, username, status):
    index = NoticeIndexPage.objects.get()
    assert signed_in(username).get(f"/admin/pages/add/home/noticepage/{index.pk}/").status_code == status
