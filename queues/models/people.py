import unicodedata

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from workflows.ids import uuid7

is_skill_key = RegexValidator(
    r"^(region:)?[a-z0-9_-]+\Z", "Use small letters, digits and dashes, such as loans."
)


class Person(models.Model):
    """A natural person. Accounts that belong to one person share this identity."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "people"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """An account: what somebody, or some program, signs in with."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        SERVICE = "service", "Service account"
        AGENT = "agent", "Software agent"

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", "Comfortable"
        COMPACT = "compact", "Compact"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PERSON)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    is_admin = models.BooleanField("administrator", default=False)
    wip_limit = models.PositiveSmallIntegerField("work at a time", default=3)
    # A simulated colleague of the demo; never set outside it.
    is_simulated = models.BooleanField(default=False, editable=False)

    undo_for = models.PositiveSmallIntegerField(
        "undo window", default=10, choices=[(n, f"{n} seconds") for n in (0, 5, 10, 20, 30)]
    )
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    shortcuts_enabled = models.BooleanField("single-key shortcuts", default=True)
    keymap = models.JSONField(default=dict, blank=True)  # action → key, where changed
    welcomed_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="account_person_iff_kind_person",
                condition=Q(kind="person", person__isnull=False)
                | ~Q(kind="person") & Q(person__isnull=True),
            ),
            models.CheckConstraint(
                name="account_undo_window_is_offered", condition=Q(undo_for__in=[0, 5, 10, 20, 30])
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def actor(self) -> str:
        """How the journal names this account."""
        return f"{'user' if self.kind == self.Kind.PERSON else 'api'}:{self.username}"

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON and self.person_id is not None

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return unicodedata.normalize("NFKC", username)


class Skill(models.Model):
    """Something a person can do that an item may need."""

    # "loans"; "region:north" makes somebody work for a region.
    key = models.CharField(max_length=60, unique=True, validators=[is_skill_key])
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PersonSkill(models.Model):
    """A person has a skill."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="holders")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "skill"], name="skill_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill}"


class Eligibility(models.Model):
    """A person has every skill that a requirement names. Computed when either changes."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="eligible_for")
    requirement = models.ForeignKey("Requirement", models.CASCADE, related_name="eligible")

    class Meta:
        verbose_name_plural = "eligibilities"
        constraints = [
            models.UniqueConstraint(fields=["person", "requirement"], name="eligible_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement}"


class Membership(models.Model):
    """What an account may do in a queue."""

    queue = models.ForeignKey("Queue", models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    can_work = models.BooleanField("works on items", default=True)
    can_manage = models.BooleanField("manages the queue", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["queue", "user"], name="member_once"),
            models.CheckConstraint(
                name="member_may_do_something", condition=Q(can_work=True) | Q(can_manage=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.queue}"


class ServiceToken(models.Model):
    """A key for a program to act as its account. Only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)  # shown, so that people can tell tokens apart
    digest = models.CharField(max_length=64, unique=True)
    # The automated work that it may take, by name; everything else of its account comes on top.
    topics = ArrayField(models.CharField(max_length=200), default=list, blank=True, db_default=[])
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
