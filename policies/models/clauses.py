"""Clauses: an identity that lasts over editions, and what each edition says under it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from policies import freezing
from policies.enums import EDITABLE, ClauseKind
from policies.models.editions import Edition


class Clause(models.Model):
    """A clause of a regulation, the same in all editions: questions, obligations, hits stay with it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    regulation = models.ForeignKey("policies.RegulationPage", models.PROTECT, related_name="clauses")

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")

    def __str__(self) -> str:
        return str(self.uuid)


class EditionClauseQuerySet(models.QuerySet["EditionClause"]):
    """Bulk changes touch drafts only: the rows of every other edition are frozen."""

    def _require_drafts(self) -> None:
        if self.exclude(edition__state__in=EDITABLE).exists():
            raise freezing.frozen()

    def update(self, **kwargs: Any) -> int:
        self._require_drafts()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._require_drafts()
        return super().delete()

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        rows = list(objs)
        _require_draft_editions({row.edition_id for row in rows})
        return super().bulk_update(rows, fields, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        _require_draft_editions({row.edition_id for row in rows})
        return super().bulk_create(rows, *args, **kwargs)


class EditionClause(models.Model):
    """What an edition says in one clause, as written. `order` is its place in the text, `depth` counts from 1."""

    edition = models.ForeignKey("policies.Edition", models.PROTECT, related_name="clauses")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="texts")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    order = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=ClauseKind)
    number = models.CharField(_("number"), max_length=40, blank=True)
    heading = models.CharField(_("heading"), max_length=255, blank=True)
    text = models.TextField(_("text"), blank=True)
    # Where the clause stands on the page of its edition ("c-4.5.3"); written when the edition is issued.
    anchor = models.CharField(max_length=80, blank=True)
    # Counts the changes of a draft, so that two editors do not overwrite each other.
    version = models.PositiveIntegerField(default=1)

    objects = EditionClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause of an edition")
        verbose_name_plural = _("clauses of an edition")
        ordering = ["edition", "order"]
        constraints = [models.UniqueConstraint(fields=["edition", "clause"], name="edition_clause_once")]
        indexes = [models.Index(fields=["edition", "order"]), models.Index(fields=["edition", "number"])]

    def __str__(self) -> str:
        return " ".join(part for part in (self.number, self.heading or self.text[:30]) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        _require_draft_editions({self.edition_id})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        _require_draft_editions({self.edition_id})
        return super().delete(*args, **kwargs)


def _require_draft_editions(edition_ids: set[int]) -> None:
    if Edition.objects.filter(pk__in=edition_ids).exclude(state__in=EDITABLE).exists():
        raise freezing.frozen()
