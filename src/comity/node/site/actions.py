"""Every row of the table of actions, by the packages that have them."""

from typing import Final

from comity.node.actions.action import Action
from comity.node.duty import actions as duty
from comity.node.integrations import actions as integrations

ACTIONS: Final[tuple[Action, ...]] = (
    *duty.ACTIONS,
    *integrations.ACTIONS,
)
