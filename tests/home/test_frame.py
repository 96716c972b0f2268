"""The frame of every page: navigation, languages, icons; components with every kind of field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django_scopes import scopes_disabled

from forms.cards.models import Area
from home.context_processors import nav_links, section_at
from portal.lib.registries import nav_tabs, navigation
from portal.org.readers import ANONYMOUS, reader_for

STATIC = Path(settings.BASE_DIR) / "portal" / "static" / "portal"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))


def test_every_navigation_entry_leads_somewhere():
    for item in navigation:
        assert item.url_name.startswith("/") or reverse(item.url_name), item
        assert item.icon in ICONS, item


@pytest.mark.parametrize(
    ("path", "current"), [("/notices/", "page"), ("/notices/one/", "true"), ("/", ""), ("/elsewhere/", "")]
)
def test_the_navigation_says_where_one_is(path, current):
    entry = next(link for link in nav_links(ANONYMOUS, path) if link.url == "/notices/")
    assert entry.current == current


def test_home_is_current_only_at_home():
    assert [link.current for link in nav_links(ANONYMOUS, "/notices/") if link.url == "/"] == [""]
    assert [link.current for link in nav_links(ANONYMOUS, "/") if link.url == "/"] == ["page"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_icons_named_by_templates_are_in_the_sheet(template):
    named = set(re.findall(r'{%-? *icon "([\w-]+)"', template.read_text(encoding="utf-8")))
    named |= set(re.findall(r'icon_name="([\w-]+)"', template.read_text(encoding="utf-8")))
    assert named <= ICONS or "wagtailadmin" in str(template)


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans", "en"])
def test_the_language_switch_goes_back_where_one_was(db, language):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": language, "next": "/notices/?page=2"})
    assert answer["Location"] == "/notices/?page=2"
    page = client.get("/notices/").content.decode()
    assert f'<html lang="{language}">' in page
    assert re.search(rf'value="{language}"[^>]*aria-pressed="true"', page)
    assert page.count('aria-pressed="true"') == 2  # once in the masthead, once under "More"
    assert "简" in page
    assert "繁" in page


@pytest.mark.parametrize("where", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_the_language_switch_leads_nowhere_else(db, where):
    assert Client().post("/language/", {"language": "en", "next": where})["Location"] == "/"


def test_an_unknown_language_changes_nothing(db):
    answer = Client().post("/language/", {"language": "xx"})
    assert not answer.cookies


def test_the_account_menu_names_person_and_posts(company, signed_in):
    page = signed_in("crew_leader").get("/notices/").content.decode()
    assert "龐建國" in page
    assert "鑽井一隊" in page
    assert reverse("account_logout") in page
    assert reverse("wagtailadmin_home") not in page
    assert reverse("wagtailadmin_home") in signed_in("editor").get("/notices/").content.decode()


def test_the_frame_sets_no_cookie_for_a_visitor(db):
    assert not Client().get("/notices/").cookies


def test_the_frame_costs_few_queries(company, signed_in, django_assert_max_num_queries):
    client = signed_in("crew_leader")
    client.get("/notices/")
    with django_assert_max_num_queries(16):
        client.get("/notices/")


def test_the_navigation_of_a_reader_costs_one_query_for_roles(company, django_assert_max_num_queries):
    reader = reader_for(company.users["crew_leader"])
    with django_assert_max_num_queries(2):
        nav_links(reader, "/")


def test_every_tab_belongs_to_an_entry_and_leads_below_it():
    addresses = {name: reverse(item.url_name) for name, item in navigation.items() if item.url_name[:1] != "/"}
    for tab in nav_tabs:
        for route in (tab.url_name, *tab.also):
            assert reverse(route).startswith(addresses[tab.entry])


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/desk/cards/", "/desk/cards/"),
        ("/desk/cards/17/", "/desk/cards/"),
        ("/desk/cards/plans/incidents/", "/desk/cards/plans/"),
        ("/desk/cards/analysis/trends/", "/desk/cards/analysis/"),
        ("/desk/cards/weeks/CREW1/2026-W47/", "/desk/cards/weeks/"),
        ("/desk/cards/months/CREW1/2026-10/", "/desk/cards/weeks/"),
        ("/desk/cards/awards/", "/desk/cards/weeks/"),
    ],
)
def test_one_entry_and_one_tab_light_up(company, path, current):
    with scopes_disabled():
        Area.objects.create(unit=company.units["CREW1"], name="鑽台")
    reader = reader_for(company.users["crew_leader"])
    assert [link.url for link in nav_links(reader, path) if link.current] == ["/desk/cards/"]
    assert [tab["url"] for tab in section_at(reader, path).tabs if tab["current"]] == [current]


def test_tabs_are_shown_to_who_may_open_them(company, signed_in):
    """Where there are not two to choose from, there are none; what is shown opens."""
    assert section_at(reader_for(company.users["clerk"]), "/desk/cards/") is None
    assert section_at(reader_for(company.users["crew_leader"]), "/notices/") is None
    for who in ("employee", "crew_leader", "unit_manager", "quality_officer", "director"):
        section = section_at(reader_for(company.users[who]), "/desk/cards/")
        for tab in section.tabs if section else []:
            assert signed_in(who).get(tab["url"]).status_code == 200, (who, tab)


# ---- components -----------------------------------------------------------------------------------------------------
class AllKinds(forms.Form):
    words = forms.CharField(help_text="One line.")
    long = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    radio = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="Choose.")
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(help_text="Really.")
    file = forms.FileField()
    day = forms.DateField(widget=forms.SelectDateWidget)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def described(page: str) -> set[str]:
    """All ids that some aria-describedby names."""
    return {name for value in re.findall(r'aria-describedby="([^"]*)"', page) for name in value.split()}


@pytest.mark.parametrize("data", [None, {}, {"words": "kept <b>", "radio": "b"}])
def test_every_kind_of_field_is_labelled_and_described(data):
    form = AllKinds(data)
    page = render_to_string("components/form.html", {"form": form})
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert described(page) <= ids
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= ids
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert len(re.findall(r'\bid="([^"]+)"', page)) == len(ids), "an id stands twice"
    assert "style=" not in page
    if data is None:
        assert "data-focus-on-load" not in page
    else:
        assert {"id_radio_error", "id_yes_error", "id_file_error"} - {f"id_{name}_error" for name in data} <= described(
            page
        )
        assert 'aria-invalid="true"' in page
    if data:
        assert "kept &lt;b&gt;" in page
        assert re.search(r'value="b"[^>]* checked', page)


def test_optional_fields_say_so():
    page = render_to_string("components/form_field.html", {"field": AllKinds()["long"]})
    assert "required-word" in page
    assert "required-word" not in render_to_string("components/form_field.html", {"field": AllKinds()["words"]})


def test_pagination_keeps_the_other_parameters():
    request = RequestFactory().get("/list/?unit=CREW1&page=3")
    page = Paginator(range(200), 10).get_page(3)
    html = render_to_string("components/pagination.html", {"page_obj": page, "request": request})
    assert "?unit=CREW1&amp;page=4" in html
    assert 'aria-current="page">3<' in html
    assert "…" in html


def test_a_table_names_its_cells_for_a_phone():
    rows = [["CREW1", {"text": "12", "url": "/rows/"}]]
    context = {"caption": "Cards", "columns": ["Unit", {"label": "Cards", "num": True}], "rows": rows}
    html = render_to_string("components/data_table.html", context)
    assert '<th scope="row">CREW1</th>' in html
    assert '<td data-label="Cards" class="num"><a href="/rows/">12</a></td>' in html
