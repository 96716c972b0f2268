"""The Service Guide: every service, its hours, phone and price, in one place (SRV-03).

What stands here is the draft that editors work on. Readers see an edition: see policies.models.guide_editions.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from portal.lib import chinese, clock
from portal.lib.pinyin import pinyin

_NUMBER_AT_START = re.compile(r"^\s*(?:\d{1,2}[.、．)）]|[（(]\d{1,2}[)）])\s*")


class ServiceSection(models.Model):
    """A heading of the guide: repairs, cleaning, parking."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    order = models.PositiveIntegerField(_("order"), default=10)

    class Meta:
        verbose_name = _("section of the Service Guide")
        verbose_name_plural = _("sections of the Service Guide")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceFacts(models.Model):
    """What a customer reads of a service; the same in the draft and, frozen, in an edition.

    `price` is what the customer reads, `amount` and `unit` what is computed with; they name the same figure.
    """

    name = models.CharField(_("service"), max_length=80)
    what = models.TextField(_("what is done"), blank=True)
    who_may_ask = models.CharField(_("who may ask"), max_length=120, blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    chargeable = models.BooleanField(_("chargeable"), default=False)
    price = models.CharField(_("price as shown"), max_length=160, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("per"), max_length=30, blank=True)
    valid_from = models.DateField(_("valid from"), default=clock.today)
    valid_until = models.DateField(
        _("price valid until"), null=True, blank=True, help_text=_("Empty: until a new edition says otherwise.")
    )
    duration = models.CharField(_("how long it takes"), max_length=80, blank=True)
    steps = models.TextField(_("procedure"), blank=True, help_text=_("One step a line, in their order."))
    pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the index of the booklet would get the sound wrong, for example: kong tiao qing xi"),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def phones(self) -> list[tuple[str, str]]:
        """Each number as written and as a telephone wants it."""
        written = [part.strip() for part in self.phone.replace("、", "/").replace("；", "/").split("/")]
        return [(part, "".join(sign for sign in part if sign.isdigit() or sign == "+")) for part in written if part]

    @property
    def dial(self) -> str:
        """The first number as a telephone wants it."""
        return self.phones[0][1] if self.phones else ""

    @property
    def step_list(self) -> list[str]:
        """The steps without numbers that somebody typed before them."""
        return [_NUMBER_AT_START.sub("", line).strip() for line in self.steps.splitlines() if line.strip()]

    @property
    def sound(self) -> str:
        return self.pinyin or pinyin(self.name)

    @property
    def who_words(self) -> list[str]:
        return [word.strip() for word in re.split(r"[、，,/；;]", self.who_may_ask) if word.strip()]

    @property
    def price_figure(self) -> str:
        """The price at a glance: "80 元／次"; free of charge; or the words where there is no figure."""
        if self.amount is not None:
            amount = gettext("%(amount)s yuan") % {"amount": plain_amount(self.amount)}
            return f"{amount}／{self.unit}" if self.unit else amount
        return self.price if self.chargeable else pgettext("price", "Free")

    @property
    def price_words(self) -> str:
        """What else there is to say of the price; empty where the figure says it all."""
        said = {self.price_figure, "免費"}
        if self.amount is not None:
            said.add(f"每{self.unit} {plain_amount(self.amount)} 元")
        return "" if _bare(self.price) in {_bare(words) for words in said} else self.price

    @property
    def searchable_text(self) -> str:
        """Everything a reader may look for, in one line. The section's name is the holder's."""
        parts = (self.name, self.what, self.who_may_ask, self.hours, self.phone, self.price, self.duration, self.steps)
        return " ".join(part for part in parts if part)

    def price_expired(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day

    def clean(self) -> None:
        if self.chargeable and not self.price:
            raise ValidationError(
                {"price": _("Write the price: a chargeable service is offered only with its price shown.")}
            )
        if self.amount is not None:
            if self.amount < 0:
                raise ValidationError({"amount": _("A price is not below zero.")})
            if not names_amount(self.price, self.amount):
                raise ValidationError(
                    {"price": _("The price as shown does not name the amount: write the same figure in both.")}
                )
        if self.valid_until is not None and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The price ends before it begins.")})


def plain_amount(amount: Decimal) -> str:
    """80.00 -> "80", 1.20 -> "1.2"."""
    text = f"{amount:.2f}"
    return text.rstrip("0").rstrip(".")


def names_amount(text: str, amount: Decimal) -> bool:
    """Whether a price in words holds the figure, however it is written (80, 80.00, ８０, 1,200)."""
    figures = re.findall(r"\d+(?:\.\d+)?", chinese.fold(text).replace(",", ""))
    return any(Decimal(figure) == amount for figure in figures)


def _bare(words: str) -> str:
    """For comparing two wordings: in one script, without blanks."""
    return "".join(chinese.fold(words).split())


class ServiceItemQuerySet(models.QuerySet["ServiceItem"]):
    def on(self, day: date) -> ServiceItemQuerySet:
        """Items offered on this day."""
        return self.filter(valid_from__lte=day, withdrawn=False)

    def for_edition(self, day: date) -> ServiceItemQuerySet:
        """What an edition that takes effect on `day` takes in, in the order of the guide."""
        return self.on(day).select_related("section", "estate").order_by("section__order", "section_id", "order", "pk")


class ServiceItem(ServiceFacts):
    """One service as editors work on it. What readers see of it is its copy in the edition in force."""

    section = models.ForeignKey(ServiceSection, models.PROTECT, related_name="items", verbose_name=_("section"))
    withdrawn = models.BooleanField(_("no longer offered"), default=False)
    estate = models.ForeignKey(
        "org.Estate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only in this estate")
    )
    order = models.PositiveIntegerField(_("order"), default=10)

    objects = ServiceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["section__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chargeable=False) | ~Q(price=""), name="chargeable_service_shows_its_price"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="service_amount_not_negative"
            ),
        ]


class ServiceGuidePage(Page):
    """The guide on the web: the services of the edition in force by section, to be searched and filtered."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "link", "ul"])

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "policies/service_guide.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = _("Service Guide")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from policies.guide.reading import guide_context  # it reads these tables

        return super().get_context(request, *args, **kwargs) | guide_context(request.GET)
