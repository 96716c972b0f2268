"""`manage.py read_mail`: reads the customers' mailbox now; each mail becomes a case, a customer's word, or a line."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from forms.cases.calls.collecting import collect
from forms.cases.calls.enums import MailState
from forms.cases.calls.mailboxes import MailboxGone


class Command(BaseCommand):
    help = "Read the customers' mailbox (PORTAL_MAIL_INTAKE): each mail becomes a case, or a line for the clerk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", default="", help="another maildir than that of the setting")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        address = f"maildir:{options['maildir']}" if options["maildir"] else settings.MAIL_INTAKE
        if not address:
            raise CommandError(_("No mailbox is set: name it in PORTAL_MAIL_INTAKE, or with --maildir."))
        try:
            done = collect(address)
        except (MailboxGone, ImproperlyConfigured) as problem:
            raise CommandError(_("The mailbox cannot be read: %(why)s") % {"why": problem}) from problem
        counts = {state.value: done[state.value] for state in MailState} | {"waits": done["waits"]}
        if options["format"] == "json":
            self.stdout.write(json.dumps(counts))
        else:
            said = _(
                "%(case)d new cases, %(added)d added, %(ignored)d automatic, %(quarantined)d set aside, %(waits)d wait."
            )
            self.stdout.write(said % counts)
        if done["waits"]:
            raise CommandError(_("Some mails could not be written down; they stay where they are."))
