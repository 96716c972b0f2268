"""Short forms without a file, taken apart in a fraction of the time of Django's parser.

The form of an entrance is multipart because photos may come with it; most come without. The body of such a form is at
hand in one piece and is cut at its boundary. Whatever is not to the letter what browsers write for plain fields - long,
a file in it, an encoding of its own, too many fields, a fault - is read by Django's parser, so that what it means and
what is refused is the same; a test compares them.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

LONGEST = 64 * 1024  # bytes
MOST_FIELDS = 100
# As browsers write it: a field, or a file that was not chosen.
PLAIN = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([\w.-]+)"(?:; filename=""(?:\r\nContent-Type: [a-z/-]+)?)?\r\n\r\n'
)


class ShortForms(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS; stores nothing itself."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: bytes,  # type: ignore[override]
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        """Fields and files of the request, or None for Django's parser."""
        if content_length > LONGEST or (encoding or settings.DEFAULT_CHARSET).lower() != "utf-8":
            return None
        body = input_data.read(content_length)
        fields = _fields_of(body, boundary)
        if fields is not None:
            return fields, MultiValueDict()
        others = [one for one in self.request.upload_handlers if one is not self] if self.request else []
        return MultiPartParser(META, BytesIO(body), others, encoding).parse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Long forms come here with their files: the handlers behind this one take them."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _fields_of(body: bytes, boundary: bytes) -> QueryDict | None:
    """What is in a body of plain fields; None for any other."""
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if before or not parts or parts.pop() not in {b"--", b"--\r\n"} or len(parts) > MOST_FIELDS:
        return None
    found = QueryDict(mutable=True)
    try:
        for part in parts:
            head = PLAIN.match(part)
            if head is None:
                return None
            found.appendlist(head[1].decode("ascii"), part[head.end() :].decode("utf-8"))
    except UnicodeDecodeError:
        return None
    found._mutable = False
    return found
