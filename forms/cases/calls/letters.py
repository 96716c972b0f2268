"""What is answered to a mail: that it came, its number and code, and which attachments were not taken."""

from __future__ import annotations

from django.utils.translation import gettext as _

from forms.cases.calls.enums import MailState
from forms.cases.calls.models import MailIn
from forms.cases.models import Case
from forms.intake.actions import tracking_code_of
from forms.intake.kinds import Mail


def answer_to_mail(case: Case, key: str) -> Mail | None:
    """The answer to the mail of this key; None when it is not about this case."""
    mail = MailIn.objects.filter(pk=int(key), case=case).first() if key.isdecimal() else None
    if mail is None or not case.contact_email:
        return None
    facts = {"number": case.number, "code": tracking_code_of(case.submission_id)}
    if mail.state == MailState.ADDED:
        subject, lines = (
            _("Added: %(number)s") % facts,
            [_("Thank you. What you wrote stands with %(number)s.") % facts],
        )
    else:
        subject = _("We received it: %(number)s") % facts
        lines = [_("Thank you. Your receipt number is %(number)s.") % facts]
    lines.append(_("With the tracking code %(code)s you see how far we are.") % facts)
    lines.append(_("To add something, answer this mail."))
    if mail.refused:
        lines.append(_("These attachments could not be taken:"))
        lines += [f"– {sentence}" for sentence in mail.refused]
    return Mail(case.contact_email, subject, "\n".join(str(line) for line in lines))
