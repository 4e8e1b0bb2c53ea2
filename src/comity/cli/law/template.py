"""The commands of `comity law template` and `terms`: what is usual, and from a word to its code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.frame import Frame, frame, head, say
from comity.cli.groups import Group
from comity.cli.law.library import LANG, instrument_of, label, law_command, laws_of, show_json, text
from comity.cli.law.printing import required
from comity.cli.options import AS_JSON, NEW
from comity.files.publish import write_file
from comity.instruments import LANGUAGES, Fact, Instrument, Library
from comity.instruments.templates import OWNER, Template, templates
from comity.papers.glossary import KINDS, look_up, terms
from comity.papers.words import words

_BLANK: Final = {
    "flag": "true",
    "number": "0",
    "time": "2026-01-02T03:04:00Z",
    "code": '""',
    "codes": '[""]',
    "items": '[{value = ""}]',
    "text": '""',
}


@click.group(cls=Group)
def template() -> None:
    """List, show and start templates for offences.

    Begin with `comity law template list`. They propose; which offence a case is, a person says.
    """


@template.command("list")
@LANG
@AS_JSON
@law_command
def list_(*, lang: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """List the templates."""
    laws = laws_of(folders)
    found = templates(laws)
    if as_json:
        show_json(
            {
                "templates": [
                    {"key": key, "title": _said(laws, f"titles.{key}", lang)} for key in found
                ]
            }
        )
        return
    for key in found:
        say(_said(laws, f"titles.{key}", lang), mark=f"{key:26}")


@template.command()
@click.argument("key")
@LANG
@AS_JSON
@law_command
def show(key: str, *, lang: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """Show template KEY."""
    laws = laws_of(folders)
    one = _template(laws, key)
    if as_json:
        show_json(_value(laws, one, lang))
        return
    told = frame(lang)
    say(_said(laws, f"titles.{key}", lang), mark=f"{key}  ")
    say(_said(laws, f"about.{key}", lang), indent=2)
    say(told("template.urgency", urgency=_urgency(one, lang)), indent=2)
    say(told("template.unverified"), indent=2)
    for name, lines in _parts(laws, one, lang, told):
        if lines:
            head(told(f"template.{name}"))
        for number, (mark, line) in enumerate(lines, 1):
            say(line, indent=2, mark=f"{number}. " if name == "measures" else mark)
    if one.see:
        click.echo()
        say(told("template.see", others=", ".join(one.see)))


def _parts(
    laws: Library, one: Template, lang: str, told: Frame
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each part of a template with its lines, each with what stands before it."""

    def shared(table: str, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(f"{key}  ", text(laws, None, f"{table}.{key}", lang) or key) for key in keys]

    def own(table: str, keys: tuple[str, ...]) -> list[tuple[str, str]]:
        return [("- ", _said(laws, f"{table}.{key}", lang)) for key in keys]

    steps = [(step, _said(laws, f"clocks.{step.key}", lang)) for step in one.clock]
    yield (
        "clocks",
        [
            ("- ", told("template.hours", step=said, hours=step.hours) if step.hours else said)
            for step, said in steps
        ],
    )
    yield (
        "offences",
        [(f"{law} {key}  ", text(laws, law, f"offences.{key}", lang)) for law, key in one.offences],
    )
    yield "measures", shared("measures", one.measures)
    yield "identifiers", shared("identifiers", one.identifiers)
    yield "questions", [("- ", _ask(laws, fact, lang)) for fact in one.questions]
    yield "prompts", own("prompts", one.prompts)
    yield "forgotten", own("forgotten", one.forgotten)


def _value(laws: Library, one: Template, lang: str) -> dict[str, Any]:
    told = frame(lang)
    parts = dict(_parts(laws, one, lang, told))
    return {
        "about": _said(laws, f"about.{one.key}", lang),
        "clock": [
            {"hours": step.hours or None, "key": step.key, "policy": True}
            | {"text": _said(laws, f"clocks.{step.key}", lang)}
            for step in one.clock
        ],
        "confidence": one.confidence,
        "facts": dict(one.facts),
        "forgotten": [line for _, line in parts["forgotten"]],
        "identifiers": list(one.identifiers),
        "key": one.key,
        "measures": list(one.measures),
        "offences": [{"instrument": law, "key": key} for law, key in one.offences],
        "prompts": [line for _, line in parts["prompts"]],
        "questions": list(one.questions),
        "see": list(one.see),
        "title": _said(laws, f"titles.{one.key}", lang),
        "urgency": one.urgency,
        "verified": False,
    }


