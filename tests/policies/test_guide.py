"""The Service Guide and what search reads of it and of regulations."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from home.models import HomePage
from policies import actions, demo, sources
from policies.actions import AudienceLine
from policies.guide import demo as guide_demo
from policies.models import Edition, Receipt, ServiceGuidePage, ServiceItem, ServiceSection
from policies.tiles import to_read
from portal.jobs.models import OutboxRow
from portal.journal import actions as journal
from portal.journal.actions import SYSTEM
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.readers import reader_for
from tests.policies.test_issuing import second_edition


@pytest.fixture
def service(company) -> ServiceItem:
    return actions.save_service(
        by=company.users["editor"],
        section="維修",
        name="疏通下水道",
        what="疏通廚房管道。",
        who_may_ask="業主、住戶",
        hours="每日 8:00–20:00",
        phone="400-800-0102、028-1111",
        price="每次 80 元",
        amount=Decimal(80),
        unit="次",
    )


@pytest.fixture
def guide(company, service) -> ServiceGuidePage:
    """The page, and its first edition, in force today."""
    actions.issue_guide_edition(by=company.users["editor"], effective_on=clock.today(), note="首次發布。")
    return HomePage.objects.first().add_child(instance=ServiceGuidePage(title="服務指南", slug="guide"))


def test_a_chargeable_service_shows_its_price(company, service):
    """SRV-07: refused by the verb, by the form's model, by the database."""
    with pytest.raises(Refused) as refusal:
        actions.save_service(by=company.users["editor"], section="維修", name="換鎖", amount=Decimal(60))
    assert refusal.value.field == "price"
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceItem.objects.filter(pk=service.pk).update(price="")


def test_saving_again_is_the_same_service(company, service):
    again = actions.save_service(by=company.users["editor"], section="維修", name="疏通下水道", price="免費")
    assert again.pk == service.pk
    assert not again.chargeable
    assert journal.entries_of(again).count() == 2


@pytest.mark.parametrize("username", ["approver", "administrator", "employee", "customer"])
def test_only_editors_change_the_guide(company, username):
    with pytest.raises(NotYours):
        actions.save_service(by=company.users[username], section="維修", name="換鎖")


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("下水", True), ("下水 廚房", True), ("厨房", True), ("0102", True), ("８０", True), ("電梯", False)],
)
def test_the_guide_is_filtered_by_a_word_in_either_script(client, guide, query, found):
    answer = client.get(reverse("service_guide"), {"q": query})
    assert answer.status_code == 200
    assert ("疏通下水道" in answer.content.decode()) == found


def test_the_guide_dials(service):
    assert service.dial == "4008000102"


def test_several_numbers_are_several_links(client, guide):
    page = client.get(reverse("service_guide")).content.decode()
    assert 'href="tel:4008000102"' in page
    assert 'href="tel:0281111"' in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"charge": "chargeable"}, True),
        ({"charge": "free"}, False),
        ({"who": "業主"}, True),
        ({"who": "业主"}, True),
        ({"who": "訪客"}, False),
        ({"section": "0"}, False),
        ({"charge": "nonsense", "section": "x²"}, True),
        ({"q": "次", "charge": "chargeable", "who": "業主"}, True),
    ],
)
def test_the_guide_is_filtered_without_a_script(client, guide, asked, found):
    page = client.get(reverse("service_guide"), asked)
    assert page.status_code == 200
    assert ('id="service-' in page.content.decode()) == found


def test_the_price_stands_before_anything_else(client, guide):
    page = client.get(reverse("service_guide"), headers={"accept-language": "zh-hant"}).content.decode()
    card = page[page.index('id="service-') :]
    assert card.index("80 yuan") < card.index("疏通廚房管道") if "80 yuan" in card else card.index("80 元／次")


def test_what_is_no_longer_offered_leaves_with_the_next_edition(client, company, guide, service):
    actions.save_service(by=company.users["editor"], section="維修", name="換鎖", hours="全天", phone="400")
    service.withdrawn = True
    service.save()
    assert "疏通下水道" in client.get(reverse("service_guide")).content.decode(), "customers read the edition"
    actions.issue_guide_edition(by=company.users["editor"], effective_on=clock.today(), note="停辦。")
    page = client.get(reverse("service_guide")).content.decode()
    assert "疏通下水道" not in page
    assert "換鎖" in page


def test_without_a_published_guide_there_is_none(client, db):
    assert client.get(reverse("service_guide")).status_code == 404


def test_the_guide_asks_a_fixed_number_of_times(client, company, guide, django_assert_max_num_queries):
    for number in range(20):
        actions.save_service(
            by=company.users["editor"], section=f"第{number % 4}節", name=f"服務{number}", hours="全天", phone="400"
        )
    actions.issue_guide_edition(by=company.users["editor"], effective_on=clock.today(), note="二十項。")
    client.get(reverse("service_guide"))
    with django_assert_max_num_queries(10):
        client.get(reverse("service_guide"))


