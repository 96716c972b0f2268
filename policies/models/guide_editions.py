"""Editions of the Service Guide: what customers were told, from which day, never changed again (SRV-03, SRV-07)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from policies.enums import BookletState, Script
from policies.freezing import Frozen
from policies.models.guide import ServiceFacts, ServiceItem, ServiceSection
from portal.lib import chinese


def private_storage() -> Storage:
    return storages["private"]


def written_once() -> Frozen:
    return Frozen(_("An edition of the Service Guide never changes: issue a new one."))


class WrittenOnceQuerySet(models.QuerySet[Any]):
    """Rows come in and never change: no update or deletion of many, either."""

    def update(self, **kwargs: Any) -> int:
        raise written_once()

    def delete(self) -> Any:
        raise written_once()


class WrittenOnce(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise written_once()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise written_once()


class GuideEditionQuerySet(WrittenOnceQuerySet):
    def in_force(self, day: date) -> GuideEdition | None:
        """The newest edition whose effective date has come; None before the first."""
        return self.filter(effective_on__lte=day).order_by("-effective_on", "-number").first()

    def newest_first(self) -> GuideEditionQuerySet:
        return self.order_by("-number")

    def newest(self) -> GuideEdition | None:
        return self.newest_first().first()


class GuideEdition(WrittenOnce):
    """One edition of the guide. `digest` covers everything a customer reads in it, hotlines included."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    effective_on = models.DateField(_("effective from"))
    note = models.TextField(_("what changed"))
    hotlines = models.JSONField(default=list)  # [{"label", "number", "hours"}], as the home page showed them
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = GuideEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the Service Guide")
        verbose_name_plural = _("editions of the Service Guide")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} ({self.effective_on})"

    def rows(self) -> list[EditionService]:
        """The services in the order of the guide: one query."""
        return list(self.services.all())

    def is_whole(self) -> bool:
        """Whether the rows still say what the digest says."""
        return digest_of(self, self.rows()) == self.digest


class EditionService(WrittenOnce, ServiceFacts):
    """A service as an edition tells it, section and estate by name, so that no later renaming reaches it."""

    edition = models.ForeignKey(GuideEdition, models.PROTECT, related_name="services")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="frozen")
    section = models.ForeignKey(ServiceSection, models.PROTECT, related_name="+")
    section_name = models.CharField(max_length=60)
    estate = models.ForeignKey("org.Estate", models.PROTECT, null=True, related_name="+")
    estate_name = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField()

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service of an edition")
        verbose_name_plural = _("services of an edition")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "item"], name="guide_edition_item_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def anchor(self) -> str:
        return f"service-{self.item_id}"

    def matches(self, words: Iterable[str]) -> bool:
        """Whether each word occurs, in either script, whatever case and width."""
        text = chinese.fold(f"{self.section_name} {self.estate_name} {self.searchable_text}")
        return all(chinese.fold(word) in text for word in words)


FACTS = [field.name for field in ServiceFacts._meta.local_fields]


def frozen_copy(item: ServiceItem, position: int, edition: GuideEdition | None = None) -> EditionService:
    """The item as an edition would tell it now; not saved."""
    return EditionService(
        edition=edition,
        item=item,
        section=item.section,
        section_name=item.section.name,
        estate=item.estate,
        estate_name=item.estate.name if item.estate else "",
        position=position,
        **{name: getattr(item, name) for name in FACTS},
    )


def told_by(row: EditionService) -> dict[str, Any]:
    """Everything a customer reads of one service, as JSON knows it."""
    facts = {name: getattr(row, name) for name in FACTS}
    facts["amount"] = None if row.amount is None else f"{row.amount:.2f}"
    return {"item": row.item_id, "section": row.section_name, "estate": row.estate_name, **facts}


def digest_of(edition: GuideEdition | None, rows: Iterable[EditionService]) -> str:
    """SHA-256 of an edition; without one, of a draft's services alone."""
    head = [edition.number, edition.effective_on, edition.note, edition.hotlines] if edition else []
    content = [head, [told_by(row) for row in rows]]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class GuideBooklet(models.Model):
    """The printable booklet of an edition in one script; made by the worker once the edition is issued."""

    edition = models.ForeignKey(GuideEdition, models.PROTECT, related_name="booklets")
    script = models.CharField(max_length=10, choices=Script)
    state = models.CharField(max_length=10, choices=BookletState, default=BookletState.WAITING)
    digest = models.CharField(max_length=64, blank=True)  # of the HTML it was made of
    file = models.FileField(storage=private_storage, upload_to="guide/", blank=True)
    problem = models.TextField(blank=True)
    pages = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "script"], name="guide_booklet_once")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.script} {self.state}"
