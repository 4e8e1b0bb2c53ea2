"""What this node knows of its partners."""

from django.db import models

# What this node last knew of a partner's log, and how far it has read its outbox.


class PartnerCheckpoint(models.Model):
    """The newest checkpoint of a partner's log in one epoch; it never shrinks."""

    party = models.CharField(max_length=64)
    origin = models.CharField(max_length=200, unique=True)
    tree_size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    seen_at = models.DateTimeField()


class EpochExplanation(models.Model):
    """What a partner's statement about a new epoch of its log came to; asked for once."""

    party = models.CharField(max_length=64)
    origin = models.CharField(max_length=200, unique=True)
    agrees = models.BooleanField()
    """Whether it fits what we hold of the ended log."""
    at = models.DateTimeField()


class PartnerTestFailure(models.Model):
    """A test of a partner's watch that the node could not send by itself."""

    party = models.CharField(max_length=64)
    fault = models.CharField(max_length=60)
    """Error code."""
    at = models.DateTimeField(db_index=True)


class PartnerCursor(models.Model):
    """The number of the last outbox item taken from a partner that is polled."""

    party = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)


# What a partner refused besides messages, and what of its answer this node could not use.
class Refusal(models.Model):
    """One thing that is not asked of a partner now."""

    class Job(models.TextChoices):
        """What the partner was asked for."""

        POLL = "poll", "to give what its outbox holds for us"
        RECEIPT = "receipt", "to take our receipt for a message that was polled"
        UPLOAD = "upload", "to take a package that we bring"
        WITNESS = "witness", "to cosign our log"
        LINK = "link", "to prove that its log continues what we know"
        EPOCHS = "epochs", "to explain a new epoch of its log"
        SNAPSHOT = "snapshot", "to prove that it logged a snapshot of the directory"
        RECOVERY = "recovery", "to give back what a restored node lacks"
        RETURNED = "returned", "nothing: what it gave back could not be entered"

    job = models.CharField(max_length=12, choices=Job)
    party = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, blank=True)
    """Of what there are several for one party: a package, a record, the origin of a log."""
    conversation = models.CharField(max_length=71, blank=True, db_index=True)
    """Of a message of ours that was given back and is not entered: nothing new is said in it."""
    fault = models.CharField(max_length=120)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """When it is asked again by itself, in the real world; null: when a person says so."""

    class Meta:
        """One thing is refused once."""

        constraints = (
            models.UniqueConstraint(fields=("job", "party", "subject"), name="refusal_thing"),
        )


# The last time that somebody outside reached this node at the address that partners use.
class OutsideContact(models.Model):
    """One row a partner, and one for the page *Test request*, whose party is empty."""

    party = models.CharField(max_length=64, primary_key=True)
    address = models.CharField(max_length=2048)
    """Scheme, host and port as the directory listed them then."""
    at = models.DateTimeField()
