"""Observation cards: where was looked, for how long, what was seen, said and agreed. Never who was observed.

Contract: nothing joins a card to a person except `Card.observers`. There is no field for the person observed, and none
may be added; rosters are read by the duty figures alone, never from a card. `CardAction.owner` is who mends something
afterwards: one of the observers or somebody who leads, never the person observed. `ObserverMonth` says that somebody
observed by plan in a unit and month, and how often: it leads to no card, and holds nothing that `Card.observers` does
not say.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager
from modelcluster.fields import ParentalKey

from forms.cards.enums import (
    COUNTED,
    LONGEST_NOTE,
    LONGEST_OBSERVATION,
    MOST_COUNTED,
    SHORTEST_OBSERVATION,
    CardState,
    Category,
    Step,
    SubItem,
)
from forms.intake.models import EntrancePage, EntranceQuestion
from portal.lib import clock
from portal.lib.periods import Period


class ObservationPage(EntrancePage):
    """The entrance at which staff fill in an observation card."""

    kind: ClassVar[str] = "card"
    receipt_prefix: ClassVar[str] = "O"
    template = "cards/observe.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]

    class Meta:
        verbose_name = _("entrance for observation cards")
        verbose_name_plural = _("entrances for observation cards")


class ObservationQuestion(EntranceQuestion):
    page = ParentalKey(ObservationPage, on_delete=models.CASCADE, related_name="questions")


class AreaQuerySet(models.QuerySet["Area"]):
    def open(self) -> AreaQuerySet:
        return self.filter(closed=False)


class Area(models.Model):
    """A place of work within a unit that observers can name: drill floor, mud tanks, store."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    name = models.CharField(_("area"), max_length=60)
    closed = models.BooleanField(_("no longer used"), default=False)

    objects = ScopedManager(_manager_class=AreaQuerySet.as_manager().__class__, unit="unit")

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="area_once")]

    def __str__(self) -> str:
        return self.name


class CardImport(models.Model):
    """One batch of cards read from a file. The file itself and its name are not kept."""

    at = models.DateTimeField()
    cards = models.PositiveIntegerField(default=0)
    file_digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        verbose_name = _("import of cards")
        verbose_name_plural = _("imports of cards")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} ({self.cards})"


class CardQuerySet(models.QuerySet["Card"]):
    def counted(self) -> CardQuerySet:
        """Cards that were not withdrawn."""
        return self.filter(state__in=COUNTED)

    def planned(self) -> CardQuerySet:
        return self.filter(planned=True)

    def random(self) -> CardQuerySet:
        return self.filter(planned=False)

    def in_period(self, period: Period) -> CardQuerySet:
        return self.filter(observed_on__gte=period.start, observed_on__lte=period.end)

    def for_list(self) -> CardQuerySet:
        """What the list of cards shows, newest first, with the sums of its items."""
        return (
            self.select_related("unit", "area")
            .prefetch_related("observers")
            .annotate(
                safe=models.Sum("items__safe", default=0),
                unsafe_acts=models.Sum("items__unsafe_acts", default=0),
                unsafe_conditions=models.Sum("items__unsafe_conditions", default=0),
            )
            .order_by("-observed_on", "-observed_at", "-pk")
        )


