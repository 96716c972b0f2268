"""Work orders: what is to be done at a house, at which price the customer agreed, step by step, by whom."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from forms.cases.models import Case
from forms.cases.orders.enums import DONE, OPEN, TONES, AcceptedHow, DefectSource, OrderState
from portal.org.fields import EncryptedTextField

_ACCOUNT = settings.AUTH_USER_MODEL


class OrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> OrderQuerySet:
        return self.filter(state__in=OPEN)

    def done(self) -> OrderQuerySet:
        return self.filter(state__in=DONE)

    def overdue(self, now: datetime) -> OrderQuerySet:
        return self.open().exclude(state=OrderState.REWORK).filter(wanted_by__lt=now)

    def by_wanted(self) -> OrderQuerySet:
        return self.order_by("wanted_by", "pk")

    def for_list(self) -> OrderQuerySet:
        """What a row shows, in one query; the encrypted fields stay shut."""
        return self.select_related("office", "estate", "worker", "rework_of").defer(
            "contact_name", "contact_phone", "accepted_name"
        )


class WorkOrder(models.Model):
    """One piece of work. The price is a copy of the Service Guide's on the day it was shown: later editions change
    nothing (SRV-07). `first` is the order whose defect came back, `rework_of` the one just before (SRV-11)."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    key = models.UUIDField(unique=True, editable=False)  # made by the browser: sent twice, it is one order
    customer_key = models.UUIDField(default=uuid.uuid4, editable=False)
    customer_digest = models.CharField(max_length=64, unique=True)  # of the code that opens the customer's page
    office = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("management office"))
    estate = models.ForeignKey("org.Estate", models.PROTECT, related_name="+", verbose_name=_("estate"))
    house = models.CharField(_("house or flat"), max_length=60)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("case")
    )
    contact_name = EncryptedTextField(_("name"), blank=True)
    contact_phone = EncryptedTextField(_("phone"), blank=True)
    what = models.TextField(_("the work"))
    state = models.CharField(_("state"), max_length=12, choices=OrderState, default=OrderState.DRAFTED)
    worker = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    wanted_by = models.DateTimeField(_("wanted by"))

    item = models.ForeignKey("policies.ServiceItem", models.PROTECT, related_name="+", verbose_name=_("service"))
    service = models.CharField(_("service"), max_length=80)
    guide_edition = models.PositiveIntegerField(_("edition of the guide"), null=True, blank=True)
    chargeable = models.BooleanField(_("chargeable"), default=False)
    price = models.CharField(_("price"), max_length=160, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)
    amount_unit = models.CharField(max_length=30, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=8, decimal_places=2, default=Decimal(1))
    priced_at = models.DateTimeField(null=True, blank=True)

    accepted_how = models.CharField(max_length=10, choices=AcceptedHow, blank=True)
    accepted_name = EncryptedTextField(blank=True)
    accepted_words = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)  # when the customer said so
    accepted_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")

    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reworks")
    rework_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="redone_by")
    defect_source = models.CharField(max_length=10, choices=DefectSource, blank=True)

    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)  # when the work was done
    recorded_at = models.DateTimeField(null=True, blank=True)  # when that was written down
    finish_words = models.TextField(blank=True)
    no_photos = models.CharField(max_length=200, blank=True)  # why there are none
    major = models.BooleanField(_("major defect"), default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedManager(_manager_class=models.Manager.from_queryset(OrderQuerySet), unit="office")

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        ordering = ["wanted_by", "pk"]
        indexes = [
            models.Index(fields=["office", "state", "wanted_by"]),
            models.Index(fields=["worker", "state"]),
            models.Index(fields=["finished_at"]),
            models.Index(fields=["started_at"]),
        ]
        constraints = [
            # SRV-07: the database itself keeps no chargeable order that began without the customer's yes.
            models.CheckConstraint(
                condition=Q(chargeable=False)
                | Q(started_at__isnull=True)
                | Q(accepted_at__isnull=False, accepted_at__lte=F("started_at")),
                name="chargeable_order_starts_accepted",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_quantity_above_zero"),
            models.UniqueConstraint(
                fields=["rework_of"], condition=~Q(state=OrderState.CANCELLED), name="one_rework_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.service}"

    def get_absolute_url(self) -> str:
        return reverse("order_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def tone(self) -> str:
        return TONES[OrderState(self.state)]

    @property
    def place(self) -> str:
        return f"{self.estate.name} {self.house}".strip()

    @property
    def total(self) -> Decimal | None:
        """What the customer pays, where the guide gives a figure."""
        return None if self.amount is None else (self.amount * self.quantity).quantize(Decimal("0.01"))

    @property
    def awaits_acceptance(self) -> bool:
        return self.chargeable and self.accepted_at is None and self.state == OrderState.PRICED

    @property
    def may_start(self) -> bool:
        """Whether nothing but the worker is missing."""
        return self.state == OrderState.ACCEPTED or (self.state == OrderState.PRICED and not self.chargeable)

    @property
    def is_rework(self) -> bool:
        return self.rework_of_id is not None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.state != OrderState.REWORK and self.wanted_by < now


class OrderStep(models.Model):
    """One step of the service's procedure, copied when the order was made, signed off once (SRV-08)."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(_ACCOUNT, models.PROTECT, null=True, blank=True, related_name="+")
    skipped = models.BooleanField(default=False)  # it does not apply here; the note says why
    note = models.CharField(max_length=200, blank=True)

    objects = ScopedManager(unit="order__office")

    class Meta:
        verbose_name = _("step of a work order")
        verbose_name_plural = _("steps of work orders")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_step_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_by__isnull=False), name="order_step_signed_by_somebody"
            ),
            models.CheckConstraint(condition=Q(skipped=False) | ~Q(note=""), name="skipped_step_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.position} {self.text}"
