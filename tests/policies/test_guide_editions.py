"""Editions of the Service Guide: frozen, numbered, compared; the price a customer accepted; the booklet (SRV-03)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from home.models import HomePage, Hotline
from policies import sources
from policies.actions import guide_takes_effect, issue_guide_edition, make_booklet, save_service
from policies.actions.guide import draft_digest
from policies.enums import BookletState, Script
from policies.freezing import Frozen
from policies.guide import booklet
from policies.guide.comparing import compare
from policies.guide.measures import guide_published
from policies.guide.prices import accepted_price
from policies.models import EditionService, GuideBooklet, GuideEdition, ServiceGuidePage, ServiceItem
from portal.jobs.models import OutboxRow
from portal.journal import actions as journal
from portal.journal.actions import SYSTEM
from portal.lib import clock, pdf
from portal.lib.periods import Period
from portal.lib.pinyin import initial, pinyin
from portal.lib.refusals import Conflict, NotYours, Refused

DAY = date(2026, 3, 2)
NOW = timezone.make_aware(datetime(2026, 3, 2, 9, 0))


def write(company: Any, name: str, price: int | None = None, **more: Any) -> ServiceItem:
    given = {"section": "維修", "hours": "每日 8:00–20:00", "phone": "028-5550 0122", "valid_from": date(2026, 1, 1)}
    if price is not None:
        given |= {"price": f"每次 {price} 元", "amount": Decimal(price), "unit": "次"}
    return save_service(by=company.users["editor"], name=name, now=NOW, **(given | more))


def issue(company: Any, day: date = DAY, note: str = "調價。", **more: Any) -> GuideEdition:
    now = more.pop("now", timezone.make_aware(datetime(day.year, day.month, day.day, 8, 0)))
    return issue_guide_edition(by=company.users["editor"], effective_on=day, note=note, now=now, **more)


@pytest.fixture
def drains(company) -> ServiceItem:
    return write(company, "疏通下水道", 70, steps="登記\n報價\n疏通")


@pytest.fixture
def guide(db) -> ServiceGuidePage:
    return HomePage.objects.first().add_child(instance=ServiceGuidePage(title="服務指南", slug="guide"))


@pytest.fixture
def two(company, drains) -> list[GuideEdition]:
    """70 yuan from 2 March, 80 from 1 June."""
    write(company, "換鎖", 60)
    first = issue(company)
    write(company, "疏通下水道", 80, steps="登記\n報價\n疏通")
    return [first, issue(company, date(2026, 6, 1))]


# ---- frozen ---------------------------------------------------------------------------------------------------------


def test_an_edition_tells_what_the_draft_said(company, drains):
    home = HomePage.objects.get()
    home.hotlines = [Hotline(label="服務熱線", number="028-5550 0122", hours="24 小時")]
    home.save()
    edition = issue(company, note="首次發布。")
    [row] = edition.rows()
    assert (edition.number, row.name, row.amount, row.section_name) == (1, "疏通下水道", 70, "維修")
    assert edition.hotlines == [{"label": "服務熱線", "number": "028-5550 0122", "hours": "24 小時"}]
    assert GuideEdition.objects.get().is_whole()
    assert journal.entries_of(edition).get().data["digest"] == edition.digest


@pytest.mark.parametrize(
    "act",
    [
        lambda edition, row: edition.save(),
        lambda edition, row: edition.delete(),
        lambda edition, row: row.save(),
        lambda edition, row: row.delete(),
        lambda edition, row: EditionService.objects.update(price="1"),
        lambda edition, row: EditionService.objects.filter(pk=row.pk).delete(),
        lambda edition, row: edition.services.update(price="1"),
        lambda edition, row: GuideEdition.objects.filter(pk=edition.pk).update(note="x"),
        lambda edition, row: GuideEdition.objects.all().delete(),
        lambda edition, row: EditionService.objects.bulk_update([row], ["price"]),
    ],
)
def test_an_edition_is_written_once(company, two, act):
    row = two[0].services.first()
    row.price = "1"
    with pytest.raises(Frozen):
        act(GuideEdition.objects.get(number=1), row)


def test_a_change_behind_our_back_is_seen(company, two):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policies_editionservice SET price = '每次 1 元' WHERE edition_id = %s", [two[1].pk])
    assert not GuideEdition.objects.get(number=2).is_whole()
    assert GuideEdition.objects.get(number=1).is_whole()


def test_later_names_of_sections_do_not_reach_an_edition(company, two):
    two[0].rows()[0].section.__class__.objects.update(name="改名")
    assert {row.section_name for row in two[0].rows()} == {"維修"}


# ---- issuing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["approver", "administrator", "clerk", "customer"])
def test_only_editors_issue(company, drains, username):
    with pytest.raises(NotYours):
        issue_guide_edition(by=company.users[username], effective_on=DAY, note="x", now=NOW)
    assert not GuideEdition.objects.exists()


@pytest.mark.parametrize(
    ("day", "note", "field"),
    [(DAY - timedelta(days=1), "x", "effective_on"), (DAY, "  ", "note")],
)
def test_what_cannot_be_issued(company, drains, day, note, field):
    with pytest.raises(Refused) as refusal:
        issue(company, day, note, now=NOW)
    assert refusal.value.field == field
    assert not GuideEdition.objects.exists()


@pytest.mark.parametrize("lacking", [{"hours": ""}, {"phone": ""}, {"valid_until": date(2026, 2, 1)}])
def test_an_incomplete_service_is_named(company, drains, lacking):
    write(company, "換鎖", 60, **lacking)
    with pytest.raises(Refused, match="換鎖"):
        issue(company)


def test_an_empty_guide_is_not_issued(company):
    with pytest.raises(Refused):
        issue(company)


def test_nothing_new_is_no_edition(company, two):
    with pytest.raises(Refused, match="Nothing changed"):
        issue(company, date(2026, 7, 1))
    assert GuideEdition.objects.count() == 2


def test_the_next_edition_never_comes_before_the_newest(company, two):
    write(company, "換鎖", 65)
    with pytest.raises(Refused, match="cannot come before"):
        issue(company, date(2026, 5, 1))


def test_who_looked_at_another_draft_is_told(company, drains):
    seen = draft_digest(DAY)
    write(company, "疏通下水道", 90)
    with pytest.raises(Conflict):
        issue(company, seen=seen)
    assert issue(company, seen=draft_digest(DAY)).number == 1


def test_two_at_once_make_one_edition(company, drains):
    seen = draft_digest(DAY)
    issue(company, seen=seen)
    with pytest.raises((Conflict, Refused)):
        issue(company, seen=seen)
    assert GuideEdition.objects.count() == 1


# ---- readers --------------------------------------------------------------------------------------------------------


def test_a_changed_price_reaches_nobody_without_an_edition(client, company, guide, drains):
    issue(company, clock.today())
    write(company, "疏通下水道", 99)
    for name in ("service_guide", "guide_editions"):
        assert "99" not in client.get(reverse(name)).content.decode()
    assert all("99" not in passage.body for passage in sources.GUIDE.passages([str(drains.pk)]))
    assert accepted_price(drains, clock.today()).amount == 70


def test_the_edition_in_force_is_that_of_the_day(two):
    found = [GuideEdition.objects.in_force(day) for day in (date(2026, 3, 1), DAY, date(2026, 5, 31), date(2026, 6, 1))]
    assert [edition and edition.number for edition in found] == [None, 1, 1, 2]


def test_old_and_announced_editions_stay_readable_and_say_so(client, company, guide, drains):
    today = clock.today()
    issue(company, today - timedelta(days=10))
    write(company, "疏通下水道", 80)
    issue(company, today)
    write(company, "疏通下水道", 90)
    issue(company, today + timedelta(days=5), now=clock.now())
    pages = {number: client.get(reverse("guide_edition", args=[number])).content.decode() for number in (1, 2, 3)}
    for number, words, figure in ((1, "old edition", "70"), (2, "in force since", "80"), (3, "announced", "90")):
        assert words in pages[number]
        assert figure in pages[number]
    assert client.get(reverse("guide_edition", args=[9])).status_code == 404
    now = client.get(reverse("service_guide")).content.decode()
    assert "a new edition holds" in now
    assert "80" in now


def test_the_comparison_names_prices_new_and_gone(client, company, guide, two):
    lock = ServiceItem.objects.get(name="換鎖")
    lock.withdrawn = True
    lock.save()
    write(company, "擦玻璃", 8)
    write(company, "疏通下水道", 80, hours="24 小時", steps="登記\n報價\n疏通")
    third = issue(company, date(2026, 7, 1))
    kinds = [(change.kind, change.row.name) for change in compare(two[1].rows(), third.rows())]
    assert kinds == [("added", "擦玻璃"), ("removed", "換鎖"), ("changed", "疏通下水道")]
    [change] = compare(two[0].rows(), two[1].rows())
    assert (change.kind, change.dearer, change.old.amount, change.new.amount) == ("price", True, 70, 80)
    page = client.get(reverse("guide_changes", args=[2])).content.decode()
    assert page.index("70") < page.index("80")
    assert client.get(reverse("guide_changes", args=[1])).status_code == 200


def test_a_new_price_holds_from_the_editions_day(two):
    assert [row.valid_from for row in two[1].rows() if row.name == "疏通下水道"] == [date(2026, 6, 1)]
    assert [row.valid_from for row in two[1].rows() if row.name == "換鎖"] == [date(2026, 1, 1)]


# ---- the accepted price ---------------------------------------------------------------------------------------------


def test_a_running_order_keeps_its_price(company, drains, two):
    assert accepted_price(drains, date(2026, 2, 1)) is None
    before = accepted_price(drains, date(2026, 5, 31))
    assert (before.edition, before.amount, before.unit, before.price) == (1, 70, "次", "每次 70 元")
    assert accepted_price(drains, date(2026, 6, 1)).amount == 80
    write(company, "疏通下水道", 95)
    assert accepted_price(drains, date(2026, 5, 31)) == before


def test_a_price_that_ended_says_so(company):
    item = write(company, "空調清洗", 90, valid_until=date(2026, 3, 10))
    issue(company)
    assert not accepted_price(item, date(2026, 3, 10)).expired
    assert accepted_price(item, date(2026, 3, 11)).expired


# ---- search and the day it turns ------------------------------------------------------------------------------------


def test_search_turns_to_an_edition_on_its_day(drains, two):
    OutboxRow.objects.all().delete()
    assert guide_takes_effect(by=SYSTEM, now=timezone.make_aware(datetime(2026, 5, 31, 0, 5))) is None
    assert not OutboxRow.objects.exists()
    assert guide_takes_effect(by=SYSTEM, now=timezone.make_aware(datetime(2026, 6, 1, 0, 5))).number == 2
    assert OutboxRow.objects.filter(topic="search", key=f"guide:{drains.pk}").exists()


# ---- paper ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", Script)
def test_the_booklet_is_tagged_and_has_its_fonts(company, two, script):
    made = make_booklet(two[1], script)
    facts = pdf.check_pdf(made.file.read())
    assert made.state == BookletState.READY
    assert (facts.tagged, facts.fonts_embedded, facts.language) == (True, True, f"zh-{script.title()}")
    assert facts.pages == made.pages >= 6
    assert make_booklet(two[1], script).made_at == made.made_at, "not rendered twice"


def test_the_booklet_speaks_the_script_asked_for(two):
    hant, hans = (booklet.booklet_html(two[1], script) for script in (Script.HANT, Script.HANS))
    assert "換鎖" in hant
    assert "换锁" in hans
    assert "換" not in hans
    assert "80 元／次" in hant


def test_the_indexes(company):
    for name in ("空調清洗", "地板打蠟", "24小時熱線", "代收包裹"):
        write(company, name, phone="028-5550 0211、028-5550 0122" if name == "空調清洗" else "028-5550 0122")
    rows = issue(company).rows()
    letters = {group.name: [row.name for row in group.rows] for group in booklet.by_sound(rows)}
    assert letters == {"D": ["代收包裹", "地板打蠟"], "K": ["空調清洗"], "#": ["24小時熱線"]}
    phones = {group.name: len(group.rows) for group in booklet.by_phone(rows)}
    assert phones == {"028-5550 0122": 4, "028-5550 0211": 1}


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("空調清洗", "kong tiao qing xi"),
        ("空调清洗", "kong tiao qing xi"),
        ("地", "di"),
        ("WiFi 報修", "wifi bao xiu"),
        ("", ""),
    ],
)
def test_pinyin(word, sound):
    assert pinyin(word) == sound
    assert initial(sound) == (sound[:1].upper() or "#")


def test_a_sound_given_by_hand_wins(company):
    write(company, "重檢", pinyin="chong jian")
    [row] = issue(company).rows()
    assert row.sound == "chong jian"


def test_the_booklet_is_served_or_said_to_be_on_its_way(client, company, guide, drains):
    edition = issue(company, clock.today())
    waiting = client.get(reverse("guide_booklet"))
    assert waiting.status_code == 302
    assert waiting.url == reverse("guide_edition", args=[1])
    make_booklet(edition, Script.HANS)
    assert client.get(reverse("guide_booklet"), {"script": "hans"})["Content-Type"] == "application/pdf"
    assert client.get(reverse("guide_edition_booklet", args=[1]), {"script": "hans"}).status_code == 200
    assert client.get(reverse("guide_edition_booklet", args=[7])).status_code == 404


def test_issuing_asks_the_worker_for_both_scripts(company, drains):
    from django_tasks_db.models import DBTaskResult

    issue(company)
    waiting = DBTaskResult.objects.filter(task_path="policies.guide.tasks.make_booklet_job")
    assert sorted(job.args_kwargs["args"][1] for job in waiting) == ["hans", "hant"]


# ---- the desk -------------------------------------------------------------------------------------------------------


def test_an_editor_issues_at_the_desk_and_a_stale_form_is_told(signed_in, company, drains):
    editor, address = signed_in("editor"), reverse("guide_desk")
    assert "疏通下水道" in editor.get(address).content.decode()
    sent = {"effective_on": clock.today().isoformat(), "note": "首次發布。", "seen": draft_digest(clock.today())}
    write(company, "換鎖", 60)
    stale = editor.post(address, sent)
    assert stale.status_code == 409
    assert "首次發布。" in stale.content.decode(), "nothing typed is lost"
    assert editor.post(address, sent | {"note": ""}).status_code == 400
    assert editor.post(address, sent | {"seen": draft_digest(clock.today())}).status_code == 302
    assert GuideEdition.objects.get().services.count() == 2
    assert editor.get(address).status_code == 200


# ---- SRV-03 ---------------------------------------------------------------------------------------------------------


def test_srv_03_counts_services_and_the_booklet(company, drains):
    period = Period.of("month", clock.today())
    nobody, office = company.units["CREW1"], company.units["OFFICE1"]
    assert guide_published(office, period).missed == 1, "no edition"
    edition = issue(company, clock.today())
    before = guide_published(office, period)
    assert (before.due, before.done, before.missed) == (2, 1, 1), "the booklet is not there yet"
    make_booklet(edition, Script.HANT)
    done = guide_published(None, period)
    assert (done.due, done.done, done.missed) == (2, 2, 0)
    assert guide_published(nobody, period).due == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE policies_editionservice SET price = ''")
    assert guide_published(office, period).done == 1, "what was changed afterwards proves nothing"
    assert GuideBooklet.objects.count() == 1
