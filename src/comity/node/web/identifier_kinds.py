"""What kinds of identifiers are called on the screen."""

from typing import Final

from comity.node.core.labels import read_labels

KIND: Final = read_labels(__package__)["identifier-kind"]
