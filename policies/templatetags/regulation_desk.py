"""How the journal's entries read on the desk: the name of the act, and what is worth saying about it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.journal.models import Entry

register = template.Library()

ACTS = {
    "policies.import_regulation": gettext_lazy("Imported"),
    "policies.start_draft": gettext_lazy("Draft started"),
    "policies.edit_details": gettext_lazy("Title or number changed"),
    "policies.edit_clause": gettext_lazy("Clause changed"),
    "policies.add_clause": gettext_lazy("Clause added"),
    "policies.remove_clause": gettext_lazy("Clause removed"),
    "policies.move_clause": gettext_lazy("Clause moved"),
    "policies.submit_edition": gettext_lazy("Submitted for review"),
    "policies.return_edition": gettext_lazy("Returned to the editors"),
    "policies.review_edition": gettext_lazy("Review passed"),
    "policies.approve_edition": gettext_lazy("Approved"),
    "policies.try_edition": gettext_lazy("Issued on trial"),
    "policies.issue_edition": gettext_lazy("Issued"),
    "policies.supersede_edition": gettext_lazy("Superseded"),
    "policies.withdraw_edition": gettext_lazy("Withdrawn"),
    "policies.confirm_review": gettext_lazy("Reviewed without change"),
    "policies.attach_appendix_files": gettext_lazy("Files attached"),
    "policies.remove_appendix_file": gettext_lazy("File removed"),
}


@register.filter
def act_name(entry: Entry) -> str:
    return str(ACTS.get(entry.action, entry.action))


@register.filter
def act_details(entry: Entry) -> str:
    """The reason, remark or clause of an act, in a few words."""
    data = entry.data
    number = data.get("number") if "clause" in data else ""
    parts = [
        _("clause %(number)s") % {"number": number} if number else "",
        data.get("reason", ""),
        data.get("remark", ""),
        _("from %(day)s") % {"day": data["effective_on"]} if data.get("effective_on") else "",
        _("until %(day)s") % {"day": data["until"]} if data.get("until") else "",
        _("next review %(day)s") % {"day": data["next_due"]} if data.get("next_due") else "",
        "、".join(data.get("files", [])),
    ]
    return " · ".join(str(part) for part in parts if part)
