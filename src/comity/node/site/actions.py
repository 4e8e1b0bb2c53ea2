"""Every row of the table of actions, by the packages that have them."""

from typing import Final

from comity.node.accounts import actions as accounts
from comity.node.actions.action import Action
from comity.node.duty import actions as duty
from comity.node.health import actions as health
from comity.node.integrations import actions as integrations
from comity.node.operations import actions as operations
from comity.node.watch import actions as watch

ACTIONS: Final[tuple[Action, ...]] = (
    *accounts.ACTIONS,
    *duty.ACTIONS,
    *health.ACTIONS,
    *integrations.ACTIONS,
    *operations.ACTIONS,
    *watch.ACTIONS,
)
