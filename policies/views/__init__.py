"""What readers see of regulations and the Service Guide."""

from policies.views.comparison import regulation_compare, regulation_comparison
from policies.views.guide import guide_booklet, guide_changes, guide_edition, guide_editions, service_guide
from policies.views.library import regulation_editions, regulation_list
from policies.views.marks import regulation_marks
from policies.views.papers import regulation_pdf
from policies.views.periodic_review import regulation_review
from policies.views.reading import regulation_detail, regulation_edition, regulation_receipt

__all__ = [
    "guide_booklet",
    "guide_changes",
    "guide_edition",
    "guide_editions",
    "regulation_compare",
    "regulation_comparison",
    "regulation_detail",
    "regulation_edition",
    "regulation_editions",
    "regulation_list",
    "regulation_marks",
    "regulation_pdf",
    "regulation_receipt",
    "regulation_review",
    "service_guide",
]
