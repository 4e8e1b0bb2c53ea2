"""Every row of the table of actions, by the packages that have them."""

from typing import Final

from comity.node.actions.action import Action
from comity.node.court import actions as court
from comity.node.duty import actions as duty
from comity.node.evidence import actions as evidence
from comity.node.mail import actions as mail
from comity.node.sensitive import actions as sensitive

ACTIONS: Final[tuple[Action, ...]] = (
    *court.ACTIONS,
    *duty.ACTIONS,
    *evidence.ACTIONS,
    *mail.ACTIONS,
    *sensitive.ACTIONS,
)
