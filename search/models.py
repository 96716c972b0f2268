"""The index: one row per passage, and who may read it. The words to look up stand beside it, as the database keeps them
(see search/engines): a full-text table on SQLite, a tsvector column on PostgreSQL."""

from __future__ import annotations

from django.db import models


class Passage(models.Model):
    """What a source said of one key when it was last read: a copy, written only by search/actions.py."""

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    number = models.TextField(blank=True)
    number_key = models.CharField(
        max_length=80, blank=True
    )  # folded, without spaces: a typed number is compared with it
    title = models.TextField()
    context = models.TextField(blank=True)
    body = models.TextField(blank=True)
    url = models.TextField()
    in_force = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)  # of everything above and the audience: tells whether anything changed
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="search_passage_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


class PassageAudience(models.Model):
    """A reader who holds this token may read the passage (see portal.org.readers)."""

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="audience")
    token = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "token"], name="search_audience_once")]

    def __str__(self) -> str:
        return self.token


class IndexMark(models.Model):
    """One row for the whole index: whoever writes holds it, so that no older reading is mixed with a newer one."""

    written_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.written_at)
