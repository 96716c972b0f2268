"""What readers see of regulations and the Service Guide."""

from policies.views.guide import guide_booklet, guide_changes, guide_edition, guide_editions, service_guide
from policies.views.library import regulation_editions, regulation_list
from policies.views.reading import regulation_detail, regulation_edition, regulation_receipt

__all__ = [
    "guide_booklet",
    "guide_changes",
    "guide_edition",
    "guide_editions",
    "regulation_detail",
    "regulation_edition",
    "regulation_editions",
    "regulation_list",
    "regulation_receipt",
    "service_guide",
]
