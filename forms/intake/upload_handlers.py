"""Stops a far too large file while it arrives: only as much is kept as it takes to see that it is too large."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler

from portal.lib.middleware import ADMIN_PREFIX
from portal.lib.uploads import MAX_BYTES


class CappedUploadHandler(FileUploadHandler):
    """First in settings.FILE_UPLOAD_HANDLERS: drops what comes after MAX_BYTES + 1 bytes of a file.

    The form that comes with it is read to its end, so nothing typed is lost, and `uploads.examine` refuses the file by
    its size. Editors in the admin may send larger documents.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        path = self.request.path_info if self.request is not None else ""
        left = MAX_BYTES + 1 - start
        if path.startswith(ADMIN_PREFIX) or len(raw_data) <= left:
            return raw_data
        return raw_data[:left] if left > 0 else None

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""
        return None
