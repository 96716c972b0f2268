"""Files of an appendix: attached to a draft, frozen with the edition, carried on by the next draft."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from policies import freezing
from policies.enums import EDITABLE
from policies.models.clauses import EditionClause


class AppendixFileQuerySet(models.QuerySet["AppendixFile"]):
    """Bulk changes touch drafts only."""

    def _require_drafts(self) -> None:
        if self.exclude(row__edition__state__in=EDITABLE).exists():
            raise freezing.frozen()

    def update(self, **kwargs: Any) -> int:
        self._require_drafts()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._require_drafts()
        return super().delete()


class AppendixFile(models.Model):
    """One file of an appendix in one edition. The stored file belongs to the row it was attached by (`root` of the
    later ones); the next editions point to the same file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row = models.ForeignKey(EditionClause, models.CASCADE, related_name="appendix_files", verbose_name=_("appendix"))
    file = models.ForeignKey("files.PrivateFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    sha256 = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)

    objects = AppendixFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an appendix")
        verbose_name_plural = _("files of an appendix")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["row", "file"], name="appendix_file_once")]

    def __str__(self) -> str:
        return self.file.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.row.edition.state not in EDITABLE:
            raise freezing.frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.row.edition.state not in EDITABLE:
            raise freezing.frozen()
        return super().delete(*args, **kwargs)
