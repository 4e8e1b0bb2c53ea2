"""The steps in which the node is tried, and handed over to whoever runs it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.node.core.clock import now
from comity.node.core.node import this_node
from comity.node.log import audit
from comity.node.messages.officer_ca import on_the_list, stored_certificates
from comity.node.messages.officer_signing import signing
from comity.node.operations import selftest_labels
from comity.node.operations.selftest import MUST_HOLD
from comity.node.operations.selftest import self_test as try_all
from comity.node.operations.setup_wizard import build_node, labels
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step


def told(trial: dict[str, Any]) -> dict[str, Any]:
    """Return a trial in words."""
    code = str(trial["found"])
    facts = dict(trial["facts"])
    if code == "font-missing":
        names = [settings.LANGUAGE_NAMES[one] for one in facts["languages"].split(", ")]
        facts["languages"] = ", ".join(names)
    mend = selftest_labels.remark({**trial, "facts": facts}, labels.DO)
    if trial["word"] == "failed" and not mend:
        mend = code
    return {
        **trial,
        "title": labels.TRIAL[trial["key"]],
        "say": labels.WORD[trial["word"]],
        "do": mend,
    }


@step("self-test")
def self_test(request: HttpRequest) -> HttpResponse:
    """Try each part of the node once; go on when nothing failed, or somebody answers for it."""
    progress = this_setup().progress
    held = progress.read().get("self-test", {})
    if request.method != "POST":
        return page(request, "self-test", _context(held.get("trials", ())))
    trials = [one.value() for one in try_all(config(), at=now())]
    failed = failures(trials)
    if not failed or ("answer" in request.POST and not failed & MUST_HOLD):
        kept = {"trials": trials, "failed": sorted(failed), "at": now().isoformat()}
        progress.put("self-test", kept)
        if failed:
            return redirect("setup-finish")
    unknown = sum(one["word"] == "unknown" for one in trials)
    return page(request, "self-test", {**_context(trials), "fresh": True, "unknown": unknown})


def failures(trials: Iterable[dict[str, Any]]) -> set[str]:
    """Return the keys of the trials that failed."""
    return {one["key"] for one in trials if one["word"] == "failed"}


def _context(trials: Iterable[dict[str, Any]]) -> dict[str, Any]:
    failed = failures(trials)
    return {
        "trials": [told(one) for one in trials],
        "failed": bool(failed),
        "must": [labels.TRIAL[key] for key in sorted(failed & MUST_HOLD)],
    }


@step("finish")
def finish(request: HttpRequest) -> HttpResponse:
    """Say what comes next; when that was read, end the set-up."""
    setup, found = this_setup(), config()
    said = setup.progress.read()
    later = "later" in said.get("ceremony", {})
    failed = said.get("self-test", {}).get("failed", [])
    node = this_node()
    standing = signing(node.directory, node.party, stored_certificates(), at=now())
    context = {
        "config": found,
        "address": build_node.address(found),
        "commands": build_node.entry_commands(found, said.get("office", {})),
        "later": later,
        "failed": [labels.TRIAL[key] for key in failed],
        "listed": standing.listed,
        "authority": bool(on_the_list(found)),
        "signs": not standing.lacking,
    }
    if request.method != "POST":
        return page(request, "finish", context)
    undone = ["no ceremony"] if later else []
    undone += [f"self-test failed: {', '.join(failed)}"] if failed else []
    undone += [f"nobody can sign: {standing.lacking}"] if standing.lacking else []
    detail = "; ".join(undone)
    audit.note(at=now(), actor=SETUP, action="setup.finished", subject=found.party, detail=detail)
    setup.progress.drop()
    setup.ended = "finished"
    setup.used()
    return page(request, "ended", {**context, "steps": [], "title": _("The node is set up")})
