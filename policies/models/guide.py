"""The Service Guide: every service, its hours, phone and price, in one place (SRV-03)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from portal.jobs import outbox
from portal.lib import chinese, clock


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


class ServiceItemQuerySet(models.QuerySet["ServiceItem"]):
    def on(self, day: date) -> ServiceItemQuerySet:
        """Items offered on this day."""
        return self.filter(valid_from__lte=day, withdrawn=False)

    def for_guide(self, day: date) -> ServiceItemQuerySet:
        """What the guide page shows: one query, section and estate joined in."""
        return self.on(day).select_related("section", "estate").order_by("section__order", "section_id", "order", "pk")


class ServiceItem(models.Model):
    """One service a customer may ask for. `price` is what the customer reads, `amount` and `unit` what is computed
    with."""

    section = models.ForeignKey(ServiceSection, models.PROTECT, related_name="items", verbose_name=_("section"))
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

    def __str__(self) -> str:
        return self.name

    @property
    def anchor(self) -> str:
        return f"service-{self.pk}"

    @property
    def dial(self) -> str:
        """The first number as a telephone wants it."""
        first = self.phone.replace("、", "/").split("/")[0]
        return "".join(sign for sign in first if sign.isdigit() or sign == "+")

    @property
    def searchable_text(self) -> str:
        """Everything a reader may look for, in one line."""
        parts = (self.name, self.section.name, self.what, self.who_may_ask, self.hours, self.phone, self.price)
        return " ".join(part for part in parts if part)

    def matches(self, words: Iterable[str]) -> bool:
        """Whether each word occurs, in either script, whatever case and width."""
        text = chinese.fold(self.searchable_text)
        return all(chinese.fold(word) in text for word in words)

    def clean(self) -> None:
        if self.chargeable and not self.price:
            raise ValidationError(
                {"price": _("Write the price: a chargeable service is offered only with its price shown.")}
            )
        if self.amount is not None and self.amount < 0:
            raise ValidationError({"amount": _("A price is not below zero.")})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        outbox.changed("guide", self.pk)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        outbox.changed("guide", self.pk)
        return super().delete(*args, **kwargs)


class ServiceGuidePage(Page):
    """The guide on the web: all services by section, to be filtered by a word."""

    intro = RichTextField(_("introduction"), blank=True, features=["bold", "link", "ul"])

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "policies/service_guide.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = _("Service Guide")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        query = request.GET.get("q", "").strip()[:80]
        items = list(ServiceItem.objects.for_guide(clock.today()))
        found = [item for item in items if item.matches(query.split())]
        sections: dict[int, dict[str, Any]] = {}
        for item in found:
            sections.setdefault(item.section_id, {"section": item.section, "items": []})["items"].append(item)
        return context | {
            "query": query,
            "guide_sections": list(sections.values()),
            "found_count": len(found),
            "all_count": len(items),
        }
