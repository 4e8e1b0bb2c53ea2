"""The last step: for what the office is ready, what is done, and what is open, with its way."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.keys.spoken import fingerprint
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.keystore import load_keys
from comity.node.core.law_library import lawbook
from comity.node.core.node import this_node
from comity.node.core.notice_channels import channels_of
from comity.node.duty import roster_store
from comity.node.log import audit
from comity.node.messages.officer_ca import on_the_list, rows_to_certify, stored_certificates
from comity.node.messages.officer_signing import signing
from comity.node.operations import echo_labels, echo_test
from comity.node.operations.selftest import backup_folder_trial
from comity.node.operations.setup_wizard import build_node, checks, entry_revision, labels
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.roster import rows_told
from comity.node.operations.setup_wizard.roster_standing import duty_standing
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.step_states import (
    is_backed_up,
    partner_states,
    standing_of,
)
from comity.node.operations.setup_wizard.views import config, page, step
from comity.node.people.access.staff import administrators
from comity.node.service.connection import Connection, connection
from comity.node.web.date_format import moment
from comity.node.web.story_names import state_text
from comity.node.web.text_format import listed as joined

_REACHED: Final = "health/echo"
_CHANNELS: Final = "settings"


@step("finish")
def finish(request: HttpRequest) -> HttpResponse:
    """Say for what the office is ready; when that was read, end the set-up."""
    setup, found = this_setup(), config()
    said = setup.progress.read()
    context = _context(found, said)
    if request.method != "POST":
        return page(request, "finish", context)
    undone = "; ".join(one["code"] for one in context["open"])
    audit.note(at=now(), actor=SETUP, action="setup.finished", subject=found.party, detail=undone)
    setup.progress.drop()
    setup.ended = "finished"
    setup.used()
    return page(request, "ended", {**context, "steps": [], "title": _("Set-up ended")})


def _context(found: NodeConfig, said: dict[str, Any]) -> dict[str, Any]:
    node, at = this_node(), now()
    kept = roster_store.roster()
    standing = signing(node.directory, node.party, stored_certificates(), at=at)
    signed, known = entry_revision.signed_entry(found), connection(node, at=at)
    facts: dict[str, Any] = {
        "made_steps": standing_of(this_setup().progress).done,
        "unlike": entry_revision.differing_parts(found, said, signed) if signed else [],
        "said": said,
        "config": found,
        "standing": standing,
        "cas": on_the_list(found),
        "certified": [
            str(row["officer"].user.get_username())
            for row in rows_to_certify(node, at=at)
            if row["certified"]
        ],
        "partners": partner_states(found),
        "law": _is_law_verified(found, said),
        "roster": kept,
        "duty": duty_standing(kept),
        "backup": backup_folder_trial(found).value(),
        "connection": known,
    }
    tested = "at" in said.get("echo", {})
    ready = tested and not facts["unlike"] and not standing.lacking
    undone = open_steps(facts)
    live = found.mode == "live" and not undone
    return {
        **facts,
        "tested": tested,
        "ready": ready,
        "live": live,
        "done": done_steps(facts),
        "open": undone,
        "echo": echo_labels.told(echo_test.standing(found.folder)),
        "address": build_node.address(found),
        "commands": entry_revision.commands(found, said, signed),
        "reached": reached_by(known),
        "publish": build_node.PUBLISH_COMMAND,
        "digits": fingerprint(load_keys(found.keys).signing["message"].kid).split(),
        "listed": standing.listed,
        "signs": not standing.lacking,
    }


def _is_law_verified(found: NodeConfig, said: dict[str, Any]) -> bool:
    """Tell whether two readers confirmed every rule of the treaties that bind the State."""
    book = lawbook(found)
    rules = [
        rule.digest
        for name in said.get("office", {}).get("instruments", ())
        if (one := book.instrument(name)) is not None
        for rule in one.rules.values()
    ]
    return bool(rules) and set(rules) <= book.verified()


def done_steps(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the steps that are done, as the list of steps has them: what, and how."""
    said, found = facts["said"], facts["config"]
    office = said.get("office", {})
    names = [str(settings.LANGUAGE_NAMES.get(one, one)) for one in office.get("languages", ())]
    keys = len(build_node.fingerprints(found))
    failed = said.get("self-test", {}).get("failed", [])
    how: dict[str, str] = {
        "office": format_html("{}: {}", state_text(found.party), joined(names)),
        "keys": ngettext("%(n)s key", "%(n)s keys", keys) % {"n": keys},
        "officer-ca": _("On the list of public keys; its file is not here."),
        "declarations": _declarations(found, said),
        "entry": _("Signed by your State."),
        "partners": joined(one.upper() for one in facts["partners"]),
        "people": joined(str(one.user.get_username()) for one in administrators()),
        "officers": joined(facts["certified"]),
        "roster": rows_told(facts["roster"]),
        "ceremony": _backed_up(facts) if is_backed_up(said, facts["backup"]["word"]) else "",
        "self-test": _failed(failed) if failed else _("Nothing failed."),
        "echo": _("Two officers signed it, and it was answered."),
    }
    return [(str(labels.STEP[step]), how[step]) for step in facts["made_steps"] if how[step]]


def _declarations(found: NodeConfig, said: dict[str, Any]) -> str:
    treaties = len(said.get("office", {}).get("instruments", {}))
    stated = len(entry_revision.declared(found, said))
    told = ngettext("%(n)s instrument", "%(n)s instruments", treaties) % {"n": treaties}
    more = ngettext(
        "%(n)s declaration or reservation stated",
        "%(n)s declarations or reservations stated",
        stated,
    ) % {"n": stated}
    return f"{told}; {more}"