@template.command()
@click.argument("key")
@click.option("--instrument", default="un-2024", show_default=True, help="Key of the instrument.")
@click.option("--measure", help="What is asked. Default: the template's first measure.")
@click.option("-o", "--output", required=True, type=NEW, help="New file of facts, TOML.")
@LANG
@AS_JSON
@law_command
def start(
    key: str,
    *,
    instrument: str,
    measure: str | None,
    output: Path,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Create a file of facts from template KEY.

    What the template knows is filled in; each open question is added as a comment.
    """
    laws = laws_of(folders)
    one, law = _template(laws, key), instrument_of(laws, instrument)
    provided = one.first_measures(law)
    chosen = measure or next(iter(provided), "")
    if not chosen or not law.provides(chosen):
        known = ", ".join((*law.measures, *law.covers))
        raise MisuseError(f"{law.key} provides for: {known}; name one with --measure")
    write_file(output, "\n".join(_file(laws, one, law, chosen, lang)).encode() + b"\n")
    if as_json:
        show_json({"file": str(output), "instrument": law.key, "measure": chosen})
        return
    say(frame(lang)("ask.written", file=output))


def _file(laws: Library, one: Template, law: Instrument, measure: str, lang: str) -> Iterator[str]:
    from comity.cli.law.facts import toml_value

    told = frame(lang).entries
    yield f"# {_said(laws, f'titles.{one.key}', lang)}: {_said(laws, f'about.{one.key}', lang)}"
    yield f"# {told['template.unverified']}"
    for name in ("prompts", "forgotten"):
        yield f"#\n# {told[f'template.{name}']}"
        yield from (f"# - {_said(laws, f'{name}.{key}', lang)}" for key in getattr(one, name))
    yield f'\ninstrument = "{law.key}"\nmeasure = "{measure}"\nstep = "draft"\n\n[facts]'
    facts = dict(one.facts)
    if offence := one.offence(law.key):
        facts["case.offence"] = offence
    for name, value in facts.items():
        yield f'"{name}" = {toml_value(value)} # {label(laws, name, lang)}'
    yield f"\n# {told['template.questions']} ({told['template.fill']})"
    open_facts = dict.fromkeys((*one.questions, *required(law, measure)))
    for name in open_facts:
        if name not in facts and name != "at":
            yield f"\n# {_ask(laws, name, lang)}"
            yield f'# "{name}" = {_blank(laws.facts[name], one)}'


def _blank(fact: Fact, one: Template) -> str:
    if fact.key == "request.identifiers":
        return f"[{', '.join(f'{{type = "{kind}", value = ""}}' for kind in one.identifiers)}]"
    if fact.values:
        choices = " or ".join(f'"{value}"' for value in fact.values)
        return f"[{choices}]" if fact.kind == "codes" else choices
    return _BLANK[fact.kind]


def _template(laws: Library, key: str) -> Template:
    found = templates(laws)
    if key not in found:
        raise MisuseError(f"no template is called {key[:64]!a}; there are: {', '.join(found)}")
    return found[key]


def _said(laws: Library, key: str, lang: str) -> str:
    return text(laws, OWNER, key, lang) or key


def _ask(laws: Library, fact: str, lang: str) -> str:
    return text(laws, None, f"facts.{fact}.ask", lang) or label(laws, fact, lang)


def _urgency(one: Template, lang: str) -> str:
    return words(lang)(f"letter.urgencies.{one.urgency}")


@click.command("terms")
@click.argument("text", required=False)
@click.option("--kind", type=click.Choice([kind.key for kind in KINDS]), help="Only this kind.")
@LANG
@AS_JSON
@law_command
def terms_(
    text: str | None, *, kind: str | None, lang: str, folders: tuple[Path, ...], as_json: bool
) -> int:
    """Find the code of a term by TEXT in any language, or list all.

    Case, accents and Arabic vowel signs do not matter. The pages of docs/reference/terms hold the
    same. Exit status: 1 if nothing has it.
    """
    found = terms(laws_of(folders), (*LANGUAGES, lang) if lang not in LANGUAGES else LANGUAGES)
    if text is not None:
        found = look_up(found, text)
    found = [term for term in found if kind in {None, term.kind}]
    if as_json:
        show_json(
            {
                "terms": [
                    {"code": term.code, "instrument": term.instrument, "kind": term.kind}
                    | {"texts": dict(term.texts)}
                    for term in found
                ]
            }
        )
        return 0 if found else 1
    before = None
    for term in found:
        if term.kind != before:
            head(frame(lang).apart(term.kind))
            before = term.kind
        shown = term.texts.get(lang) or f"{term.texts.get('en', '')} [en]"
        code = "/".join(part for part in (term.instrument, term.code) if part)
        say(shown, indent=2, mark=f"{code}  ")
    if not found:
        say(frame(lang)("say.no_term"))
    return 0 if found else 1
