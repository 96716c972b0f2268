"""States of a work order, and the one table of its transitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(models.TextChoices):
    DRAFTED = "drafted", pgettext_lazy("work order", "Drafted")
    PRICED = "priced", _("Price shown")
    ACCEPTED = "accepted", _("Ready to start")
    IN_PROGRESS = "in_progress", pgettext_lazy("work order", "In progress")
    FINISHED = "finished", pgettext_lazy("work order", "Finished")
    REWORK = "rework", _("In rework")
    CANCELLED = "cancelled", pgettext_lazy("work order", "Cancelled")


class AcceptedHow(models.TextChoices):
    """How the customer said yes to the price (SRV-07)."""

    SCREEN = "screen", _("On the customer's own screen")
    SIGNATURE = "signature", _("Signed on the phone")
    TYPED = "typed", _("Name typed on the phone")
    CALL = "call", _("By a call that was written down")


class DefectSource(models.TextChoices):
    """Who said that the defect is still there (SRV-11)."""

    CUSTOMER = "customer", _("The customer, on the page of the order")
    HOTLINE = "hotline", _("The customer, by phone")
    REVISIT = "revisit", _("A revisit")


OPEN = frozenset(
    {OrderState.DRAFTED, OrderState.PRICED, OrderState.ACCEPTED, OrderState.IN_PROGRESS, OrderState.REWORK}
)
NOT_BEGUN = frozenset({OrderState.DRAFTED, OrderState.PRICED, OrderState.ACCEPTED})
# The work was done, whether or not it is being done once more.
DONE = frozenset({OrderState.FINISHED, OrderState.REWORK})

# verb: (the states it may start from, the state it leads to). None: the state stays.
TRANSITIONS: dict[str, tuple[frozenset[OrderState], OrderState | None]] = {
    "price": (frozenset({OrderState.DRAFTED, OrderState.PRICED}), OrderState.PRICED),
    "accept": (frozenset({OrderState.PRICED}), OrderState.ACCEPTED),
    "assign": (NOT_BEGUN | {OrderState.IN_PROGRESS}, None),
    # A chargeable order starts from “accepted” alone: see actions.working.start_order (SRV-07).
    "start": (frozenset({OrderState.PRICED, OrderState.ACCEPTED}), OrderState.IN_PROGRESS),
    "sign_step": (frozenset({OrderState.IN_PROGRESS}), None),
    "add_photos": (frozenset({OrderState.ACCEPTED, OrderState.PRICED, OrderState.IN_PROGRESS}), None),
    "finish": (frozenset({OrderState.IN_PROGRESS}), OrderState.FINISHED),
    "report_defect": (frozenset({OrderState.FINISHED}), OrderState.REWORK),
    "settle": (frozenset({OrderState.REWORK}), OrderState.FINISHED),
    "cancel": (NOT_BEGUN | {OrderState.IN_PROGRESS}, OrderState.CANCELLED),
}
TONES = {
    OrderState.DRAFTED: "accent",
    OrderState.PRICED: "accent",
    OrderState.ACCEPTED: "info",
    OrderState.IN_PROGRESS: "info",
    OrderState.FINISHED: "success",
    OrderState.REWORK: "danger",
    OrderState.CANCELLED: "neutral",
}
# The purposes of an order's files.
BEFORE, AFTER, SIGNATURE = "before", "after", "signature"