def test_editors_write_the_guide_in_the_admin_and_it_is_journalled(signed_in, company, service):
    editor = signed_in("editor")
    section = ServiceSection.objects.get()
    form = {
        "section": section.pk,
        "order": 10,
        "name": "換鎖",
        "what": "",
        "who_may_ask": "",
        "estate": "",
        "hours": "24小時",
        "phone": "400",
        "chargeable": "on",
        "price": "",
        "amount": "60",
        "unit": "次",
        "valid_from": "2026-01-01",
        "valid_until": "",
        "duration": "",
        "steps": "1. 核對身份\n2. 換鎖",
        "pinyin": "",
    }
    address = reverse("wagtailsnippets_policies_serviceitem:add")
    assert editor.post(address, form).status_code == 200, "no price, no service"
    assert editor.post(address, form | {"price": "每次 70 元"}).status_code == 200, "60 is not 70"
    assert editor.post(address, form | {"price": "每次 60 元"}).status_code == 302
    item = ServiceItem.objects.get(name="換鎖")
    assert journal.entries_of(item).get().user == company.users["editor"]
    assert item.step_list == ["核對身份", "換鎖"]
    assert not OutboxRow.objects.filter(topic="search", key=f"guide:{item.pk}").exists(), "a draft tells search nothing"
    assert editor.get(reverse("wagtailsnippets_policies_serviceitem:delete", args=[item.pk])).status_code == 302
    assert ServiceItem.objects.filter(pk=item.pk).exists()
    for username in ("approver", "administrator"):
        assert signed_in(username).get(address).status_code == 302, "not theirs"


# ---- search ---------------------------------------------------------------------------------------------------------


def test_search_reads_every_clause_in_force_with_its_audience(company, approved, issue):
    edition = issue(approved, audience=[AudienceLine("unit", unit=company.units["CREW1"])])
    keys = list(sources.CLAUSES.keys())
    passages = {passage.key: passage for passage in sources.CLAUSES.passages(keys)}
    assert len(passages) == edition.clauses.count()
    row = edition.clauses.get(number="2.2.1")
    found = passages[str(row.pk)]
    assert (found.number, found.body) == ("2.2.1", "動火點十米內清除可燃物。")
    assert found.context.startswith("倉庫用火管理規定")
    assert found.url == f"{edition.regulation.reading_url()}#c-2.2.1"
    assert found.audience == {f"unit:{company.units['CREW1'].pk}"}


def test_search_forgets_what_no_longer_holds(company, issued, issue):
    old = [str(pk) for pk in issued.clauses.values_list("pk", flat=True)]
    OutboxRow.objects.all().delete()
    second = second_edition(company, issue, issued)
    told = set(OutboxRow.objects.filter(topic="search").values_list("key", flat=True))
    assert {f"clauses:{pk}" for pk in old} <= told
    assert list(sources.CLAUSES.passages(old)) == []
    assert set(sources.CLAUSES.keys()) == {str(pk) for pk in second.clauses.values_list("pk", flat=True)}


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_search_knows_nothing_of_drafts(request, state):
    edition = request.getfixturevalue(state)
    assert list(sources.CLAUSES.keys()) == []
    assert list(sources.CLAUSES.passages([str(edition.clauses.first().pk)])) == []


def test_search_reads_the_edition_in_force(company, guide, service):
    [found] = sources.GUIDE.passages([str(service.pk), "99999"])
    assert (found.title, found.audience, found.url) == ("疏通下水道", {"public"}, f"/guide/#service-{service.pk}")
    assert list(sources.GUIDE.keys()) == [str(service.pk)]
    actions.save_service(by=company.users["editor"], section="維修", name="疏通下水道", price="改過的草稿")
    [found] = sources.GUIDE.passages([str(service.pk)])
    assert "改過的草稿" not in found.body


def test_search_knows_no_guide_before_its_first_edition(service):
    assert list(sources.GUIDE.keys()) == []
    assert list(sources.GUIDE.passages([str(service.pk)])) == []


def test_the_sources_ask_a_fixed_number_of_times(company, issued, django_assert_max_num_queries):
    keys = list(sources.CLAUSES.keys())
    with django_assert_max_num_queries(5):
        list(sources.CLAUSES.passages(keys))


# ---- the demo company -----------------------------------------------------------------------------------------------


@pytest.fixture
def demo_company(db):
    from portal.demo import company
    from portal.demo.stage import Stage
    from portal.lib import clock

    with scopes_disabled():
        company.build(Stage(clock.now()))
        stage = Stage(clock.now())
        demo.build(stage)
        guide_demo.build(stage)
    return stage


def test_the_demo_company_has_three_regulations_in_force_and_one_unread(demo_company):
    editions = {edition.title: edition for edition in Edition.objects.issued()}
    assert len(editions) == 3
    safety = editions["安全觀察與溝通管理規定"]
    numbered = safety.clauses.filter(kind__in=["chapter", "clause"])
    assert [numbered.filter(depth=depth).count() for depth in (1, 2, 3)] == [7, 28, 35]
    assert "姓名" in safety.clauses.get(number="4.5.3").text
    assert editions["售樓部合作與溝通制度"].clauses.filter(kind="item").count() == 13
    assert editions["聯禾物業服務手冊：溝通"].clauses.filter(kind="chapter").count() == 3
    assert Receipt.objects.count() == 5
    [tile] = to_read(reader_for(demo_company.company.users["employee"]))
    assert tile.rows[0][0] == safety.title
    assert actions.load_obligations(by=SYSTEM).linked == 58
    assert list(journal.faults()) == []


def test_the_demo_guide_is_complete(demo_company):
    items = ServiceItem.objects.filter(withdrawn=False)
    assert items.count() >= 20
    assert not items.filter(hours="").exists()
    assert not items.filter(phone="").exists()
    page = Client().get(reverse("service_guide"))
    assert page.status_code == 200
