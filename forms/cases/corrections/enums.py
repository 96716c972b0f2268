"""States of plan items, preventive measures and reports, with their tables of transitions."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ItemState(models.TextChoices):
    """An item of a plan: carried out by its owner, looked at by the company (SRV-19)."""

    OPEN = "open", pgettext_lazy("item of a plan", "To do")
    REPORTED = "reported", pgettext_lazy("item of a plan", "Proof to be looked at")
    ACCEPTED = "accepted", pgettext_lazy("item of a plan", "Done")
    DROPPED = "dropped", pgettext_lazy("item of a plan", "Left out")

    @property
    def tone(self) -> str:
        return {"open": "info", "reported": "accent", "accepted": "success"}.get(self.value, "neutral")


class Method(models.TextChoices):
    WHYS = "whys", _("5-why: ask why, again and again")
    FISHBONE = "fishbone", _("Fishbone: by branches")


class Branch(models.TextChoices):
    """The branches of a fishbone, in their order."""

    PEOPLE = "people", pgettext_lazy("branch of a fishbone", "People")
    PROCEDURE = "procedure", pgettext_lazy("branch of a fishbone", "Procedure")
    EQUIPMENT = "equipment", pgettext_lazy("branch of a fishbone", "Equipment")
    MATERIAL = "material", pgettext_lazy("branch of a fishbone", "Material")
    ENVIRONMENT = "environment", pgettext_lazy("branch of a fishbone", "Environment")
    MANAGEMENT = "management", pgettext_lazy("branch of a fishbone", "Management")


class PreventionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("preventive measure", "To do")
    DONE = "done", pgettext_lazy("preventive measure", "Done, effect to be verified")
    EFFECTIVE = "effective", pgettext_lazy("preventive measure", "Effective")
    NOT_EFFECTIVE = "not_effective", pgettext_lazy("preventive measure", "Not effective")

    @property
    def tone(self) -> str:
        tones = {"open": "info", "done": "accent", "effective": "success", "not_effective": "danger"}
        return tones[self.value]


class Follow(models.TextChoices):
    """What follows a measure without effect: it is never the end."""

    MEASURE = "measure", _("A new preventive measure")
    PLAN = "plan", _("The corrective plan is taken up again")


class ReportState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("corrective-action report", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("corrective-action report", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("corrective-action report", "Approved, not published")
    PUBLISHED = "published", pgettext_lazy("corrective-action report", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("corrective-action report", "Withdrawn")

    @property
    def tone(self) -> str:
        tones = {"draft": "info", "submitted": "accent", "approved": "accent", "published": "success"}
        return tones.get(self.value, "neutral")


class Section(models.TextChoices):
    """The parts of a corrective-action report, in their order; each is a field of the report."""

    FACTS = "facts", _("What was complained about")
    COURSE = "course", _("What happened, step by step")
    CAUSE = "cause", _("Cause")
    PLAN = "plan", _("Corrective plan and how it was carried out")
    PREVENTION = "prevention", _("So that it does not happen again")
    REVISIT = "revisit", _("What the customer said afterwards")
    LESSON = "lesson", _("What all of us take from it")


class Trace(models.TextChoices):
    """What in a text points at somebody (see redaction.py)."""

    CUSTOMER = "customer", _("Name of the customer")
    HOUSE = "house", pgettext_lazy("trace", "House")
    PHONE = "phone", pgettext_lazy("trace", "Phone number")
    MAIL = "mail", pgettext_lazy("trace", "E-mail address")
    STAFF = "staff", _("Somebody on the staff")
    PERSON = "person", _("A person, by title or post")
    IDENTITY = "identity", _("Identity number")
    OFFICE = "office", _("The office or estate it is about")
    NUMBER = "number", _("Number of the case")


ITEM_TRANSITIONS = {
    "report": (frozenset({ItemState.OPEN}), ItemState.REPORTED),
    "accept": (frozenset({ItemState.REPORTED}), ItemState.ACCEPTED),
    "return": (frozenset({ItemState.REPORTED}), ItemState.OPEN),
    "drop": (frozenset({ItemState.OPEN}), ItemState.DROPPED),
}
PREVENTION_TRANSITIONS = {
    "done": (frozenset({PreventionState.OPEN}), PreventionState.DONE),
    "effective": (frozenset({PreventionState.DONE}), PreventionState.EFFECTIVE),
    "not_effective": (frozenset({PreventionState.DONE}), PreventionState.NOT_EFFECTIVE),
}
REPORT_TRANSITIONS = {
    "edit": (frozenset({ReportState.DRAFT}), None),
    "confirm": (frozenset({ReportState.DRAFT, ReportState.SUBMITTED}), None),
    "submit": (frozenset({ReportState.DRAFT}), ReportState.SUBMITTED),
    "return": (frozenset({ReportState.SUBMITTED, ReportState.APPROVED}), ReportState.DRAFT),
    "approve": (frozenset({ReportState.SUBMITTED}), ReportState.APPROVED),
    "publish": (frozenset({ReportState.APPROVED}), ReportState.PUBLISHED),
    "withdraw": (frozenset({ReportState.PUBLISHED}), ReportState.WITHDRAWN),
}

UNFINISHED = frozenset({ItemState.OPEN, ItemState.REPORTED})
ON_ITS_WAY = frozenset({ReportState.DRAFT, ReportState.SUBMITTED, ReportState.APPROVED})
FEWEST_WHYS, MOST_WHYS = 2, 5
EFFECT_AFTER = timedelta(days=90)  # of the day the measure was done
EFFECT_TERM = timedelta(days=14)  # within which somebody looks whether it worked
REPORT_TERM = timedelta(days=30)  # after a major complaint is closed
ASKED_FOR = timedelta(days=180)  # so long a report asks for a receipt on the home page
LONGEST_TEXT, LONGEST_SECTION = 2000, 6000
