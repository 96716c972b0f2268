"""The three languages of the interface: nothing untranslated, nothing forgotten, each page in the language asked for.

The pages are read with catalogues compiled here, so these tests do not depend on what lies about as .mo.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import opencc
import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from portal.lib import catalogues
from portal.lib.catalogues import (
    Message,
    placeholders,
    read_catalogue,
    simplified_catalogue,
    to_mainland,
    write_catalogue,
)
from portal.lib.middleware import LANGUAGE_COOKIE, ScriptMiddleware
from portal.org.management.commands import fill_translations

LOCALE = project.BASE_DIR / "portal" / "locale"
ROOMS = ("portal", "home", "policies", "forms", "search", "templates")
LANGUAGES = ("zh_Hant", "zh_Hans")
HAN = re.compile("[\u3400-\u9fff]+")


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> list[Message]:
    return read_catalogue(path_of(language).read_text(encoding="utf-8"))


# ---- the catalogues --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Message]:
    """What `makemessages` finds in the sources as they are now, collected in a copy."""
    copy = tmp_path_factory.mktemp("sources")

    def other_files(folder: str, names: list[str]) -> set[str]:
        kept = {n for n in names if Path(folder, n).is_dir() or n.endswith((".py", ".html", ".txt"))}
        return set(names) - kept | {"locale", "static", "__pycache__"}

    for room in ROOMS:
        shutil.copytree(project.BASE_DIR / room, copy / room, ignore=other_files)
    (copy / "locale").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hant", "--no-wrap", "--no-location"]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return read_catalogue((copy / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8"))


def test_every_source_string_is_in_the_catalogue_and_no_other(sources):
    found, known = {m.key for m in sources}, {m.key for m in catalogue("zh_Hant")}
    new, gone = found - known, known - found
    assert not new, "run `make translations` and translate the new strings"
    assert not gone, "run `make translations`: no source holds these strings any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_waits_for_a_translation(language):
    waiting = [m.msgid for m in catalogue(language) if m.is_fuzzy or not all(m.texts)]
    assert not waiting


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_holds_the_placeholders_of_its_source(language):
    """Chinese has one form for one and many: it follows the plural, which shows the number in every language."""
    for message in catalogue(language)[1:]:
        wanted = {tuple(placeholders(text)) for text in (message.msgid, message.plural) if text}
        for text in message.texts:
            assert tuple(placeholders(text)) in wanted, message.msgid


def test_the_simplified_catalogue_is_made_from_the_traditional_one():
    made = write_catalogue(simplified_catalogue(catalogue("zh_Hant")))
    assert made == path_of("zh_Hans").read_text(encoding="utf-8"), "run `make translations`"


@pytest.mark.parametrize(("language", "towards"), [("zh_Hant", "s2t"), ("zh_Hans", "t2s")])
def test_a_catalogue_is_written_in_one_script(language, towards):
    """Characters that mean something in both scripts (后, 里, 干, 于) decide nothing: big5 and gb2312 know them all."""
    converter = opencc.OpenCC(towards)
    other_set = "big5" if language == "zh_Hant" else "gb2312"
    for message in catalogue(language)[1:]:
        for character in HAN.findall("".join(message.texts)):
            strange = [c for c in character if converter.convert(c) != c and not encodable(c, other_set)]
            assert not strange, (message.msgid, strange)


def encodable(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def test_chinese_punctuation_is_full_width():
    for message in catalogue("zh_Hant")[1:]:
        for text in message.texts:
            assert not re.search("[\u3400-\u9fff][,;:?!]|[\u3400-\u9fff]\\.(?![a-z])|[“”]", text), text


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("搜尋檔案", "搜索文件"),
        ("請登入帳號", "请登录账号"),
        ("「%(name)s」的連結", "“%(name)s”的链接"),
        ("列印 PDF", "打印 PDF"),
    ],
)
def test_words_of_the_mainland(traditional, simplified, monkeypatch):
    assert to_mainland(traditional) == simplified
    monkeypatch.setattr(catalogues, "_WORDS", re.compile("(?!)"))
    assert to_mainland(traditional) != simplified or "「" in traditional


def test_a_catalogue_is_read_as_it_was_written():
    text = path_of("zh_Hant").read_text(encoding="utf-8")
    assert write_catalogue(read_catalogue(text)) == text
    odd = Message('a\n"b"\t%(n)s', "where", "as\n%(n)s", ["一\n%(n)s\\"], ["#, python-format"])
    (back,) = read_catalogue(write_catalogue([odd]))
    assert back == odd
    with pytest.raises(ValueError, match="line 2"):
        read_catalogue('msgid "a"\nmsgstr b\n')


def test_what_the_libraries_lack_in_traditional_chinese_is_made_from_simplified():
    made = {message.msgid: message for message in fill_translations.missing_messages()}
    assert len(made) > 100
    assert not {m.key for m in made.values()} & {m.key for m in catalogue("zh_Hant")}
    odd = Message("{} new, {} skipped", texts=["新增{}條"])
    assert not fill_translations.holds_its_placeholders(odd)
    assert all(map(fill_translations.holds_its_placeholders, made.values()))
    compiled = subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", "-"],
        input=write_catalogue([fill_translations.HEADER, *made.values()]).encode(),
        capture_output=True,
    )
    assert compiled.returncode == 0, compiled.stderr.decode()


# ---- pages in three languages ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locale folder with fresh .mo files of the catalogues."""
    folder = tmp_path_factory.mktemp("locale")
    for language in LANGUAGES:
        target = folder / language / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True)
        subprocess.run(["msgfmt", "--check-format", "-o", str(target), str(path_of(language))], check=True)
    return folder


