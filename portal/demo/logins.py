"""One account for every role (two editors: nobody reviews his own text), and what a newcomer tries with it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.lib.registries import DemoLogin
from portal.org.enums import Role

# The demo company has no secrets: the password is shown on the login page and printed by `make run`.
PASSWORD = "demo-portal"

_LOGINS = [
    ("administrator", Role.ADMINISTRATOR, _("Appoint somebody to a post; read the journal.")),
    ("editor", Role.EDITOR, _("Import a regulation, edit a clause, submit it; compose a bulletin.")),
    ("second_editor", Role.EDITOR, _("Review what the editor submitted, before a third person approves it.")),
    ("approver", Role.APPROVER, _("Approve what was reviewed and issue the edition.")),
    ("employee", Role.EMPLOYEE, _("Read what waits for you and confirm it with a receipt.")),
    ("crew_leader", Role.CREW_LEADER, _("Fill an observation card of your shift.")),
    ("unit_manager", Role.UNIT_MANAGER, _("See the cards of your crew and its quarterly bulletin.")),
    ("clerk", Role.CLERK, _("Acknowledge, assign, answer and close a complaint.")),
    ("director", Role.DIRECTOR, _("See what is open and late in your office.")),
    ("quality_officer", Role.QUALITY_OFFICER, _("Follow the complaints of every office.")),
    ("sales_person", Role.SALES_PERSON, _("Read the conduct rules of the sales office.")),
    ("finance_clerk", Role.FINANCE_CLERK, _("Find a rule by a word or a number.")),
    ("customer", Role.CUSTOMER, _("File a complaint with photos and follow it.")),
]


def demo_logins() -> list[DemoLogin]:
    """At least one login a role, in the order of the duties."""
    return [DemoLogin(username, PASSWORD, role.label, hint) for username, role, hint in _LOGINS]
