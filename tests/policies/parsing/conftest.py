from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Iterator[None]:
    """The report is translated; these tests read its source sentences."""
    with translation.override("en"):
        yield
