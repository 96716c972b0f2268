"""A household answers the survey once by its letter; its office follows the returns (SRV-12, SRV-13)."""

from __future__ import annotations

from urllib.parse import urlsplit

from forms.surveys.demo import demo_survey_link
from forms.surveys.models import Campaign, Return
from portal.lib import pdf


def test_srv_13_a_household_answers_once_by_its_letter(portal, phone, new_context, axe, look, no_side_scroll):
    link = urlsplit(demo_survey_link()).path
    token = link.rstrip("/").rsplit("/", 1)[-1]
    before = Return.objects.count()
    seen = []
    phone.on("request", lambda request: seen.append((request.url, request.headers.get("referer", ""))))
    phone.goto(link)
    assert phone.url == portal.url + "/survey/"
    assert token not in phone.content()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "survey-phone")
    phone.locator("input[type=radio][value='4']").first.check()
    phone.locator("textarea").fill("電梯早高峰要等很久")
    phone.locator("form[data-draft] .actions .btn-primary").click()
    phone.wait_for_url("**/receipts/**")
    axe(phone)
    assert Return.objects.count() == before + 1
    assert Return.objects.latest("pk").overall == 4
    others = [pair for pair in seen if not pair[0].endswith(link)]
    assert not any(token in url or token in referrer for url, referrer in others)
    neighbour = new_context().new_page()
    neighbour.goto(link)
    assert neighbour.locator(".empty-state").count() == 1  # answered already, said calmly
    axe(neighbour)
    look(neighbour, "survey-answered")
    assert Return.objects.count() == before + 1


def test_a_wrong_code_gets_a_calm_answer(portal, phone, axe, look):
    phone.goto("/survey/ABCDE-FGHJK-MNPQR-STVWX/")
    assert phone.url == portal.url + "/survey/"
    assert phone.locator(".notice").is_visible()
    axe(phone)
    look(phone, "survey-wrong-code")
    token = demo_survey_link().rstrip("/").rsplit("/", 1)[-1]
    phone.locator("#id_code").fill(token.lower().replace("-", " "))
    phone.locator("main form .btn-primary").click()
    phone.locator("form[data-draft]").wait_for()


def test_an_office_follows_its_returns_and_prints_letters(portal, page, sign_in, axe, look):
    campaign = Campaign.objects.running().get()
    sign_in(page, "director")
    page.goto("/")
    assert campaign.name in page.content()
    page.goto(campaign.get_absolute_url())
    axe(page)
    look(page, "survey-office-counts")
    assert page.request.get(f"{portal.url}{campaign.get_absolute_url()}offices/OFFICE2/").status == 404
    page.goto(f"{campaign.get_absolute_url()}offices/OFFICE1/")
    axe(page)
    with page.expect_download() as loading:
        page.locator("form[action$='letters/'] .btn-outline-primary").first.click()
    facts = pdf.check_pdf(loading.value.path().read_bytes())
    assert facts.pages > 5
    assert facts.fonts_embedded


def test_the_company_reads_the_results(portal, page, sign_in, axe, look):
    sign_in(page, "quality_officer")
    page.goto("/desk/surveys/")
    axe(page)
    page.goto(Campaign.objects.closed().get().get_absolute_url())
    axe(page)
    look(page, "survey-results")
    page.goto("/desk/surveys/new/")
    axe(page)