def _backed_up(facts: dict[str, Any]) -> SafeString:
    """Return what of the backup this program proved, and what people attested."""
    held, name = facts["said"]["ceremony"], facts["backup"]["facts"]["name"]
    return format_html(
        "{} {} {}",
        format_html(_("Proved: the backup {} was written and is unchanged."), name),
        format_html(
            _("Attested by {} and {}: the paper is signed."), held["keeper"], held["witness"]
        ),
        _("Not checked here: that the key opens the backup."),
    )


def _failed(keys: list[str]) -> SafeString:
    return format_html(_("Failed: {}"), joined(str(labels.TRIAL[one]) for one in keys))


def _clock(said: dict[str, Any]) -> str:
    """Return what is said of a clock that nothing is known to keep right; empty for none such."""
    trials = said.get("self-test", {}).get("trials", ())
    unsure = (one for one in trials if (one["key"], one["word"]) == ("clock", "unknown"))
    return next((str(checks.told(one)["do"]) for one in unsure), "")


def reached_by(known: Connection) -> str:
    """Return by whom the node was last reached from outside, and when; empty where unknown."""
    if known.known != "reached":
        return ""
    if known.party:
        told = _("A signed request from {party} arrived over TLS at {time}.")
    else:
        told = _("The page “Test request” was opened from outside at {time}.")
    return format_html(told, party=known.party, time=moment(known.at))


def _not_reached(found: NodeConfig, known: Connection) -> str:
    """Return what is not known about the connection: this set-up listens on this machine only."""
    if known.at is not None:
        told = _("Last reached at {}. Open this address again from outside your network:")
        return format_html(told, moment(known.at))
    if not found.tls:
        return _("The host name is localhost: partners on other machines cannot reach this node.")
    return _(
        "Unknown: set-up listens on this machine only. When the node runs, open this address from "
        "outside your network, through the gateway if there is one:"
    )


def _no_roster(said: dict[str, Any]) -> SafeString:
    """Return what follows from a roster that was not stored, with the reason that was given."""
    why = _("No shift is stored. Until then every officer is alerted.")
    if not said.get("reason"):
        return format_html("{}", why)
    return format_html("{} {}", why, format_html(_("Reason: {}"), said["reason"]))


def open_steps(facts: dict[str, Any]) -> list[dict[str, str]]:
    """Return what is open before live use: what, why, and where it is done."""
    said, found, standing = facts["said"], facts["config"], facts["standing"]
    failed = said.get("self-test", {}).get("failed", [])
    gateways = channels_of(vars(found), found.folder)
    rows = [
        ("at" not in said.get("echo", {}), "no test request", _("Test request"),
         _("Not tested yet: whether your officers can sign, send and "
         "receive."), "setup-echo"),
        (not facts["cas"], "no officer CA", _("Officer CA"),
         _("Without it no officer can sign."), "setup-officer-ca"),
        (not standing.listed, "not listed", _("Directory entry"),
         _("Your State has not listed this node yet. Import its file when "
         "it arrives."),
         "setup-partners"),
        (bool(facts["unlike"]), f"entry differs: {', '.join(facts['unlike'])}",
         _("Directory entry"),
         format_html(
             _("Your State signed other answers than yours: {}. Have the entry revised."),
             joined(str(entry_revision.PART[one]) for one in facts["unlike"])),
         "setup-entry"),
        (standing.listed and bool(standing.lacking), f"nobody can sign: {standing.lacking}",
         _("Officer certificates"), _("An author and an approver must be certified."),
         "setup-officers"),
        (not facts["partners"], "no partner", _("First partner"),
         _("Import a directory entry and compare its fingerprint."), "setup-partners"),
        ("later" in said.get("ceremony", {}), "no ceremony", _("Backup and recovery drill"),
         _("There is no backup yet: what is lost tonight is lost."), "setup-ceremony"),
        ("at" in said.get("ceremony", {}) and facts["backup"]["word"] != "proved",
         f"backup not proved: {facts['backup']['found']}", _("Backup and recovery drill"),
         checks.told(facts["backup"])["do"], "setup-ceremony"),
        (bool(failed), f"self-test failed: {', '.join(failed)}", _("Self-test"),
         _failed(failed), "setup-self-test"),
        (bool(_clock(said)), "clock unknown", labels.TRIAL["clock"], _clock(said),
         "setup-self-test"),
        (said.get("office", {}).get("reach") == "url" and facts["connection"].known != "reached",
         "connection not checked", _("Connection for partners"),
         _not_reached(found, facts["connection"]), _REACHED if found.tls else ""),
        (not facts["roster"], "no roster", _("Duty roster"),
         _no_roster(said.get("roster", {})), "setup-roster"),
        (bool(facts["duty"].gaps), "roster gaps", _("Duty roster"),
         format_html(_("No one is on duty: {}"), joined(facts["duty"].gaps)), "setup-roster"),
        (bool(facts["duty"].uncertified), "roster without certificates", _("Duty roster"),
         format_html(_("On the roster without a certificate, so they cannot sign: {}"),
                     joined(facts["duty"].uncertified)), "setup-officers"),
        (not any(vars(gateways).values()), "no gateway", _("E-mail and text messages"),
         _("Add a mail server or a gateway. Until then alarms show on screens only."), _CHANNELS),
        (not facts["law"], "law not verified", _("Law"),
         _("Two people confirm the rules of each treaty. Until then rules warn and never block."),
         "treaties"),
    ]  # fmt: skip
    return [
        {"code": code, "title": str(title), "why": why,
         "step": way if way.startswith("setup-") else "",
         "path": "" if way.startswith("setup-") else way}
        for holds, code, title, why, way in rows
        if holds
    ]  # fmt: skip
