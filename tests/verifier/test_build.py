"""One file, the same bytes each time, that may load nothing and speaks seven languages."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs

from comity.bundle.ceilings import CEILINGS
from comity.canonical import MisuseError
from comity.exchange.bodies import SECTIONS
from comity.exchange.editions import KNOWN, Edition
from comity.exchange.types import MOVES
from comity.verifier import page, page_digest
from comity.verifier.build import script
from comity.verifier.tables import LANGUAGES, claims, modules, words

JS = Path(__file__).resolve().parent / "js"
ROOM = REPOSITORY / "src" / "comity" / "verifier"
TEXT = page().decode("utf-8")
SAYS = (
    ROOM / "preface.py",
    ROOM / "speech.py",
    ROOM / "tables.py",
    REPOSITORY / "src/comity/cli/court/verdict.py",
    REPOSITORY / "src" / "comity" / "papers" / "verdict.py",
)
"""What else says these words."""


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    code = "from comity.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "verifier", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={
            "HOME": str(home),
            "PATH": "",
            "PYTHONPATH": str(REPOSITORY / "src"),
            "PYTHONHASHSEED": "random",
        },
        check=False,
    )


def test_the_command_writes_the_page_and_prints_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "verifier.html"
    done = run("-o", path, home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    judged = subprocess.run(
        [needs("sha256sum"), "-c"], input=done.stdout, capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr
    assert path.read_bytes() == page()


def test_a_spoilt_page_has_another_digest(tmp_path: Path) -> None:
    path = tmp_path / "verifier.html"
    done = run("-o", path, home=tmp_path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"claims", b"clajms", 1))
    command = [needs("sha256sum"), "-c"]
    judged = subprocess.run(command, input=done.stdout, capture_output=True, text=True, check=False)
    assert judged.returncode == 1


def test_without_a_file_the_digest_alone_is_printed(tmp_path: Path) -> None:
    done = run("--json", home=tmp_path)
    assert json.loads(done.stdout) == {"output": "-", "sha256": page_digest(page())}


def test_a_page_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "verifier.html"
    path.write_text("mine")
    assert run("-o", path, home=tmp_path).returncode != 0
    assert path.read_text() == "mine"


def source(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', TEXT)
    style, code = (re.search(rf"<{n}>(.*?)</{n}>", TEXT, re.DOTALL) for n in ("style", "script"))
    assert policy
    assert style
    assert code
    assert policy[1].split("; ") == [
        "default-src 'none'",
        f"script-src 'sha256-{source(code[1])}'",
        f"style-src 'sha256-{source(style[1])}'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert TEXT.count("<script") == TEXT.count("<style") == 1


def test_the_page_names_no_address_it_could_load_from() -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", TEXT) == []
    assert not re.search(
        r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import)\(", TEXT
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_there_in_every_language_with_its_places(lang: str) -> None:
    english, found = words("en"), words(lang)
    assert list(found) == list(english)
    for name, text in found.items():
        assert text.strip()
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[name]))
    if lang != "en":
        long = [name for name in found if len(re.sub(r"\{\w+\}", "", english[name])) > 15]
        own = [name for name in long if not name.startswith("land-")]  # Brunei Darussalam
        same = [name for name in own if found[name] == english[name]]
        assert same == []


def test_every_word_the_script_asks_for_exists_and_every_word_is_asked_for() -> None:
    code = "".join(path.read_text("utf-8") for path in sorted((ROOM / "js").glob("*.js")))
    code += (ROOM / "page.html").read_text("utf-8")
    code += "".join(path.read_text("utf-8") for path in SAYS)
    asked = set(re.findall(r'"([a-z][a-z0-9-]*)"', code))
    made = re.compile(
        r"title-\d+|summary-\d+|(status|state|claim|word|say|outcome|detail|reason)-[a-z.:-]+"
        r"|(measure|type|package|opened|condition|land|event|role|custody-row)-[a-z.-]+|(intact|unpinned|disputed)-text"
    )
    unused = {name for name in words("en") if name not in asked and not made.fullmatch(name)}
    alone = {
        "name",
        "dir",
        "why-form",
        "together",
        "together-each",
        "together-damaged",
        "lacking",
        "lacking-count",
        "lacking-none",
        "never-proved",
    }  # the command judges two bundles
    assert unused - alone == set()
    called = r'(?:speech\.(?:word|say)\(|sentence\(speech, |pieces\()"([a-z-]+)"'
    assert {name for name in re.findall(called, code) if name not in words("en")} == set()


def test_the_words_keep_the_order_of_the_registry() -> None:
    assert claims() == list(CEILINGS)


def test_the_tables_are_the_specifications() -> None:
    made = modules()
    text = made["moves.js"].removeprefix("export const EDITIONS = ").rstrip(";\n")
    editions = [Edition.from_value(value) for value in json.loads(text)]
    assert [one.digest for one in editions] == list(KNOWN.digests)
    assert editions[0].moves == MOVES
    schemas = json.loads(made["schemas.js"].removeprefix("export const SCHEMAS = ").rstrip(";\n"))
    assert set(schemas) == set(SECTIONS)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.js": 'import { b } from "./b.js";\n', "b.js": "export const c = 1;\n"}, "export"),
        ({"a.js": 'import b from "./b.js";\n', "b.js": ""}, "another form"),
        ({"a.js": "export default 1;\n"}, "another form"),
        (
            {
                "a.js": 'import { b } from "./b.js";\nexport const a = 1;\n',
                "b.js": 'import { a } from "./a.js";\nexport const b = 1;\n',
            },
            "detour",
        ),
    ],
)
def test_a_module_that_breaks_the_rules_is_not_joined(
    tmp_path: Path, files: dict[str, str], why: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(MisuseError, match=why):
        script(tmp_path / "a.js", {})


def test_a_module_stays_short_and_says_its_idea_first() -> None:
    for path in sorted((ROOM / "js").glob("*.js")):
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 350, path.name
        assert lines[0].startswith("// "), path.name
        assert max(map(len, lines)) <= 100, path.name


def test_every_import_is_used_and_every_export_is_imported() -> None:
    sources = {path.name: path.read_text("utf-8") for path in sorted((ROOM / "js").glob("*.js"))}
    asked = [path.read_text("utf-8") for path in sorted(JS.glob("*.js"))]
    taken = "".join("".join(_IMPORT.findall(text)) for text in (*sources.values(), *asked))
    for name, text in sources.items():
        for word in re.findall(r"\w+", " ".join(_IMPORT.findall(text))):
            assert re.search(rf"\b{word}\b", _IMPORT.sub("", text)), f"{name}: {word}"
        for word in re.findall(
            r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE
        ):
            assert re.search(rf"\b{word}\b", taken), f"{name}: {word}"


_EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"[^"]+";\n', re.MULTILINE)
