"""What can be searched for: one row a thing, beside it the words by which it is found."""

from django.db import models


class SearchDocument(models.Model):
    """Derived from the thing that it names, and made anew from it; its words lie apart."""

    class Kind(models.TextChoices):
        """What kind of thing it is."""

        CASE = "case", "case"
        MESSAGE = "message", "message"
        ITEM = "item", "item of the docket"
        CALL = "call", "telephone call"
        MAIL = "mail", "mail"
        EXHIBIT = "exhibit", "exhibit"
        SEALED = "sealed", "exhibit, for who reads no content"
        SUBJECT = "subject", "subject that an officer gave a case"

    id = models.BigIntegerField(primary_key=True)
    """Seconds since 1970, times 4096, and a number within the second: it grows with time."""
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=71)
    """Number of a case, record of the message, item of the docket, or root of the package."""
    case = models.CharField(max_length=40, blank=True, db_index=True)
    assigned = models.CharField(max_length=64, blank=True)
    """Identifier of the officer for whom an item is, who sees it whatever the case."""
    due_at = models.DateTimeField(null=True)
    """Of a case: when its next clock falls due."""

    class Meta:
        """A thing is found once."""

        constraints = (models.UniqueConstraint(fields=("kind", "subject"), name="search_subject"),)
        indexes = (
            models.Index(
                fields=("due_at", "id"),
                name="search_due",
                condition=models.Q(due_at__isnull=False),
            ),
        )


class SearchClock(models.Model):
    """A fact of a case with a clock, in the order of clocks: a narrowed register is read off it."""

    pk = models.CompositePrimaryKey("facet", "due_at", "document")
    facet = models.CharField(max_length=100)
    """A token that says one fact, as the words of the document have it."""
    due_at = models.DateTimeField()
    document = models.BigIntegerField(db_index=True)


class SearchState(models.Model):
    """The one row that says when the index was last made whole; without a moment it is not."""

    built_at = models.DateTimeField(null=True)
