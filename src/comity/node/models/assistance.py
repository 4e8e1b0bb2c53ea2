"""Assistance: the board and the catalogue of solutions."""

from django.db import models

# A line of the board: a conversation about assistance, as lists need it.


class BoardLine(models.Model):
    """Remembered from the conversation's messages; `assistance.board` makes it anew from them."""

    class Kind(models.TextChoices):
        """What the opening said."""

        NEED = "need", "something is needed"
        HELP = "help", "something is available"
        PLACES = "places", "places in a course"
        TABLE = "table", "a round table"

    conversation = models.CharField(max_length=71, primary_key=True)
    case = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    party = models.CharField(max_length=64)
    """Who opened it."""
    ours = models.BooleanField()
    state = models.CharField(max_length=24)
    """The main state, as the conversation has it."""
    stands = models.CharField(max_length=24)
    """How far it is: of its side tracks the one that asks most of somebody; empty if none."""
    matter = models.CharField(max_length=300)
    """In one line, as its opening has it; empty once that was erased."""
    form = models.CharField(max_length=24, blank=True)
    topics = models.CharField(max_length=1200, blank=True)
    """Keys between commas, ``,strategy,research,``."""
    review_at = models.DateTimeField(null=True)
    """When somebody has to look at it again; None once nothing is left to look at."""
    changed_at = models.DateTimeField()

    class Meta:
        """The list goes by what changed last; the watch by what is to be looked at."""

        indexes = (
            models.Index(fields=("-changed_at", "conversation"), name="board_changed"),
            models.Index(fields=("review_at",), name="board_review"),
        )


class BoardFacet(models.Model):
    """One thing by which the board is narrowed to a line: a topic of it, or a State in it."""

    conversation = models.CharField(max_length=71, db_index=True)
    facet = models.CharField(max_length=80)
    """``topic:`` and a key, or ``state:`` and two letters."""

    class Meta:
        """The lines of a facet are found by it, and none stands twice."""

        constraints = (
            models.UniqueConstraint(fields=("facet", "conversation"), name="board_facet"),
        )


# A technical solution of the catalogue: ours, or one that another State gave us.


class SolutionRow(models.Model):
    """What is known of a solution; its bytes, once here, are a `SolutionFile`."""

    class Stage(models.TextChoices):
        """How far it is."""

        WANTED = "wanted", "offered to us, to be fetched"
        STORED = "stored", "here, and what its author signed"
        FAILED = "failed", "not what was offered, or not to be had: a person must look"

    digest = models.CharField(max_length=71, primary_key=True)
    """SHA-256 of its file."""
    record = models.CharField(max_length=71, db_index=True)
    """Record digest of its signed statement, by which a withdrawal names it."""
    party = models.CharField(max_length=64)
    """Its author."""
    ours = models.BooleanField()
    kind = models.CharField(max_length=24)
    matter = models.CharField(max_length=300)
    version = models.CharField(max_length=40)
    statement = models.JSONField()
    """The JWS, as it was signed."""
    size_bytes = models.PositiveBigIntegerField()
    conversation = models.CharField(max_length=71, blank=True)
    """In which it was offered to us; empty for our own."""
    giver = models.CharField(max_length=64, blank=True)
    """Who offered it to us."""
    stage = models.CharField(max_length=8, choices=Stage)
    last_fault = models.CharField(max_length=120, blank=True)
    withdrawal = models.JSONField(null=True)
    """The JWS by which its author withdrew it."""
    withdrawn_at = models.DateTimeField(null=True)
    """When this node learned of it."""
    changed_at = models.DateTimeField()

    class Meta:
        """The catalogue goes by what changed last; the fetcher asks for what is wanted."""

        indexes = (
            models.Index(fields=("-changed_at", "digest"), name="solution_changed"),
            models.Index(fields=("stage", "changed_at"), name="solution_stage"),
        )


class SolutionFile(models.Model):
    """The bytes of a solution, in the database: small, and with every backup."""

    digest = models.CharField(max_length=71, primary_key=True)
    data = models.BinaryField()
