"""The verbs of hotlines, calls and mail: the only code that writes them. Each is journalled in its own transaction."""

from forms.cases.calls.actions.hotlines import add_turns, copy_week, drop_turn, in_order, set_hotline
from forms.cases.calls.actions.mails import settle_mail, take_mail
from forms.cases.calls.actions.recording import NewCall, first_words, record_call

__all__ = [
    "NewCall",
    "add_turns",
    "copy_week",
    "drop_turn",
    "first_words",
    "in_order",
    "record_call",
    "set_hotline",
    "settle_mail",
    "take_mail",
]
