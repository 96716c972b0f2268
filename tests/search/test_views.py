"""The page of results: one box, the words marked, the kinds with their numbers, and an answer to whatever is typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.search.conftest import Shelf


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    shelf.put(
        "a",
        "4.5.3 觀察報告",
        "客戶投訴應<b>及時</b>處理",
        number="4.5.3",
        url="/regulations/x/#c-4.5.3",
        context="安全規定",
    )
    shelf.put("b", "服務指南", "投訴電話", kind="guide", number="G-1")
    shelf.put("c", "舊規定", "投訴", in_force=False)
    shelf.index()
    return shelf


def page(client: Client, **parameters: object) -> str:
    response = client.get("/search/", parameters)
    assert response.status_code == 200
    return response.content.decode()


def test_the_words_are_marked_and_the_rest_is_escaped(full: Shelf, client: Client) -> None:
    html = page(client, q="投诉")
    assert "客戶<mark>投訴</mark>應&lt;b&gt;及時&lt;/b&gt;處理" in html
    assert 'href="/regulations/x/#c-4.5.3"' in html


def test_a_number_stands_once(full: Shelf, client: Client) -> None:
    html = page(client, q="4.5.3")
    link = re.search(r'<a href="/regulations/x/#c-4.5.3">(.*?)</a>', html)
    assert link
    assert link[1] == "<mark>4.5.3</mark> 觀察報告"
    assert '<span class="num">G-1</span> 服務指南' in page(client, q="服務指南").replace("<mark>", "").replace(
        "</mark>", ""
    )


def test_kinds_are_filters_with_numbers(full: Shelf, client: Client) -> None:
    html = page(client, q="投訴")
    assert re.search(r'href="\?q=%E6%8A%95%E8%A8%B4&amp;kind=guide"[^>]*>[^<]+<span class="count num">1</span>', html)
    only = page(client, q="投訴", kind="guide")
    assert "投訴</mark>電話" in only
    assert "客戶" not in only
    assert 'name="kind" value="guide"' in only


def test_old_passages_say_so(full: Shelf, client: Client) -> None:
    assert page(client, q="舊規定").count("tone-warning") == 1
    assert "tone-warning" not in page(client, q="4.5.3")


def test_before_anything_is_typed(full: Shelf, client: Client) -> None:
    html = page(client)
    assert "autofocus" in html
    assert "empty-state" in html


@pytest.mark.parametrize("query", ["鯨魚", "😀", '"', "*", "   ", "\0", "%", "<script>alert</script>", "'; DROP TABLE"])
def test_whatever_is_typed_gets_a_page_and_stays_in_the_box(full: Shelf, client: Client, query: str) -> None:
    html = page(client, q=query)
    assert "empty-state" in html
    assert "<script>alert" not in html


def test_advice_when_nothing_is_found_depends_on_who_asks(
    full: Shelf, client: Client, signed_in: Callable[[str], Client]
) -> None:
    visitor, employee = page(client, q="鯨魚"), page(signed_in("employee"), q="鯨魚")
    sign_in = 'class="btn btn-outline-primary" href="/accounts/login/'
    assert sign_in in visitor
    assert sign_in not in employee
    other_kind = page(client, q="服務指南", kind="clause")
    assert re.search(r'class="btn btn-outline-primary" href="\?q=[^"&]+"', other_kind)


def test_too_much_is_refused_with_a_sentence_and_kept(full: Shelf, client: Client) -> None:
    typed = "投訴" * 150
    response = client.get("/search/", {"q": typed})
    html = response.content.decode()
    assert response.status_code == 400
    assert "200" in html
    assert f'value="{typed}"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "٣", "²", "1e9", "9" * 400, "99999999999999999999"])
def test_odd_page_numbers_get_a_page(full: Shelf, client: Client, number: str) -> None:
    assert "<mark>" in page(client, q="投訴", page=number)


def test_pages(shelf: Shelf, client: Client) -> None:
    for number in range(23):
        shelf.put(f"k{number}", f"巡查{number}")
    shelf.index()
    second = page(client, q="巡查", page=2)
    assert second.count('class="search-hit"') == 10
    assert 'rel="prev"' in second
    assert 'rel="next"' in second
    assert page(client, q="巡查", page=3).count('class="search-hit"') == 3
    assert page(client, q="巡查", page=50).count('class="search-hit"') == 3  # the last page instead of an empty one
    assert 'aria-current="page">3<' in page(client, q="巡查", page=50)


def test_the_page_is_nobody_elses(full: Shelf, client: Client) -> None:
    response = client.get("/search/", {"q": "投訴"})
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert client.post("/search/", {"q": "投訴"}).status_code == 405
    assert client.head("/search/", {"q": "投訴"}).status_code == 200


@pytest.mark.parametrize(("language", "marked"), [("zh-hant", "投訴"), ("zh-hans", "投诉"), ("en", "投訴")])
def test_the_marks_survive_the_change_of_script(full: Shelf, client: Client, language: str, marked: str) -> None:
    client.cookies["language"] = language
    assert f"<mark>{marked}</mark>" in page(client, q="投訴")


def test_a_page_of_results_needs_few_queries(
    full: Shelf, signed_in: Callable[[str], Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = signed_in("employee")
    page(client, q="投訴")
    with django_assert_max_num_queries(11):  # the bell among them
        page(client, q="投訴")
