"""What stands where personal data was: in the language of the content, shown in the reader's script."""

from __future__ import annotations

from typing import Final

ERASED: Final = "（個人資料已刪除）"
