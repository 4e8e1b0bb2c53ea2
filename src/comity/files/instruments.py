"""Reading the law as data: the folders that are shipped, and an office's own."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, parse_party, parse_state, state_of
from comity.files.errors import NotFoundError, translating
from comity.files.languages import further, named
from comity.instruments.library import MAX_BYTES, MAX_FILES, MAX_TOTAL_BYTES, Library
from comity.instruments.reviews import MAX_BYTES as MAX_REVIEW_BYTES
from comity.instruments.state_names import StateNames, state_names

MAX_REVIEWS: Final = 10_000
_SUFFIX: Final = ".toml"
_DEPTH: Final = 3  # folder/words/en.toml


@cache
def shipped() -> Library:
    """Return what Comity ships, read once per process.

    Raises:
        InstrumentError: never, unless the installed files were changed.
    """
    return Library(_shipped())


def library(*folders: Path) -> Library:
    """Return what is shipped with an office's folders laid over it, in their order.

    The words of the languages that this process was told to speak stand in it too.

    Raises:
        LanguageError: the words of such a language cannot be used.
        InstrumentError: a file breaks the format, or repeats a key that is there already.
        StorageError: a folder cannot be read.
    """
    if not folders:
        return _spoken(named())
    return Library(_shipped(), *_words(), *map(read_folder, folders))


@cache
def _spoken(languages: Path | None) -> Library:
    return shipped() if languages is None else Library(_shipped(), *_words())


def _words() -> list[Mapping[str, bytes]]:
    return [language.layer for language in further().values()]


def read_folder(path: Path) -> dict[str, bytes]:
    """Return the TOML files of a folder of instruments, or of one instrument's folder.

    Args:
        path: a folder whose folders are instruments; if it holds instrument.toml itself, it is one.

    Raises:
        NotFoundError: no such folder.
        StorageError: a file cannot be read.
    """
    if not path.is_dir():
        raise NotFoundError(f"{path}: no such folder", path=str(path))
    with translating(f"reading {path}"):
        if (path / "instrument.toml").is_file():
            return _bounded(_files(path, f"{path.resolve().name}/", _DEPTH - 1))
        return _bounded(_files(path, "", _DEPTH))


def read_reviews(folder: Path) -> dict[str, bytes]:
    """Return the signed reviews of a folder (``*.json``) by path; none where there is no folder.

    Raises:
        MisuseError: more than 10,000 of them.
        StorageError: one cannot be read.
    """
    found: dict[str, bytes] = {}
    with translating(f"reading {folder}"):
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            if not path.is_file():
                continue  # a pipe would be waited for without end
            if len(found) == MAX_REVIEWS:
                raise MisuseError(f"{folder}: more than {MAX_REVIEWS} reviews")
            with path.open("rb") as file:
                found[str(path)] = file.read(MAX_REVIEW_BYTES + 1)  # so that one too long is seen
    return found


@cache
def _shipped() -> dict[str, bytes]:
    return _bounded(_files(resources.files("comity.instruments") / "data", "", _DEPTH))


def _bounded(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Take files until there are more than the library takes: it refuses them."""
    found: dict[str, bytes] = {}
    total_bytes = 0
    for name, data in files:
        found[name] = data
        total_bytes += len(data)
        if len(found) > MAX_FILES or total_bytes > MAX_TOTAL_BYTES:
            break
    return found


def _files(folder: Traversable, before: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Read what ends in .toml; one byte more than allowed, so that the library sees it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and depth > 1:
            yield from _files(item, f"{before}{item.name}/", depth - 1)
        elif item.name.endswith(_SUFFIX) and item.is_file():
            with item.open("rb") as file:
                yield before + item.name, file.read(MAX_BYTES + 1)


# Names that a person types and that must exist: codes of States, keys of treaties.
#
# What travels may name a State or treaty that this program does not know; what somebody here types
# is looked up first, so that a slip of the finger is not signed.


_ASSIGNED: Final = (
    "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br "
    "bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz "
    "ec ee eg eh er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw "
    "gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky "
    "kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv "
    "mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py "
    "qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg "
    "th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm "
    "zw"
)
CODES: Final = frozenset(_ASSIGNED.split())
"""Officially assigned (ISO 3166-1 alpha-2)."""
_RESERVED: Final = frozenset({"eu", "un"})
_COMMON_SLIPS: Final = {"uk": "gb", "el": "gr"}
_MOST: Final = 3
_SHOWN: Final = 64


def check_state(text: str) -> str:
    """Return a State's code, two lower-case letters of ISO 3166-1, or ``un`` or ``eu``.

    Codes that the standard leaves to users (``aa``, ``qm`` to ``qz``, ``xa`` to ``xz``, ``zz``) are
    taken too.

    Raises:
        MisuseError: no State has it; says which ones are like it.
        MalformedNameError: it cannot be a code, nor is it the name of a State.
    """
    if text in CODES or text in _RESERVED or _is_of_users(text):
        return text
    names = state_names(shipped())
    like = [match] if (match := names.find(text)) else _like(text, names)
    if not like:
        parse_state(text)
    raise MisuseError(f"no State has the code {text[:_SHOWN]!a}{_hint(like, names)}")


def check_party(text: str) -> str:
    """Return the name of a party whose State exists, such as vn/contact-point.

    Raises:
        MalformedNameError: it is no such name.
        MisuseError: no State has that code; says which ones are like it.
    """
    party = parse_party(text)
    check_state(state_of(party))
    return party


def check_instruments(keys: Iterable[str], folders: Iterable[Path] = ()) -> None:
    """Raise unless each key is that of an instrument that is shipped, or lies in a folder.

    Args:
        keys: as somebody typed them.
        folders: of the office's own instruments.

    Raises:
        MisuseError: there is none; says which ones are like it, and all there are.
    """
    known = library(*folders).instruments
    for key in keys:
        if key not in known:
            like = difflib.get_close_matches(key[:_SHOWN], known, n=1)
            hint = f"; did you mean {like[0]}?" if like else ";"
            raise MisuseError(
                f"no treaty is called {key[:_SHOWN]!a}{hint} there are: {', '.join(known)}. One of "
                "your own: name its folder with --instruments"
            )


def _is_of_users(code: str) -> bool:
    if len(code) != 2 or not (code.isascii() and code.islower()):
        return False
    return code in {"aa", "zz"} or code[0] == "x" or (code[0] == "q" and code[1] >= "m")


def _like(text: str, names: StateNames) -> list[str]:
    """Return codes like one that was mistyped, or those of States whose name is like it."""
    wanted = text[:_SHOWN].strip().casefold()
    if wanted in _COMMON_SLIPS:
        return [_COMMON_SLIPS[wanted]]
    if len(wanted) == 2:
        return difflib.get_close_matches(wanted, sorted(names.names), n=_MOST, cutoff=0.5)
    told = {names(code, "en").casefold(): code for code in names.names}
    return [told[one] for one in difflib.get_close_matches(wanted, told, n=_MOST)]


def _hint(codes: list[str], names: StateNames) -> str:
    told = ", ".join(f"{code} ({names(code, 'en')})" for code in codes)
    return f"; did you mean {told}?" if told else "; use two letters of ISO 3166-1, such as vn"