@pytest.fixture
def as_installed(compiled: Path, settings: Any) -> Iterator[None]:
    """The languages as an installation has them: Traditional Chinese unless somebody asks for another."""
    settings.LOCALE_PATHS = [compiled]
    settings.LANGUAGE_CODE = "zh-hant"
    with translation.override("zh-hant"):
        yield


class Words(HTMLParser):
    """What a reader meets on a page: text, and the attributes that are read out. Leaves out `data-as-written`."""

    SPOKEN = ("title", "alt", "aria-label", "placeholder")
    VOID = ("meta", "link", "input", "img", "br", "hr", "use", "source")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language, self.found, self._open = "", [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag not in self.VOID:
            hidden = given.get("aria-hidden") == "true" or tag in {"script", "style", "code"}
            self._open.append((tag, hidden or "data-as-written" in given))
        if not self._quiet:
            self.found += [given[name] or "" for name in self.SPOKEN if name in given]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(data)

    @property
    def _quiet(self) -> bool:
        return any(quiet for _, quiet in self._open)


PAGES = [  # (who, address)
    (None, "/"),
    (None, "/accounts/login/"),
    (None, "/regulations/"),
    (None, "/search/?q=zzzz"),
    (None, "/track/"),
    (None, "/nowhere/"),
    ("clerk", "/"),
    ("clerk", "/desk/cases/"),
    ("employee", "/regulations/"),
    ("unit_manager", "/desk/cards/"),
    ("unit_manager", "/desk/cards/areas/"),
    ("quality_officer", "/desk/surveys/"),
    ("employee", "/accounts/2fa/"),
    ("employee", "/accounts/password/change/"),
    ("employee", "/accounts/logout/"),
]
# Latin letters that belong on a Chinese page.
LATIN = re.compile(
    r"\b(?:Enter|PDF|JPEG|PNG|WebP|MB|JavaScript|Cookie|localhost|HEIC|Q[1-4]|W\d\d|S\d{4}|[\d.]+|zzzz)\b"
)


def read_page(open_page: Callable[[str | None], Client], who: str | None, address: str, language: str) -> Words:
    client = open_page(who)
    client.cookies[LANGUAGE_COOKIE] = language
    response = client.get(address)
    assert response.status_code == (404 if "nowhere" in address else 200), address
    assert response.headers["Content-Language"] == language
    return Words(response.content.decode())


@pytest.fixture
def open_page(signed_in: Callable[[str], Client]) -> Callable[[str | None], Client]:
    return lambda who: signed_in(who) if who else Client()


@pytest.fixture
def names(company: Any) -> re.Pattern[str]:
    """What people wrote, in both scripts: names of the organisation, its units and people."""
    written = [project.ORGANISATION_NAME]
    written += [unit.name for unit in company.units.values()] + [person.name for person in company.people.values()]
    written += [user.username for user in company.users.values()] + [post.title for post in company.posts.values()]
    written += [opencc.OpenCC("t2s").convert(name) for name in written]
    return re.compile("|".join(sorted(map(re.escape, written), key=len, reverse=True)))


def strange_words(open_page: Any, language: str, is_strange: Callable[[str], Any]) -> dict[tuple[str | None, str], Any]:
    """For each page that has any: the texts that do not belong on a page in `language`."""
    pages = {(who, address): read_page(open_page, who, address, language) for who, address in PAGES}
    assert {page.language for page in pages.values()} == {language}
    found = {place: [text for text in page.found if is_strange(text)] for place, page in pages.items()}
    return {place: texts for place, texts in found.items() if texts}


def test_english_pages_show_no_chinese_words(as_installed, open_page, names):
    assert not strange_words(open_page, "en", lambda text: HAN.search(names.sub("", text)))


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_chinese_pages_show_no_english_words(as_installed, open_page, names, language):
    def is_strange(text: str) -> Any:
        return re.search("[A-Za-z]{2,}", LATIN.sub("", names.sub("", text)))

    assert not strange_words(open_page, language, is_strange)


def test_simplified_pages_show_no_traditional_characters(as_installed, open_page):
    converter = opencc.OpenCC("t2s")

    def is_strange(text: str) -> list[str]:
        return [c for c in text if converter.convert(c) != c and not encodable(c, "gb2312")]

    assert not strange_words(open_page, "zh-hans", is_strange)


def test_the_switch_keeps_the_language_and_goes_back(as_installed, db):
    client = Client()
    response = client.post("/language/", {"language": "zh-hans", "next": "/track/"})
    assert (response.status_code, response["Location"]) == (302, "/track/")
    assert client.cookies[LANGUAGE_COOKIE].value == "zh-hans"
    page = client.get("/track/")
    assert Words(page.content.decode()).language == "zh-hans"
    assert "查询" in page.content.decode()
    assert "Cookie" in page.headers["Vary"]


@pytest.mark.parametrize("form", [{"language": "xx"}, {}, {"language": "zh-hans' OR 1"}])
def test_an_unknown_language_changes_nothing(as_installed, db, form):
    client = Client()
    assert client.post("/language/", {**form, "next": "//elsewhere.example/"})["Location"] == "/"
    assert LANGUAGE_COOKIE not in client.cookies
    assert Words(client.get("/track/").content.decode()).language == "zh-hant"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "zh-hant"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-HK,en;q=0.5", "zh-hant"),
        ("en-GB", "en"),
        ("fr,de;q=0.5", "zh-hant"),
        ("fr,en;q=0.5", "en"),
    ],
)
def test_a_browser_is_answered_in_its_language(as_installed, db, asked, given):
    response = Client(headers={"accept-language": asked}).get("/track/")
    assert Words(response.content.decode()).language == given


