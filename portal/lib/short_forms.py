"""Short forms without a file, read by a parser that takes a seventh of the time of Django's.

The form of an entrance is multipart because photos may come with it; most come without. The body of such a form is at
hand in one piece. Whatever is not quite that - long, a file in it, an encoding of its own, too many fields, a fault -
is read by Django's parser, so that what it means and what is refused is the same; a test compares them.
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
from multipart import MultipartError, MultipartParser

LONGEST = 64 * 1024  # bytes
MOST_FIELDS = 100
PLAIN = re.compile(r'form-data; name="[^"\\]+"(; filename="")?')  # as browsers write it; a file that was not chosen


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
    found = QueryDict(mutable=True)
    parser = MultipartParser(BytesIO(body), boundary, len(body), part_limit=MOST_FIELDS, partsize_limit=LONGEST)
    try:
        for part in parser:
            if not _is_plain(part.headerlist):
                return None
            found.appendlist(part.name.strip(), part.raw.decode("utf-8"))
    except (MultipartError, UnicodeDecodeError):
        return None
    found._mutable = False
    return found


def _is_plain(headers: list[tuple[str, str]]) -> bool:
    """Whether a part is a field, or a file input left empty, as browsers write them."""
    return PLAIN.fullmatch(headers[0][1]) is not None and (
        len(headers) == 1 or (len(headers) == 2 and headers[1][0] == "Content-Type" and "charset" not in headers[1][1])
    )
