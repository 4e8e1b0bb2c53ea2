"""Fetching the packages that partners offered to us."""

from comity.canonical import ComityError, PeerError
from comity.node.clock import now
from comity.node.models import Package
from comity.node.node import Node
from comity.node.packages import pull
from comity.node.partner_http import PartnerClient


def fetch_wanted(node: Node, client: PartnerClient) -> int:
    """Try every wanted package once; return how many are here now.

    A package that is not the one offered is given up and shown to a person; a partner that does
    not answer is asked again.
    """
    done = 0
    for package in Package.objects.filter(stage=Package.Stage.WANTED).order_by("changed_at"):
        try:
            pull(node, client, package)
            done += 1
        except PeerError as fault:
            _note(package, fault.code, stage=Package.Stage.FAILED)
        except ComityError as fault:
            _note(package, fault.code, stage=Package.Stage.WANTED)
    return done


def _note(package: Package, code: str, *, stage: Package.Stage) -> None:
    if (package.last_fault, package.stage) != (code, stage):
        package.last_fault, package.stage, package.changed_at = code, stage, now()
        package.save(update_fields=["last_fault", "stage", "changed_at"])
