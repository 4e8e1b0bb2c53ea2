"""What an error code means to a person: why, and what to do next."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "node-folder": (
        "A node lives in a folder with a node.toml.",
        "Name that folder, or make one: `comity init DIR --party ... --trust trust.json`.",
    ),
    "folder-taken": (
        "A node's keys are made once; nothing is ever overwritten.",
        "Choose a new folder.",
    ),
    "key-file": (
        "A key file is missing, unreadable, or made for another use.",
        "Check the path and the owner of the file.",
    ),
    "draft-differs": (
        "The node shows a text that is not the one your signature would cover.",
        "Do not sign. Tell the operator and keep what the screen showed.",
    ),
    "draft-stale": (
        "The other side wrote something after this was drafted.",
        "Read it, then draft anew: approvals are for the situation as it was.",
    ),
    "node-silent": (
        "The node is not running, or the address is wrong.",
        "Start it: comity run DIR",
    ),
    "node-refused": ("The node answered with the error above.", "Mend what it names, then repeat."),
    "reconcile-first": (
        "This node was restored from a backup and has not heard from that partner yet.",
        "Wait until the partner is reachable; the node asks by itself.",
    ),
    "database-full": ("The disk is full.", "Free space, then repeat. Nothing was lost."),
    "disk-full": ("The disk is full.", "Free space, then repeat; nothing was left behind."),
    "port-taken": (
        "Another program listens there.",
        "Stop it, or choose other ports: --port-base N.",
    ),
}
