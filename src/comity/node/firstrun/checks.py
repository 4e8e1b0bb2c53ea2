"""The steps in which the node is tried, and handed over to whoever runs it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.node import audit
from comity.node.clock import now
from comity.node.firstrun import making, words
from comity.node.firstrun.office import SETUP
from comity.node.firstrun.serving import this_setup
from comity.node.firstrun.views import config, page, step
from comity.node.operation.selftest import Trial, passed
from comity.node.operation.selftest import self_test as try_all


def told(trial: dict[str, Any]) -> dict[str, Any]:
    """Return a trial in words."""
    code = str(trial["found"])
    mend = words.DO.get(code, "") if trial["word"] != "proved" else ""
    if trial["word"] == "failed" and not mend:
        mend = code
    return {
        **trial,
        "title": words.TRIAL[trial["key"]],
        "say": words.WORD[trial["word"]],
        "do": mend,
    }


@step("self-test")
def self_test(request: HttpRequest) -> HttpResponse:
    """Try each part of the node once; go on when nothing failed, or somebody answers for it."""
    progress = this_setup().progress
    held = progress.read().get("self-test", {})
    if request.method != "POST":
        return page(request, "self-test", {"trials": [told(one) for one in held.get("trials", ())]})
    trials = [one.value() for one in try_all(config(), at=now())]
    good = passed(tuple(Trial(**one) for one in trials))
    if good or "answer" in request.POST:
        progress.put("self-test", {"trials": trials, "passed": good, "at": now().isoformat()})
    unknown = sum(one["word"] == "unknown" for one in trials)
    context = {
        "trials": [told(one) for one in trials],
        "failed": not good,
        "fresh": True,
        "unknown": unknown,
    }
    return page(request, "self-test", context)


@step("finish")
def finish(request: HttpRequest) -> HttpResponse:
    """Say what comes next; when that was read, end the set-up."""
    setup, found = this_setup(), config()
    said = setup.progress.read()
    later = "later" in said.get("ceremony", {})
    scheme = "https" if found.tls else "http"
    context = {
        "config": found,
        "address": f"{scheme}://{found.hosts[0] if found.hosts else found.host}:{found.port}/",
        "command": making.entry_command(found, said.get("office", {})),
        "later": later,
        "failed": not said.get("self-test", {}).get("passed", False),
    }
    if request.method != "POST":
        return page(request, "finish", context)
    detail = "; ".join(
        word
        for word, holds in (("no ceremony", later), ("self-test failed", context["failed"]))
        if holds
    )
    audit.note(at=now(), actor=SETUP, action="setup.finished", subject=found.party, detail=detail)
    setup.progress.drop()
    setup.ended = "finished"
    setup.used()
    return page(request, "ended", {**context, "steps": [], "title": _("The node is set up")})
