"""Hashes of complete subtrees of 256, 65 536 ... leaves, so that proofs need few reads."""

from django.db import models


class LogNode(models.Model):
    """The root of a full tile; levels below 8 are recomputed from the 256 entries of one tile."""

    epoch = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """A subtree has one hash."""

        constraints = (
            models.UniqueConstraint(fields=("epoch", "level", "index"), name="lognode_place"),
        )
