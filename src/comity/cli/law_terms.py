"""The command `comity law terms`: from a word in any language to the code, and back."""

from pathlib import Path

import click

from comity.cli.law_common import LANG, law_command, laws_of, show_json
from comity.cli.law_frame import frame
from comity.cli.law_say import head, say
from comity.cli.options import AS_JSON
from comity.instruments import LANGUAGES
from comity.papers.glossary import KINDS, look_up, terms


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
