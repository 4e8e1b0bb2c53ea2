"""The step in which the node is tried, part by part."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.node.core.clock import now
from comity.node.operations import selftest_labels
from comity.node.operations.selftest import MUST_HOLD
from comity.node.operations.selftest import self_test as try_all
from comity.node.operations.setup_wizard import labels
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step


def told(trial: dict[str, Any]) -> dict[str, Any]:
    """Return a trial in words."""
    code = str(trial["found"])
    facts = dict(trial["facts"])
    if code in {"font-missing", "font-missing-elsewhere"}:
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
    said = progress.read()
    held = said.get("self-test", {})
    if request.method != "POST":
        return page(request, "self-test", _shown(held.get("trials", ())))
    trials = [
        one.value()
        for one in try_all(config(), at=now(), offered=said.get("office", {}).get("languages", ()))
    ]
    failed = failures(trials)
    if not failed or ("answer" in request.POST and not failed & MUST_HOLD):
        kept = {"trials": trials, "failed": sorted(failed), "at": now().isoformat()}
        progress.put("self-test", kept)
        if failed:
            return redirect("setup-echo")
    this_setup().trials = trials
    return redirect("setup-self-test")  # a reload of that page tries nothing again


def _shown(held: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return what was tried in this run of the set-up, or what an earlier one kept."""
    fresh = this_setup().trials
    unknown = sum(one["word"] == "unknown" for one in fresh)
    return {**_context(fresh or held), "fresh": bool(fresh), "unknown": unknown}


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
