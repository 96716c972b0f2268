"""Editions: who drafted, approved and issued what, for whom, from when; the rendered text; who confirmed having read
it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies import freezing
from policies.enums import OPEN, PUBLISHED, AudienceScope, EditionState, ReceiptMode, Script


def _held_on(day: date) -> Q:
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gte=midnight)
    return Q(issued_at__lt=midnight, effective_on__lte=day) & not_ended


class EditionQuerySet(models.QuerySet["Edition"]):
    def _require_unissued(self) -> None:
        if not freezing.verb_at_work() and self.filter(issued_at__isnull=False).exists():
            raise freezing.frozen()

    def update(self, **kwargs: Any) -> int:
        self._require_unissued()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._require_unissued()
        return super().delete()

    def open(self) -> EditionQuerySet:
        """Draft, in review or approved: somebody still works on it."""
        return self.filter(state__in=OPEN)

    def issued(self) -> EditionQuerySet:
        """In force, or announced for a later day."""
        return self.filter(state=EditionState.ISSUED)

    def in_force(self, day: date) -> EditionQuerySet:
        """The edition of each regulation that held on `day`: the highest number whose effective day had come, issued by
        then and not yet ended. At most one a regulation."""
        held = _held_on(day)
        later = Edition.objects.filter(
            held, regulation=models.OuterRef("regulation"), number__gt=models.OuterRef("number")
        )
        return self.filter(held).filter(~models.Exists(later))

    def for_tokens(self, tokens: frozenset[str]) -> EditionQuerySet:
        """Editions whose audience holds one of these reader tokens."""
        rules = AudienceRule.objects.filter(edition=models.OuterRef("pk"), token__in=tokens)
        return self.filter(models.Exists(rules))

    def to_read_by(self, person_id: int, tokens: frozenset[str]) -> EditionQuerySet:
        """Issued editions that ask this person for a receipt and have none (SAL-01, SAF-01). `public` alone asks
        nobody; a receipt for an earlier edition counts as long as only minor changes followed."""
        asked = tokens - {"public"}
        return self.issued().for_tokens(asked).with_receipt_of(person_id).filter(receipt_at__isnull=True)  # type: ignore[misc]

    def with_floor(self) -> EditionQuerySet:
        """Each with `floor`, the number of the last material edition up to it: receipts count from there on."""
        material = Edition.objects.filter(
            regulation=models.OuterRef("regulation"),
            issued_at__isnull=False,
            material=True,
            number__lte=models.OuterRef("number"),
        ).order_by("-number")
        return self.annotate(floor=Coalesce(models.Subquery(material.values("number")[:1]), 0))

    def with_receipt_of(self, person_id: int) -> EditionQuerySet:
        """Each with this person's receipt for it: `receipt_at`, None where there is none, and `last_number`, the
        edition last confirmed, whether its receipt still counts (from `floor`, the last material edition, on) or
        not."""
        given = Receipt.objects.filter(
            person_id=person_id,
            edition__regulation=models.OuterRef("regulation"),
            edition__number__lte=models.OuterRef("number"),
        ).order_by("-edition__number")
        last = models.Subquery(given.values("edition__number")[:1], output_field=models.PositiveIntegerField())
        return self.with_floor().annotate(
            last_number=last,
            receipt_at=models.Case(
                models.When(last_number__gte=models.F("floor"), then=models.Subquery(given.values("at")[:1]))
            ),
        )


class Edition(models.Model):
    """One edition of a regulation. Once issued it is immutable: only its state still moves on."""

    regulation = models.ForeignKey(
        "policies.RegulationPage", models.PROTECT, related_name="editions", verbose_name=_("regulation")
    )
    number = models.PositiveIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=255)
    state = models.CharField(_("state"), max_length=20, choices=EditionState, default=EditionState.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    source_name = models.CharField(_("imported from"), max_length=255, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, db_index=True)

    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    contributors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    drafted_at = models.DateTimeField(_("drafted at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("superseded or withdrawn at"), null=True, blank=True)

    owner_unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner department")
    )
    interpreting_unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("interpreting department")
    )
    effective_on = models.DateField(_("effective date"), null=True, blank=True)
    review_due_on = models.DateField(_("review date"), null=True, blank=True)
    change_note = models.TextField(_("what changed and why"), blank=True)
    material = models.BooleanField(_("material change"), default=True)
    tree_hash = models.CharField(max_length=64, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["regulation", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation"], condition=Q(state__in=sorted(OPEN)), name="edition_one_open"
            ),
            models.UniqueConstraint(
                fields=["regulation", "number"],
                condition=~Q(state=EditionState.WITHDRAWN) | Q(issued_at__isnull=False),
                name="edition_number_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "regulation"])]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    @property
    def was_published(self) -> bool:
        """Whether people could read it: it was issued, whatever came after."""
        return self.issued_at is not None

    @property
    def audience(self) -> frozenset[str]:
        """The reader tokens of its audience rules."""
        return frozenset(rule.token for rule in self.audience_rules.all())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An edition that was issued changes only inside a verb, and there only its state (see policies.actions)."""
        if self.pk and not freezing.verb_at_work():
            kept = Edition.objects.filter(pk=self.pk).values_list("issued_at", flat=True).first()
            if kept is not None:
                raise freezing.frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.was_published or self.state in PUBLISHED:
            raise freezing.frozen()
        return super().delete(*args, **kwargs)


class FrozenRows(models.QuerySet[Any]):
    """Rows written once, by a verb: bulk changes are refused, too."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        freezing.require_verb()
        return super().bulk_create(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        raise freezing.frozen()

    def delete(self) -> Any:
        raise freezing.frozen()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise freezing.frozen()


class WrittenOnce(models.Model):
    """A row that a verb inserts and nobody changes or removes."""

    objects = FrozenRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise freezing.frozen()
        freezing.require_verb()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise freezing.frozen()


class EditionBody(WrittenOnce):
    """The text of an issued edition in one script, rendered when it was issued. `digest` is its ETag."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="bodies")
    script = models.CharField(max_length=4, choices=Script)
    title = models.CharField(max_length=255)
    html = models.TextField()
    contents = models.TextField()  # the table of contents, HTML
    text = models.TextField()  # plain, for paper and comparison
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "script"], name="edition_body_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.script})"


class AudienceRule(WrittenOnce):
    """For whom an issued edition is. `token` is what a reader must hold (portal.org.readers)."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="audience_rules")
    scope = models.CharField(_("scope"), max_length=10, choices=AudienceScope)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    post = models.ForeignKey(
        "org.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    token = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audience")
        constraints = [models.UniqueConstraint(fields=["edition", "token"], name="audience_once")]
        indexes = [models.Index(fields=["token", "edition"])]

    def __str__(self) -> str:
        parts = [self.unit.name if self.unit else "", self.post.title if self.post else ""]
        return " · ".join(part for part in parts if part) or str(self.get_scope_display())


class Receipt(WrittenOnce):
    """A person confirms having read an edition: this text (its hash), in this language."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="receipts", verbose_name=_("person"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="receipts", verbose_name=_("edition"))
    tree_hash = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=10)
    mode = models.CharField(_("mode"), max_length=10, choices=ReceiptMode, default=ReceiptMode.READ)
    at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["person", "edition"], name="receipt_once")]
        indexes = [
            models.Index(fields=["edition", "at"]),
            models.Index(fields=["edition", "person"], name="receipt_people"),  # who confirmed, without the rows
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.edition}"
