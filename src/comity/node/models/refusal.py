"""What a partner refused besides messages, and what of its answer this node could not use."""

from django.db import models


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
