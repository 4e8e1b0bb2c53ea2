"""What is known of the requested State's requirements, beside the groups of a request's form.

Three things are known: the rules of the instrument that is chosen, what the directory's entry of
the authority says, and which instruments bind both States. Nothing here decides: the draft is
judged again, whole, before it is signed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext, ngettext

from comity.canonical import ComityError, PeerError, state_of
from comity.directory import Entry
from comity.instruments.state_names import state_names
from comity.node.core.formats import comma
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node
from comity.node.law import assessment
from comity.node.law.facts_from_messages import READABLE, primary
from comity.node.law.wording import say
from comity.node.web import labels
from comity.node.web.form_fields import WRITING
from comity.node.web.form_groups import How, Need

REQUEST: Final = "request.submitted"
ADDRESSEE, SUBJECT, GROUNDS, AUTHORITY = "addressee", "subject", "grounds", "authority"
_PLACES: Final = (
    ("authority.", AUTHORITY),
    ("case.reference", ADDRESSEE),
    ("case.", GROUNDS),
    ("basis.", ADDRESSEE),
    ("route.", ADDRESSEE),
    ("request.confidential", ADDRESSEE),
    ("request.necessity", GROUNDS),
    ("request.expedited", GROUNDS),
    ("request.data_link", GROUNDS),
    ("request.proportionality", GROUNDS),
    ("transfer.", GROUNDS),
    ("request.", SUBJECT),
    ("item.", SUBJECT),
)
"""How the name of a fact begins, to the group of the form that says it."""

type Needs = dict[str, list[Need]]


def state_name(node: Node, party: str) -> str:
    """Return the name of the State of a party, in the page's language."""
    names = state_names(lawbook(node.config).library)
    return str(names(state_of(party), (get_language() or "en").lower()))


def of_request(node: Node, *, to: str, lang: str, sections: Mapping[str, Any]) -> Needs:
    """Return what is known of the requirements for a request, by group.

    Args:
        node: this node.
        to: the authority that is asked, or empty.
        lang: that the texts are in.
        sections: what was written so far.
    """
    found: Needs = {ADDRESSEE: [], SUBJECT: [], GROUNDS: [], AUTHORITY: []}
    if not to:
        return found
    found[ADDRESSEE] += of_entry(node, to, lang)
    try:
        parts = assessment.check_answers(node, to=to, message_type=REQUEST, sections=sections)
    except ComityError as fault:
        found[ADDRESSEE].append(Need("unknown", labels.fault(fault.code)))
        return found
    if not any(part.judgement for part in parts):
        told = gettext("no rules of this legal basis for this kind of request are held here.")
        found[ADDRESSEE].append(Need("unknown", told))
    for part in parts:
        for place, need in _judged(node, part):
            found[place].append(need)
    return found


def of_entry(node: Node, to: str, lang: str) -> Iterator[Need]:
    """Yield what the directory's entry of an authority says of languages and conditions."""
    entry = _entry(node, to)
    if entry is None:
        yield Need("unknown", gettext("the directory has no entry of this authority."))
        return
    if not entry.languages:
        yield Need("unknown", gettext("the entry names no accepted languages."))
    else:
        told = gettext("Accepted languages: %(languages)s") % {"languages": _named(entry)}
        wrong = language_warning(node, [to], [lang])
        yield Need("against", wrong) if wrong else Need("met", told)
    for condition in entry.conditions:
        yield Need("unknown", condition.text, lang=condition.lang)


def _named(entry: Entry) -> str:
    """Return the languages that an authority accepts, in the page's language."""
    words = {code: str(told) for code, told in WRITING}
    return comma().join(words.get(primary(tag), tag) for tag in entry.languages)


def language_warning(node: Node, to: Iterable[str], langs: Collection[str]) -> str:
    """Return which authorities accept none of the languages in which texts are written.

    Args:
        node: this node.
        to: the authorities; one that is not in the directory, or names no language, is left out.
        langs: of the texts; none where there is no text.
    """
    told = gettext("%(state)s accepts %(languages)s. Add a translation.")
    entries = [(party, _entry(node, party)) for party in to] if langs else []
    return " ".join(
        told % {"state": state_name(node, party), "languages": _named(entry)}
        for party, entry in entries
        if entry and entry.languages and not {primary(t) for t in entry.languages} & set(langs)
    )


def languages_of(said: Any) -> set[str]:
    """Return the languages of all texts in sections."""
    if isinstance(said, Mapping):
        if set(said) == {"lang", "text"}:
            return {primary(str(said["lang"]))}
        return set().union(*map(languages_of, said.values()))
    if isinstance(said, list):
        return set().union(*map(languages_of, said))
    return set()


def accepted_languages(node: Node, to: str) -> tuple[str, ...]:
    """Return the languages that the directory says an authority accepts; none where it does not."""
    entry = _entry(node, to) if to else None
    return entry.languages if entry else ()


def binding_both(node: Node, to: str) -> str:
    """Return which instruments bind both States by the directory, whichever is chosen."""
    theirs, ours = _entry(node, to), _entry(node, node.party)
    if theirs is None or ours is None:
        return ""
    known = {one.name for one in ours.instruments if one.status == "in-force"}
    both = [
        one.name for one in theirs.instruments if one.status == "in-force" and one.name in known
    ]
    if not both:
        return gettext("The directory names no instrument in force for both States.")
    named = comma().join(str(labels.BASIS.get(name, name)) for name in both)
    return gettext("Choices in force for both States: %(instruments)s") % {"instruments": named}


def _entry(node: Node, party: str) -> Entry | None:
    try:
        return node.directory.entry(party)
    except PeerError:
        return None


def _judged(node: Node, part: assessment.Checked) -> Iterator[tuple[str, Need]]:
    """Yield the group of each rule and what it says; what no form can say is told in one line."""
    library = lawbook(node.config).library
    silent: dict[str, set[str]] = {}
    for finding in part.judgement.findings if part.judgement else ():
        rule = finding.rule
        facts = rule.when.facts()
        cite = comma().join(rule.cite)
        if finding.outcome == "breach":
            text = say(library, part.instrument.key, f"rules.{rule.key}")
            how: How = "open" if part.kind(finding) == "reminder" else "against"
            yield _place(facts), Need(how, text.text, cite, text.lang)
        elif finding.outcome == "clear":
            told = sorted(name for name in facts & set(part.known) if name in READABLE)
            if told and _is_said(part, facts):
                yield _place(facts), Need("met", _labels(library, told), cite)
        elif readable := sorted(READABLE.intersection(finding.missing)):
            yield _place(frozenset(readable)), Need("open", _labels(library, readable), cite)
        else:
            silent.setdefault(_place(facts), set()).update(finding.missing)
    for place, names in silent.items():
        number = len(names)
        told_ = ngettext(
            "%(n)d question of the rules; answer it on the draft: %(what)s",
            "%(n)d questions of the rules; answer them on the draft: %(what)s",
            number,
        )
        yield place, Need("unknown", told_ % {"n": number, "what": _labels(library, sorted(names))})


def _is_said(part: assessment.Checked, facts: frozenset[str]) -> bool:
    """Tell whether the form says at least one of the facts, and does not leave them all empty."""
    return any(part.known.get(name) not in (None, "", []) for name in facts & READABLE)


def _place(facts: frozenset[str]) -> str:
    """Return the group in which the first of some facts is written."""
    for start, place in _PLACES:
        if any(name.startswith(start) for name in facts):
            return place
    return ADDRESSEE


def _labels(library: Any, names: list[str]) -> str:
    return comma().join(say(library, None, f"facts.{name}.label").text for name in names)
