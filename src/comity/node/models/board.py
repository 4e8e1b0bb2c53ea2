"""A line of the board: a conversation about assistance, as lists need it."""

from django.db import models


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
