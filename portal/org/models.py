"""Units, people, who holds which post where and when, rosters, the working calendar, estates and households."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from portal.org.enums import DayKind, Role, RosterState, UnitKind
from portal.org.fields import EncryptedTextField


class User(AbstractUser):
    """An account. What its holder may do follows from the person's appointments, never from flags set by hand."""

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class UnitQuerySet(MP_NodeQuerySet):
    def at_or_below(self, units: list[Unit]) -> UnitQuerySet:
        """The units given and everything below them."""
        if not units:
            return self.none()
        condition = Q()
        for unit in units:
            condition |= Q(path__startswith=unit.path)
        return self.filter(condition)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        """treebeard's manager makes its own queryset, without our methods."""
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """A node of the organisation: company, department, project department, crew, management office, sales site."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = UnitManager()
    node_order_by: list[str] = []

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post such as crew leader or service-centre clerk; its role is what the portal lets its holder do."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=80)
    role = models.CharField(_("role"), max_length=30, choices=Role)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Person(models.Model):
    """Somebody on the staff. Not everybody has an account."""

    name = models.CharField(_("name"), max_length=80)
    staff_number = models.CharField(_("staff number"), max_length=30, unique=True)
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="person")
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["staff_number"]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        """Appointments that hold on this day; both ends count."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Appointment(models.Model):
    """A person holds a post in a unit from one day to another (open end: until further notice)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name=_("person"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments", verbose_name=_("post"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_start"
            ),
            models.UniqueConstraint(fields=["person", "post", "unit", "starts_on"], name="appointment_once"),
        ]
        indexes = [models.Index(fields=["person", "starts_on"]), models.Index(fields=["unit", "post"])]

    def __str__(self) -> str:
        return f"{self.person} – {self.post} – {self.unit}"


class Shift(models.Model):
    """A shift of a unit, by the clock: it may end on the next day."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="shifts")
    name = models.CharField(_("name"), max_length=40)
    starts_at = models.TimeField(_("starts"))
    ends_at = models.TimeField(_("ends"))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="shift_once")]

    def __str__(self) -> str:
        return self.name


class RosterEntry(models.Model):
    """Who works which shift on which day; leave and days without work stand here with their state and its reason."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roster")
    person = models.ForeignKey(Person, models.PROTECT, related_name="roster")
    day = models.DateField(_("day"))
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RosterState, default=RosterState.WORKING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("roster entry")
        verbose_name_plural = _("roster entries")
        constraints = [models.UniqueConstraint(fields=["person", "day", "shift"], name="roster_once")]
        indexes = [models.Index(fields=["unit", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.person} {self.shift or self.get_state_display()}"


class CalendarDay(models.Model):
    """A day that differs from its weekday: a public holiday, or a weekend day worked to make up for one."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Estate(models.Model):
    """A residential estate, looked after by one management office."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    office = models.ForeignKey(Unit, models.PROTECT, related_name="estates", verbose_name=_("management office"))

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """A house or flat and those who live in it."""

    estate = models.ForeignKey(Estate, models.PROTECT, related_name="households", verbose_name=_("estate"))
    house = models.CharField(_("house"), max_length=60)
    important = models.BooleanField(_("important customer"), default=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [models.UniqueConstraint(fields=["estate", "house"], name="household_once")]
        ordering = ["estate", "house"]

    def __str__(self) -> str:
        return f"{self.estate} {self.house}"


class Contact(models.Model):
    """A person of a household. The name and number can be forgotten: they are encrypted."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="contacts")
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="contact")
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return str(self.household)
