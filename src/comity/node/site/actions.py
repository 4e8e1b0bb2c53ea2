"""Every row of the table of actions, by the packages that have them."""

from typing import Final

from comity.node.accounts import actions as accounts
from comity.node.actions.action import Action
from comity.node.assistance import actions as assistance
from comity.node.cases import actions as cases
from comity.node.compose import actions as compose
from comity.node.court import actions as court
from comity.node.docket import actions as docket
from comity.node.duty import actions as duty
from comity.node.evidence import actions as evidence
from comity.node.exercise import actions as exercise
from comity.node.health import actions as health
from comity.node.integrations import actions as integrations
from comity.node.mail import actions as mail
from comity.node.my_work import actions as my_work
from comity.node.operations import actions as operations
from comity.node.privacy_desk import actions as privacy_desk
from comity.node.sensitive import actions as sensitive
from comity.node.statistics import actions as statistics
from comity.node.watch import actions as watch

ACTIONS: Final[tuple[Action, ...]] = (
    *accounts.ACTIONS,
    *assistance.ACTIONS,
    *cases.ACTIONS,
    *compose.ACTIONS,
    *court.ACTIONS,
    *docket.ACTIONS,
    *duty.ACTIONS,
    *evidence.ACTIONS,
    *exercise.ACTIONS,
    *health.ACTIONS,
    *integrations.ACTIONS,
    *mail.ACTIONS,
    *my_work.ACTIONS,
    *operations.ACTIONS,
    *privacy_desk.ACTIONS,
    *sensitive.ACTIONS,
    *statistics.ACTIONS,
    *watch.ACTIONS,
)