class Card(models.Model):
    """One observation. `submission` for a card filled in at the entrance, `batch` for one read from a file."""

    submission = models.OneToOneField(
        "intake.Submission", models.PROTECT, null=True, blank=True, related_name="card", verbose_name=_("submission")
    )
    batch = models.ForeignKey(CardImport, models.PROTECT, null=True, blank=True, related_name="+")
    import_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique where there is one
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    planned = models.BooleanField(_("planned"))  # what statistics count; decided when the card is taken, for good
    # Marked as random; counts as planned by the rule about daily cards (registries.daily_rule).
    kind_by_rule = models.BooleanField(_("counts as planned by the rule about daily cards"), default=False)
    observers = models.ManyToManyField("org.Person", related_name="+", verbose_name=_("observers"))
    on_behalf = models.BooleanField(_("entered for the observers"), default=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    shift = models.ForeignKey(
        "org.Shift", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    observed_on = models.DateField(_("date"))
    observed_at = models.TimeField(_("time"))
    seconds = models.PositiveIntegerField(_("seconds observed"))
    came_close = models.BooleanField(_("stopped near enough to see clearly"), default=False)
    step_stop = models.BooleanField(Step.STOP.label, default=False)
    step_praise = models.BooleanField(Step.PRAISE.label, default=False)
    step_discuss = models.BooleanField(Step.DISCUSS.label, default=False)
    step_communicate = models.BooleanField(Step.COMMUNICATE.label, default=False)
    step_inspire = models.BooleanField(Step.INSPIRE.label, default=False)
    step_thank = models.BooleanField(Step.THANK.label, default=False)
    said = models.TextField(_("what was said"), blank=True)
    agreed = models.TextField(_("what was agreed"), blank=True)
    immediate_action = models.TextField(_("immediate action"), blank=True)
    consequence = models.TextField(_("what could have followed"), blank=True)
    suggestion = models.TextField(_("suggestion"), blank=True)
    out_of_sight = models.BooleanField(_("filled in out of sight of the observed"))
    state = models.CharField(_("state"), max_length=12, choices=CardState, default=CardState.HANDED_IN)
    handed_in_at = models.DateTimeField(_("handed in"))

    objects = ScopedManager(_manager_class=CardQuerySet.as_manager().__class__, unit="unit")

    class Meta:
        verbose_name = _("observation card")
        verbose_name_plural = _("observation cards")
        indexes = [
            models.Index(fields=["unit", "observed_on"], name="card_unit_day"),
            models.Index(fields=["observed_on", "planned"], name="card_day_planned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gte=SHORTEST_OBSERVATION) & Q(seconds__lte=LONGEST_OBSERVATION),
                name="card_seconds_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(submission__isnull=False, batch__isnull=True)
                | Q(submission__isnull=True, batch__isnull=False),
                name="card_came_one_way",
            ),
            models.CheckConstraint(condition=Q(out_of_sight=True), name="card_filled_out_of_sight"),
        ]

    def __str__(self) -> str:
        return f"{self.observed_on} {self.area}"

    def get_absolute_url(self) -> str:
        return reverse("card_detail", args=[self.pk])

    @property
    def steps(self) -> list[Step]:
        """What was done after looking, in the regulation's order."""
        return [step for step in Step if getattr(self, step.column)]

    @property
    def texts(self) -> list[tuple[Any, str]]:
        """The written parts that are not empty, each with its heading."""
        names = ("said", "agreed", "immediate_action", "consequence", "suggestion")
        return [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in names if getattr(self, name)]  # type: ignore[union-attr]


class CardItem(models.Model):
    """What was counted in one of the six categories. A category in which nothing was counted has no row."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="items")
    category = models.CharField(_("category"), max_length=12, choices=Category)
    safe = models.PositiveSmallIntegerField(_("safe"), default=0)
    unsafe_acts = models.PositiveSmallIntegerField(_("unsafe acts"), default=0)
    unsafe_conditions = models.PositiveSmallIntegerField(_("unsafe conditions"), default=0)
    sub_items = models.JSONField(_("sub-items"), default=list, blank=True)  # codes of enums.SubItem
    note = models.CharField(_("what was seen"), max_length=LONGEST_NOTE, blank=True)
    action = models.CharField(_("what was done about it at once"), max_length=LONGEST_NOTE, blank=True)

    objects = ScopedManager(unit="card__unit")

    class Meta:
        verbose_name = _("item of a card")
        verbose_name_plural = _("items of cards")
        constraints = [
            models.UniqueConstraint(fields=["card", "category"], name="card_category_once"),
            models.CheckConstraint(
                condition=Q(safe__lte=MOST_COUNTED)
                & Q(unsafe_acts__lte=MOST_COUNTED)
                & Q(unsafe_conditions__lte=MOST_COUNTED),
                name="card_item_counts_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return self.get_category_display()

    @property
    def is_unsafe(self) -> bool:
        return bool(self.unsafe_acts or self.unsafe_conditions)

    @property
    def sub_item_labels(self) -> list[str]:
        """What exactly was seen, in words; a code that is no longer known is left out."""
        return [str(SubItem(code).label) for code in self.sub_items if code in SubItem]


class CardActionQuerySet(models.QuerySet["CardAction"]):
    def counted(self) -> CardActionQuerySet:
        """Actions of cards that were not withdrawn."""
        return self.filter(item__card__state__in=COUNTED)

    def open(self) -> CardActionQuerySet:
        return self.counted().filter(done_at=None)

    def for_list(self) -> CardActionQuerySet:
        return self.select_related("owner", "item__card__area", "item__card__unit").order_by("due_on", "pk")


class CardAction(models.Model):
    """What is still to be done about something unsafe that could not be mended at once: who, what, by when.

    The owner is one of the observers or somebody who leads the unit. It is never the person observed: an action is a
    task of whoever can change the place or the work, not a penalty.
    """

    item = models.OneToOneField(CardItem, models.CASCADE, related_name="follow_up", verbose_name=_("item of a card"))
    what = models.CharField(_("what is to be done"), max_length=LONGEST_NOTE)
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=_("who sees to it"))
    due_on = models.DateField(_("by when"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    note = models.CharField(_("what was done"), max_length=LONGEST_NOTE, blank=True)

    objects = ScopedManager(_manager_class=CardActionQuerySet.as_manager().__class__, unit="item__card__unit")

    class Meta:
        verbose_name = _("action of a card")
        verbose_name_plural = _("actions of cards")
        indexes = [
            models.Index(fields=["owner", "done_at", "due_on"], name="card_action_owner"),
            models.Index(fields=["due_on"], name="card_action_due"),
            models.Index(fields=["done_at"], name="card_action_done"),
        ]

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, day: date) -> bool:
        """Not done by its day, or done after it."""
        return self.due_on < (clock.today(self.done_at) if self.done_at else day)


def _sum() -> Any:
    """No check against numbers below zero: a row that lost its step is for the nightly check, never refuses a card."""
    return models.BigIntegerField(default=0)


class CardDay(models.Model):
    """What the counted cards of one unit and day add up to, planned and random apart. Kept by `tallies` in the
    transaction of each card, compared with the cards at night; statistics read it instead of the cards."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    planned = models.BooleanField()
    cards = _sum()
    seconds = _sum()
    card_keys = _sum()  # of the cards' keys: other sums see by it whether they were made of the same cards
    reactions_safe = _sum()
    reactions_unsafe_acts = _sum()
    reactions_unsafe_conditions = _sum()
    positions_safe = _sum()
    positions_unsafe_acts = _sum()
    positions_unsafe_conditions = _sum()
    protection_safe = _sum()
    protection_unsafe_acts = _sum()
    protection_unsafe_conditions = _sum()
    tools_safe = _sum()
    tools_unsafe_acts = _sum()
    tools_unsafe_conditions = _sum()
    procedures_safe = _sum()
    procedures_unsafe_acts = _sum()
    procedures_unsafe_conditions = _sum()
    ergonomics_safe = _sum()
    ergonomics_unsafe_acts = _sum()
    ergonomics_unsafe_conditions = _sum()

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("day of cards")
        verbose_name_plural = _("days of cards")
        constraints = [models.UniqueConstraint(fields=["unit", "day", "planned"], name="card_day_once")]
        indexes = [models.Index(fields=["day", "planned"], name="card_sums_of_day")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"


class ObserverMonth(models.Model):
    """How many counted cards of one unit and month, planned and random apart, name this observer: so that people who
    observed can be counted without reading cards."""

    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()  # its first day
    planned = models.BooleanField()
    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+", db_index=False)
    cards = _sum()

    objects = ScopedManager(unit="unit")

    class Meta:
        verbose_name = _("month of an observer")
        verbose_name_plural = _("months of observers")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "planned", "person"], name="observer_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month}"
