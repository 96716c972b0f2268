"""What readers see of regulations and the Service Guide."""

from policies.views.guide import service_guide
from policies.views.library import regulation_editions, regulation_list
from policies.views.marks import regulation_marks
from policies.views.reading import regulation_detail, regulation_edition, regulation_receipt

__all__ = [
    "regulation_detail",
    "regulation_edition",
    "regulation_editions",
    "regulation_list",
    "regulation_marks",
    "regulation_receipt",
    "service_guide",
]