# ---- what people wrote, in the other script --------------------------------------------------------------------------

TYPED = """<p title="投訴">投訴</p><input value="投訴" placeholder="投訴"><textarea>投訴</textarea>
<p data-as-written>投訴</p><option>投訴</option><option value="投訴">投訴</option>"""


def through_script_middleware(html: str, language: str, path: str = "/", content_type: str = "text/html") -> str:
    request = RequestFactory().get(path)
    request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    return ScriptMiddleware(lambda _: HttpResponse(html, content_type=content_type))(request).content.decode()


def test_content_is_shown_in_the_readers_script_and_typed_text_is_not():
    shown = through_script_middleware(TYPED, "zh-hans")
    assert '<p title="投诉">投诉</p>' in shown
    assert '<input value="投訴" placeholder="投诉">' in shown
    assert "<textarea>投訴</textarea>" in shown
    assert "<p data-as-written>投訴</p>" in shown
    assert "<option>投訴</option>" in shown  # its text is its value
    assert '<option value="投訴">投诉</option>' in shown


@pytest.mark.parametrize(
    ("language", "path", "content_type"),
    [
        ("en", "/", "text/html"),
        ("zh-hant", "/", "text/html"),
        ("zh-hans", "/admin/pages/", "text/html"),
        ("zh-hans", "/", "text/csv"),
    ],
)
def test_other_answers_stay_as_written(language, path, content_type):
    assert through_script_middleware(TYPED, language, path, content_type) == TYPED


def test_a_search_keeps_the_words_that_were_typed(as_installed, db):
    client = Client()
    client.cookies[LANGUAGE_COOKIE] = "zh-hans"
    html = client.get("/search/", {"q": "投訴"}).content.decode()
    assert 'value="投訴"' in html


# ---- scripts ---------------------------------------------------------------------------------------------------------


def test_scripts_hold_no_words_of_the_interface():
    """A script takes its words from data attributes of the page, which are translated."""
    for path in (project.BASE_DIR / "portal" / "static" / "portal" / "js").glob("*.js"):
        code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        literals = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", code)
        spoken = [s for s in literals if HAN.search(s) or re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", s)]
        assert not spoken, path.name
