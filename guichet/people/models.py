"""The nouns of people. Writers are in `actions`, visibility in `access`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.extra import ExtraField
from guichet.people.names import Folded, Grams, grams_field
from guichet.people.presence import Absence, OnAbsence, Shift, ShiftDay
from guichet.people.records import Change, Exchange, Note
from guichet.people.skills import Capacity, ServedSite, Skill, SkillLevel

__all__ = [
    "Absence", "Capacity", "Change", "Department", "Domain", "Exchange", "ExtraField", "Helpdesk", "Identity",
    "Invitation", "Language", "Membership", "Note", "OnAbsence", "Organisation", "Person", "Role", "ServedSite",
    "Shift", "ShiftDay", "Skill", "SkillLevel", "Team", "Theme",
]  # fmt: skip


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    FRENCH = "fr", "Français"
    GERMAN = "de", "Deutsch"


class Theme(models.TextChoices):
    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    CONTRAST = "contrast", _("High contrast")


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Helpdesk(models.Model):
    """The one row of house-wide choices."""

    name = models.CharField(_("name"), max_length=120, default="Guichet")
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    # When an open ticket is looked at again by itself, in working days: after the customer wrote, and after we did.
    answer_days = models.PositiveSmallIntegerField(_("days until we look at what a customer wrote"), default=1)
    wait_days = models.PositiveSmallIntegerField(_("days until we look whether an answer came"), default=3)
    # How much open work anybody has at once whose team says nothing else; None: any amount.
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="helpdesk_is_one_row")]

    def __str__(self) -> str:
        return self.name


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, person: Any) -> OrganisationQuerySet:
        if access.sees_all_people(person):
            return self
        return self.filter(Exists(Organisation.objects.filter(access.visible_organisations(person), pk=OuterRef("pk"))))


class Organisation(models.Model):
    """Whom customers belong to. `is_shared`: its people see one another's requests."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    is_shared = models.BooleanField(_("its people see one another's requests"), default=False, db_default=False)
    is_active = models.BooleanField(_("active"), default=True, db_default=True)
    extra = models.JSONField(default=dict, db_default=Value({}, output_field=models.JSONField()))
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    made_by = models.ForeignKey("Person", on_delete=models.SET_NULL, null=True, related_name="+")
    sort_key = models.GeneratedField(expression=Folded(F("name")), output_field=models.TextField(), db_persist=True)
    grams = models.GeneratedField(expression=Grams(F("name")), output_field=grams_field(), db_persist=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="organisation_sorted"),
            GinIndex(fields=["grams"], name="organisation_grams"),
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A department of an organisation or, without one, of our own house."""

    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], nulls_distinct=False, name="department_once")
        ]

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """A mail domain of an organisation: whoever first writes from it belongs there."""

    name = models.CharField(_("mail domain"), max_length=253, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, person: Any) -> TeamQuerySet:
        return self.filter(access.visible_teams(person))


class FourEyes(models.TextChoices):
    """Whose replies a colleague reads before they leave."""

    NOBODY = "nobody", _("Nobody's: replies leave at once")
    TRAINEES = "trainees", _("Those of trainees")
    ALL = "all", _("Everybody's")


class Team(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    four_eyes = models.CharField(
        _("replies that a colleague releases"),
        max_length=10,
        choices=FourEyes,
        default=FourEyes.NOBODY,
        db_default=FourEyes.NOBODY.value,
    )
    on_absence = models.CharField(
        _("when a member is away, their open work goes"),
        max_length=12,
        choices=OnAbsence,
        default=OnAbsence.SUBSTITUTE,
        db_default=OnAbsence.SUBSTITUTE.value,
    )
    # How much open work a member has at once who has no capacity of their own; None: as the house says.
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


COLLEAGUES = 10_000  # of one organisation, whose requests are looked for


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, person: Any) -> PersonQuerySet:
        """Asked for each row, not joined: a list in any order stops at the end of its page."""
        if access.sees_all_people(person):
            return self
        return self.filter(Exists(Person.objects.filter(access.visible_people(person), pk=OuterRef("pk"))))

    def current(self) -> PersonQuerySet:
        """Without those who were merged into somebody else."""
        return self.filter(merged_into=None)

    def agents(self) -> PersonQuerySet:
        """Those who may be given work: active agents and administrators."""
        return self.filter(role__in=[Role.AGENT, Role.ADMIN], is_active=True)


class PersonManager(BaseUserManager["Person"]):
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def visible_to(self, person: Any) -> PersonQuerySet:
        return self.get_queryset().visible_to(person)

    def agents(self) -> PersonQuerySet:
        return self.get_queryset().agents()

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Anyone who asks or answers. `email` is the address of sign-in; all addresses are Identities."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True, null=True, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CUSTOMER)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme, default=Theme.AUTO)
    writes_plain = models.BooleanField(default=False)  # no rich box: what leaves it has no markup of its own
    density = models.CharField(_("lists"), max_length=12, choices=Density, default=Density.COMFORTABLE)
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # of lists; empty: the usual ones
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    department = models.ForeignKey(Department, on_delete=models.SET_NULL, null=True, blank=True, related_name="people")
    site = models.CharField(_("site"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    teams = models.ManyToManyField(Team, through="Membership", related_name="members")
    # Of an agent: may see and change all people and organisations, not only those of visible tickets.
    keeps_contacts = models.BooleanField(_("keeps contacts"), default=False, db_default=False)
    # Further addresses and numbers, so that one index finds a person by any of them; `contacts` keeps it true.
    also = models.TextField(blank=True, default="", db_default="")
    extra = models.JSONField(default=dict, db_default=Value({}, output_field=models.JSONField()))
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    made_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    # An agent wrote to an address whose owner he may not see: this row is all he knows of them (actions.person_at).
    stands_for = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="stand_ins")
    typed_address = models.CharField(max_length=254, blank=True, default="", db_default="")
    sort_key = models.GeneratedField(
        expression=Folded(Coalesce(NullIf(F("name"), Value("")), F("email"), Value(""))),
        output_field=models.TextField(),
        db_persist=True,
    )
    grams = models.GeneratedField(
        expression=Grams(F("name"), F("email"), F("phone"), F("also")), output_field=grams_field(), db_persist=True
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["role"], name="person_role", condition=~models.Q(role="customer")),
            models.Index(fields=["sort_key", "id"], name="person_sorted"),
            GinIndex(fields=["grams"], name="person_grams"),
            GinIndex(fields=["extra"], name="person_extra", gin_pending_list_limit=256),
        ]

    def __str__(self) -> str:
        return self.name or self.address or str(_("Unknown person"))

    @property
    def address(self) -> str:
        """Where they are written to first; empty for whoever has no mail address."""
        return self.email or self.typed_address

    @property
    def is_agent(self) -> bool:
        return self.is_active and self.role in (Role.AGENT, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.role == Role.ADMIN

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if self.name else ""

    def get_full_name(self) -> str:
        return str(self)

    @cached_property
    def teams_and_leads(self) -> tuple[tuple[int, bool], ...]:
        """Ids of the teams this person is in, and whether he looks after their work: one query per request."""
        return tuple(self.memberships.order_by("team_id").values_list("team_id", "is_lead"))

    @cached_property
    def team_ids(self) -> tuple[int, ...]:
        """Ids of the teams this person is in."""
        return tuple(team for team, _is_lead in self.teams_and_leads)

    @property
    def led_ids(self) -> tuple[int, ...]:
        """Ids of the teams whose work this person looks after."""
        return tuple(team for team, is_lead in self.teams_and_leads if is_lead)

    @cached_property
    def is_trainee(self) -> bool:
        """Whether a colleague reads this person's replies before they leave, wherever they are written."""
        return self.memberships.filter(is_trainee=True).exclude(team__four_eyes=FourEyes.NOBODY).exists()

    @cached_property
    def stand_in_ids(self) -> tuple[int, ...]:
        """Ids of those who stand in for this person where agents wrote to him who do not see him."""
        found = Person.objects.filter(Q(stands_for=self.pk) | Q(stands_for__merged_into=self.pk))
        return tuple(found.values_list("pk", flat=True))

    @property
    def own_ids(self) -> tuple[int, ...]:
        """Under which this person's requests stand."""
        return (self.pk, *self.stand_in_ids)

    def colleague_ids(self) -> list[int]:
        """Ids of the others of this person's organisation, for as many as a list can ask about."""
        others = Person.objects.filter(organisation=self.organisation_id).exclude(pk__in=self.own_ids)
        return list(others.values_list("pk", flat=True)[:COLLEAGUES]) if self.organisation_id else []

    @cached_property
    def inbox_ids(self) -> tuple[int, ...]:
        """Ids of the inboxes this person sees. As plain numbers, so that an index on the tickets can serve them."""
        rule = access.visible_inboxes(self, "inboxes__")
        return tuple(Team.objects.filter(rule).order_by("inboxes").values_list("inboxes", flat=True))


class Membership(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("looks after the team's work"), db_default=False, default=False)
    is_trainee = models.BooleanField(_("a colleague reads their replies first"), db_default=False, default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.team}"


class Identity(models.Model):
    """One way to reach and recognise a person: a mail address (lower case), a phone number, later a handle.

    A mail address is one person's alone, because mail is filed by it; a number may be a whole office's.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail address")
        PHONE = "phone", _("Phone number")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MAIL)
    value = models.CharField(max_length=320)
    shown = models.CharField(max_length=40, blank=True, default="", db_default="")  # a number as it was typed
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value"], condition=Q(kind="mail"), name="identity_once"),
            models.UniqueConstraint(fields=["person", "kind", "value"], name="identity_of_person"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="identity_value")]

    def __str__(self) -> str:
        return self.value


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, person: Any) -> InvitationQuerySet:
        return self.filter(access.visible_invitations(person))

    def pending(self) -> InvitationQuerySet:
        """Not used yet, whether or not the time has run out."""
        return self.filter(accepted_at=None)


class Invitation(models.Model):
    """A door for one new agent: only the digest of its token is kept; single use, 72 hours."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=8, choices=Language, blank=True)
    teams = models.ManyToManyField(Team, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
