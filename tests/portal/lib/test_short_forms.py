"""A short form is read by the quick parser as Django's reads it; what is not short or not plain, by Django's."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from portal.lib import short_forms
from portal.lib.short_forms import LONGEST, ShortForms

END = "--b--\r\n"


def part(name: str, value: str | bytes, *headers: str, more: str = "") -> bytes:
    head = "\r\n".join([f'--b\r\nContent-Disposition: form-data; name="{name}"{more}', *headers])
    return head.encode() + b"\r\n\r\n" + (value.encode() if isinstance(value, str) else value) + b"\r\n"


def field(number: int) -> bytes:
    return part(f"f{number}", str(number))


BODIES: dict[str, bytes] = {
    "fields in three scripts": part("subject", "浴室天花板漏水 😀") + part("text", "a\r\nb\n\nc ") + END.encode(),
    "a name twice": part("steps", "praise") + part("steps", "thank") + END.encode(),
    "nothing typed": part("house", "") + END.encode(),
    "a file input left empty": part("a", "1")
    + part("files", "", "Content-Type: application/octet-stream", more='; filename=""')
    + END.encode(),
    "a file": part("a", "1")
    + part("files", b"\x00\xff", "Content-Type: image/png", more='; filename="甲.png"')
    + END.encode(),
    "a file by the newer writing": part("f", b"x", more="; filename*=UTF-8''%E7%94%B2.png") + END.encode(),
    "base64": part("a", "5ryP5rC0", "Content-Transfer-Encoding: base64") + END.encode(),
    "bytes that are no text": part("a", b"\xff\xfe") + END.encode(),
    "quotes in a name": part('a\\"b', "1") + END.encode(),
    "a dash too many in the text": part("a", "--b and --b-- too\r\n--bc") + END.encode(),
    "a part without a name": b"--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + part("a", "1") + END.encode(),
    "a part without a header": b"--b\r\n\r\n1\r\n" + part("a", "1") + END.encode(),
    "no end": part("a", "1"),
    "cut short": part("a", "1") + part("b", "2")[:-9],
    "nothing but the end": END.encode(),
    "no part at all": b"rubbish",
    "something before": b"hello\r\n" + part("a", "1") + END.encode(),
    "something after": part("a", "1") + END.encode() + b"bye",
    "a hundred and one fields": b"".join(field(number) for number in range(101)) + END.encode(),
    "more fields than are taken": b"".join(field(number) for number in range(1003)) + END.encode(),
    "a long text": part("a", "漏" * LONGEST) + END.encode(),
}  # fmt: skip
FAULTS = (MultiPartParserError, TooManyFieldsSent)


def read(body: bytes, *, quickly: bool) -> Any:
    request = HttpRequest()
    handlers: list[Any] = [MemoryFileUploadHandler(request)]
    if quickly:
        handlers.insert(0, ShortForms(request))
    request.upload_handlers = handlers  # type: ignore[assignment]
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=b", "CONTENT_LENGTH": str(len(body))}
    try:
        fields, files = MultiPartParser(meta, BytesIO(body), handlers, "utf-8").parse()
    except FAULTS as fault:
        return type(fault)
    return dict(fields.lists()), {name: [(one.name, one.read()) for one in some] for name, some in files.lists()}


@pytest.mark.parametrize("name", BODIES)
def test_what_is_read_is_what_django_reads(name: str) -> None:
    assert read(BODIES[name], quickly=True) == read(BODIES[name], quickly=False)


def test_the_quick_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the table above would compare Django with itself."""
    slow: list[bytes] = []

    def note(meta: Any, stream: Any, *more: Any) -> Any:
        slow.append(stream.getvalue())
        return MultiPartParser(meta, stream, *more)

    monkeypatch.setattr(short_forms, "MultiPartParser", note)
    for body in BODIES.values():
        read(body, quickly=True)
    plain = {"fields in three scripts", "a name twice", "nothing typed", "a file input left empty"}
    assert not [name for name in plain if BODIES[name] in slow]
    assert [name for name in ("a file", "a file by the newer writing", "base64") if BODIES[name] not in slow] == []
