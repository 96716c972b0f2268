"""Editions: who drafted, approved and issued what, for whom, from when; the rendered text; who confirmed having read
it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies import freezing
from policies.enums import CURRENT, OPEN, PUBLISHED, AudienceScope, EditionState, ReceiptMode, Script

# People could read it: it was issued or tried out, whatever came after.
EVER_PUBLISHED = Q(issued_at__isnull=False) | Q(trial_started_at__isnull=False)


# So many days ahead a review that is due is shown.
REVIEW_SOON = 90


def _held_on(day: date) -> Q:
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gte=midnight)
    return Q(issued_at__lt=midnight, effective_on__lte=day) & not_ended


class EditionQuerySet(models.QuerySet["Edition"]):
    def _require_unissued(self) -> None:
        if not freezing.verb_at_work() and self.filter(EVER_PUBLISHED).exists():
            raise freezing.frozen()

    def update(self, **kwargs: Any) -> int:
        self._require_unissued()
        if "state" in kwargs:
            freezing.require_verb()
        return super().update(**kwargs)

    def delete(self) -> Any:
        self._require_unissued()
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        if any(row.state != EditionState.DRAFT for row in rows):
            freezing.require_verb()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        freezing.require_verb()
        return super().bulk_update(*args, **kwargs)

    def open(self) -> EditionQuerySet:
        """Draft, in review or approved: somebody still works on it."""
        return self.filter(state__in=OPEN)

    def issued(self) -> EditionQuerySet:
        """In force, or announced for a later day."""
        return self.filter(state=EditionState.ISSUED)

    def current(self) -> EditionQuerySet:
        """Issued, or tried out somewhere."""
        return self.filter(state__in=CURRENT)

    def published(self) -> EditionQuerySet:
        """Issued or tried out once, whatever came after."""
        return self.filter(EVER_PUBLISHED)

    def in_force(self, day: date) -> EditionQuerySet:
        """The edition of each regulation that held on `day`: the highest number whose effective day had come, issued by
        then and not yet ended. At most one a regulation."""
        held = _held_on(day)
        later = Edition.objects.filter(
            held, regulation=models.OuterRef("regulation"), number__gt=models.OuterRef("number")
        )
        return self.filter(held).filter(~models.Exists(later))

    def due_for_review(self, day: date, within: int = REVIEW_SOON) -> EditionQuerySet:
        """Editions in force whose review date has passed or comes within so many days, the most urgent first."""
        return (
            self.in_force(day).filter(review_due_on__lte=day + timedelta(days=within)).order_by("review_due_on", "pk")
        )

    def for_tokens(self, tokens: frozenset[str]) -> EditionQuerySet:
        """Editions whose audience holds one of these reader tokens."""
        rules = AudienceRule.objects.filter(edition=models.OuterRef("pk"), token__in=tokens)
        return self.filter(models.Exists(rules))

    def to_read_by(self, person_id: int, tokens: frozenset[str]) -> EditionQuerySet:
        """Issued editions that ask this person for a receipt and have none that counts (SAL-01, SAF-01). `public` alone
        asks nobody."""
        asked = tokens - {"public"}
        return self.issued().for_tokens(asked).filter(~models.Exists(receipts_that_count(person_id)))

    def with_receipt_of(self, person_id: int) -> EditionQuerySet:
        """Each with this person's receipt: `receipt_at`, None where none counts for it, and `last_number`, the edition
        up to it confirmed last, whether that receipt still counts or not."""
        given = Receipt.objects.filter(
            person_id=person_id,
            edition__regulation=models.OuterRef("regulation"),
            edition__number__lte=models.OuterRef("number"),
        ).order_by("-edition__number", "at")
        counting = receipts_that_count(person_id).order_by("-edition__number", "at")
        return self.annotate(
            last_number=models.Subquery(given.values("edition__number")[:1]),
            receipt_at=models.Subquery(counting.values("at")[:1]),
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
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    return_reason = models.TextField(_("what is to be changed"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    trial_started_at = models.DateTimeField(_("on trial since"), null=True, blank=True)
    trial_ends_on = models.DateField(_("on trial until"), null=True, blank=True)
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
    # The lowest edition whose receipts count for this one: a minor edition inherits them, a material one asks again.
    receipts_from = models.PositiveIntegerField(default=0)
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
                condition=~Q(state=EditionState.WITHDRAWN) | EVER_PUBLISHED,
                name="edition_number_once",
            ),
            # Whatever code writes an edition: three people.
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{one}__isnull": True}) | ~Q(**{one: F(other)}), name=f"edition_{one}_not_{other}"
                )
                for one, other in (
                    ("reviewed_by", "drafted_by"),
                    ("approved_by", "drafted_by"),
                    ("approved_by", "reviewed_by"),
                )
            ),
        ]
        indexes = [models.Index(fields=["state", "regulation"])]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    @property
    def was_published(self) -> bool:
        """Whether people could read it: it was issued or tried out, whatever came after."""
        return self.issued_at is not None or self.trial_started_at is not None

    def trial_is_over(self, day: date) -> bool:
        """Whether the day after the last one of its trial has come: it binds nobody until it is issued."""
        return self.state == EditionState.IN_TRIAL and self.trial_ends_on is not None and self.trial_ends_on < day

    def reading_url(self) -> str:
        """Where readers read this edition, whatever became of it."""
        return reverse("regulation_edition", args=[self.regulation.slug, self.number])

    @property
    def audience(self) -> frozenset[str]:
        """The reader tokens of its audience rules."""
        return frozenset(rule.token for rule in self.audience_rules.all())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An edition that people could read changes only inside a verb, and there only its state (see
        policies.actions). The state of any edition changes only there: saving is no way round three people."""
        if not freezing.verb_at_work():
            kept = Edition.objects.filter(pk=self.pk).first() if self.pk else None
            if kept is not None and kept.was_published:
                raise freezing.frozen()
            if self.state != (kept.state if kept else EditionState.DRAFT):
                freezing.require_verb()
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
    """A person confirms having read an edition: this text (its hash), in this language, in this way. Whoever passes
    later what the regulation asks gets a second row that says so; the first stays what it was."""

    person = models.ForeignKey("org.Person", models.PROTECT, related_name="receipts", verbose_name=_("person"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="receipts", verbose_name=_("edition"))
    tree_hash = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=10)
    mode = models.CharField(_("mode"), max_length=10, choices=ReceiptMode, default=ReceiptMode.READ)
    at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["person", "edition", "mode"], name="receipt_once")]
        indexes = [
            models.Index(fields=["edition", "at"]),
            models.Index(fields=["edition", "person"], name="receipt_people"),  # who confirmed, without the rows
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.edition}"


def receipts_that_count(person_id: int | None = None) -> models.QuerySet[Receipt]:
    """Within a queryset of editions: the receipts (of one person) that count for each of them.

    Those of the edition itself, and of the editions it only words better (`receipts_from`) unless withdrawn. A receipt
    stays what it was: a person, a text, a day.
    """
    found = Receipt.objects.filter(
        Q(edition=models.OuterRef("pk")) | ~Q(edition__state=EditionState.WITHDRAWN),
        edition__regulation=models.OuterRef("regulation"),
        edition__number__gte=models.OuterRef("receipts_from"),
        edition__number__lte=models.OuterRef("number"),
    )
    return found if person_id is None else found.filter(person_id=person_id)


def receipts_counting_for(edition: Edition) -> models.QuerySet[Receipt]:
    """The receipts of everybody that count for this edition; one person may have several."""
    return Receipt.objects.filter(
        Q(edition=edition) | ~Q(edition__state=EditionState.WITHDRAWN),
        edition__regulation=edition.regulation_id,
        edition__number__gte=edition.receipts_from or edition.number,
        edition__number__lte=edition.number,
    )
