"""The kinds of things that search finds, with the words for them on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# In the order in which the filters stand. An unknown kind is shown under the label of its source, after these.
KIND_LABELS: dict[str, Any] = {
    "clause": _("Clauses"),
    "ruling": _("Rulings"),
    "guide": _("Service Guide"),
    "notice": _("Notices"),
    "document": _("Documents"),
    "bulletin": _("Bulletins"),
}
