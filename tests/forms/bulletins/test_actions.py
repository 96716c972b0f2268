"""Composing, publishing and printing a bulletin, and what is refused on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Page

from forms.bulletins import actions
from forms.bulletins.enums import PaperState
from forms.bulletins.models import BulletinIndexPage, BulletinPage, Paper
from forms.bulletins.paper import bulletin_html
from home.models import HomePage, PageAudience
from portal.jobs.models import OutboxRow
from portal.journal.actions import entries_of
from portal.lib.pdf import check_pdf
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.forms.figures.conftest import make_card  # noqa: F401 - a fixture

Q3 = Period.parse("2026Q3")
NOW = datetime(2026, 10, 10, 4, tzinfo=UTC)


@pytest.fixture
def index(company):
    return HomePage.objects.get().add_child(instance=BulletinIndexPage(title="通報", slug="bulletins"))


@pytest.fixture
def six_cards(make_card):  # noqa: F811
    for day in range(1, 7):
        make_card("CREW1", date(2026, 8, day), seconds=600, safe=4, unsafe_acts=1)


@pytest.fixture
def draft(company, index, six_cards):
    return actions.compose_bulletin(by=company.users["editor"], unit=company.units["PROJECT1"], period=Q3, now=NOW)


def published(company, page):
    return actions.publish_bulletin(by=company.users["editor"], page=page, now=NOW)


class TestCompose:
    def test_a_draft_has_frozen_figures_two_charts_and_first_sentences(self, draft):
        assert not draft.live
        assert draft.frozen.value("cards_planned") == 6
        assert len(draft.charts()) == 2
        assert "6 張" in draft.summary
        assert draft.title == "川東項目部2026年第三季度通報"

    def test_a_prompt_that_the_editor_left_alone_is_not_printed(self, draft):
        assert "請編輯" in draft.analysis
        assert "請編輯" not in bulletin_html(draft)
        draft.analysis, draft.measures = "<p>高處作業增加。</p>", "<ul><li>每班開工前查看繫掛點。</li></ul>"
        assert "高處作業增加" in bulletin_html(draft)
        assert "每班開工前" in bulletin_html(draft)

    @pytest.mark.parametrize(
        ("who", "period", "refusal"),
        [
            ("editor", "2026-08", Refused),
            ("editor", "2027Q1", Refused),
            ("employee", "2026Q3", NotYours),
            ("crew_leader", "2026Q3", NotYours),
            ("customer", "2026Q3", NotYours),
        ],
    )
    def test_what_is_refused(self, company, index, who, period, refusal):
        with pytest.raises(refusal):
            actions.compose_bulletin(
                by=company.users[who], unit=company.units["CREW1"], period=Period.parse(period), now=NOW
            )
        assert not BulletinPage.objects.exists()

    def test_a_second_bulletin_of_the_same_quarter_is_a_conflict(self, company, draft):
        with pytest.raises(Conflict):
            actions.compose_bulletin(by=company.users["editor"], unit=draft.unit, period=Q3, now=NOW)

    def test_a_half_year_is_a_bulletin_too(self, company, index, six_cards):
        page = actions.compose_bulletin(
            by=company.users["editor"], unit=company.units["HQ"], period=Period.parse("2026H2"), now=NOW
        )
        assert page.title == "聯禾集團2026年下半年通報"


class TestFigures:
    def test_a_draft_may_take_its_figures_anew(self, company, draft, make_card):  # noqa: F811
        make_card("CREW1", date(2026, 9, 1), safe=1)
        assert BulletinPage.objects.get(pk=draft.pk).frozen.value("cards_planned") == 6
        actions.refresh_figures(by=company.users["editor"], page=draft, now=NOW)
        assert BulletinPage.objects.get(pk=draft.pk).frozen.value("cards_planned") == 7

    def test_a_published_one_keeps_them(self, company, draft, make_card):  # noqa: F811
        published(company, draft)
        make_card("CREW1", date(2026, 9, 1), safe=1)
        with pytest.raises(Refused):
            actions.refresh_figures(by=company.users["editor"], page=draft, now=NOW)
        assert BulletinPage.objects.get(pk=draft.pk).frozen.value("cards_planned") == 6

    def test_a_revision_brings_no_other_figures(self, company, draft, make_card):  # noqa: F811
        """An old revision, published by whatever button, carries words alone."""
        revision = draft.get_latest_revision()
        make_card("CREW1", date(2026, 9, 1), safe=1)
        actions.refresh_figures(by=company.users["editor"], page=draft, now=NOW)
        revision.publish(user=company.users["editor"])
        assert BulletinPage.objects.get(pk=draft.pk).frozen.value("cards_planned") == 7


class TestPublish:
    def test_publishing_writes_journal_outbox_and_queues_the_paper(self, company, draft):
        page = published(company, draft)
        assert page.live
        assert [entry.action for entry in entries_of(page)] == ["bulletins.compose", "bulletins.publish"]
        assert OutboxRow.objects.filter(topic="search", key=f"bulletins:{page.pk}").exists()
        assert Paper.objects.get(page=page).state == PaperState.WAITING

    def test_who_may_not_compose_may_not_publish(self, company, draft):
        with pytest.raises(NotYours):
            actions.publish_bulletin(by=company.users["employee"], page=draft)

    def test_readers_outside_the_audience_get_404_on_page_and_pdf(self, company, draft, signed_in):
        page = published(company, draft)
        actions.make_paper(page)
        PageAudience.objects.create(page=page, unit=company.units["CREW2"])
        pdf = reverse("bulletin_pdf", args=[page.slug])
        for who, status in [("other_crew_leader", 200), ("crew_leader", 404), ("clerk", 404), ("customer", 404)]:
            client = signed_in(who)
            assert client.get(page.url).status_code == status, who
            assert client.get(pdf).status_code == status, who
            listed = page.title in client.get(page.get_parent().url).content.decode()
            assert listed == (status == 200), who

    def test_a_draft_is_nobodys_to_read_but_the_editors(self, draft, signed_in):
        actions.make_paper(draft)
        pdf = reverse("bulletin_pdf", args=[draft.slug])
        assert signed_in("employee").get(pdf).status_code == 404
        assert signed_in("editor").get(pdf).status_code == 200


class TestPaper:
    def test_the_pdf_is_tagged_speaks_chinese_and_embeds_its_fonts(self, company, draft):
        paper = actions.make_paper(published(company, draft))
        facts = check_pdf(paper.file.read())
        assert (facts.variant, facts.tagged, facts.fonts_embedded) == ("PDF/UA-1", True, True)
        assert facts.language == "zh-Hant"
        assert facts.title == draft.title
        assert facts.figures >= 2
        assert facts.figures_without_text == 0

    def test_the_same_bulletin_gives_the_same_bytes_and_is_rendered_once(self, company, draft):
        page = published(company, draft)
        first = actions.make_paper(page, now=NOW)
        data = first.file.read()
        assert actions.make_paper(page).made_at == first.made_at
        Paper.objects.update(digest="")
        assert actions.make_paper(page).file.read() == data

    def test_the_paper_says_what_the_page_says(self, company, draft, signed_in):
        page = published(company, draft)
        screen = signed_in("employee").get(page.url).content.decode()
        paper = bulletin_html(page)
        for group in page.frozen.groups():
            for figure in group.figures:
                if not figure.suppressed:
                    assert figure.text in screen
                    assert figure.text in paper

    def test_a_character_no_font_has_is_told_to_the_editor_not_printed(self, company, draft):
        page = published(company, draft)
        page.summary = "<p>\U000e0fff\ue123</p>"
        paper = actions.make_paper(page)
        assert (paper.state, bool(paper.problem)) == (PaperState.FAILED, True)

    def test_while_the_paper_is_being_made_the_page_says_so(self, company, draft, signed_in):
        page = published(company, draft)
        response = signed_in("employee").get(reverse("bulletin_pdf", args=[page.slug]), follow=True)
        assert response.redirect_chain[-1][0] == page.url


class TestCommand:
    def test_it_composes_and_prints(self, index, six_cards, tmp_path, capsys):
        path = tmp_path / "bulletin.pdf"
        call_command("compose_bulletin", unit="PROJECT1", period="2026Q3", pdf=path, format="json")
        assert path.read_bytes().startswith(b"%PDF")
        assert '"cards_planned": {"value": 6' in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("unit", "period", "words"),
        [("NOWHERE", "2026Q3", "NOWHERE"), ("CREW1", "soon", "soon"), ("CREW1", "2026-08", "quarter|季")],
    )
    def test_it_refuses_with_a_sentence(self, index, unit, period, words):
        with pytest.raises(CommandError, match=words):
            call_command("compose_bulletin", unit=unit, period=period)


class TestAdmin:
    def test_an_editor_composes_in_the_admin(self, index, six_cards, company, signed_in):
        client = signed_in("editor")
        period = Period.of("quarter", date.today()).previous().code
        response = client.post(reverse("bulletin_compose"), {"unit": company.units["CREW1"].pk, "period": period})
        page = BulletinPage.objects.get()
        assert response.status_code == 302
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200

    @pytest.mark.parametrize("who", ["employee", "clerk", "customer"])
    def test_others_do_not(self, index, signed_in, who):
        assert signed_in(who).get(reverse("bulletin_compose")).status_code in {302, 404}

    def test_an_empty_bulletin_cannot_be_added(self, index, signed_in):
        url = reverse("wagtailadmin_pages:add", args=["bulletins", "bulletinpage", index.pk])
        assert signed_in("editor").get(url).status_code in {302, 403}


def test_the_index_lists_nothing_without_bulletins(index, signed_in):
    response = signed_in("employee").get(Page.objects.get(pk=index.pk).url)
    assert response.status_code == 200
