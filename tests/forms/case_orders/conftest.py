"""Orders of the first office, and cases that they belong to."""

from __future__ import annotations

from tests.forms.complaints import file_case, nothing_kept, page, private_place
from tests.forms.work_orders import services, write

__all__ = ["file_case", "nothing_kept", "page", "private_place", "services", "write"]
