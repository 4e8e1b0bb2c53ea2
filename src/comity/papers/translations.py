"""Translations of a message's free texts, which a letter shows beside them.

Nobody's signature covers a translation, so a person answers for it by name, and it names the digest
of the very text it was made from. When that text changes, the translation is refused.

Source: docs/reference/translations.md.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from comity.canonical import digest_text, equal, members, parse_digest
from comity.exchange.values import Model, Text
from comity.papers.errors import (
    SpokenCodeError,
    TranslationError,
    TranslationStaleError,
    TranslationUnattestedError,
)

MAX_TRANSLATIONS: Final = 64
MAX_OF_A_TEXT: Final = 2
MAX_TRANSLATION_BYTES: Final = 512 * 1024
_LANG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOST: Final = {
    "attestation": 4000,
    "lang": 35,
    "made_by": 200,
    "section": 200,
    "source": 71,
    "text": 40_000,
    "translator": 200,
}
_LETTERS: Final = 2  # the shortest names have two, in Chinese and Korean
_MACHINES: Final = frozenset({
    "automatic", "automatique", "automático", "chatbot", "chatgpt", "deepl", "google", "gpt",
    "libretranslate", "llm", "machine", "microsoft", "nllb", "openai", "papago", "software",
    "systran", "translate", "yandex", "آلية", "آلي", "машинный", "автоматический",
})  # fmt: skip
_ALONE: Final = frozenset(
    {"ai", "bing", "bot", "mt", "none", "translation", "translator", "unknown"}
)
_MACHINES_WITHOUT_BLANKS: Final = ("机器", "机翻", "自动", "máy dịch", "dịch máy")


@dataclass(frozen=True, kw_only=True)
class Translation:
    """A translation of one free text.

    Attributes:
        attestation: what the person who answers for it declares, in words.
        lang: BCP 47 tag of the translation.
        made_by: name of the person who answers for it.
        section: path of the text in the message, ``grounds/facts``.
        source: SHA-256 of the text it was made from (UTF-8), ``sha256:`` and 64 digits.
        text: the translation.
        translator: who or what wrote it: that person, an office, or a program by its name.
    """

    attestation: str
    lang: str
    made_by: str
    section: str
    source: str
    text: str
    translator: str

    def to_value(self) -> dict[str, str]:
        """Return it as JSON has it."""
        return asdict(self)


def read_translation(data: bytes) -> Translation:
    """Return the translation of a TOML file; raises as `parse_translation`."""
    if len(data) > MAX_TRANSLATION_BYTES:
        raise TranslationError("a translation is at most 512 KiB")
    try:
        value = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise TranslationError("a translation is a TOML file in UTF-8") from fault
    return parse_translation(value)


def parse_translation(value: object) -> Translation:
    """Return the translation of a decoded value.

    Args:
        value: untrusted.

    Raises:
        MemberError: a member is missing, unknown or no text.
        TranslationError: a text is empty or too long, a language or digest malformed.
        TranslationUnattestedError: no person answers for it.
    """
    told: dict[str, Any] = members(value, {field.name: str for field in fields(Translation)})
    for name, most in _MOST.items():
        if not told[name].strip() or len(told[name]) > most:
            raise TranslationError(f"{name}: between 1 and {most} characters")
    if not _LANG.fullmatch(told["lang"]):
        raise TranslationError("lang: no language tag")
    parse_digest(told["source"])
    if not _names_a_person(told["made_by"]):
        raise TranslationUnattestedError("made_by: the name of the person who answers for it")
    return Translation(**told)


def checked_translations(
    translations: Sequence[Translation], bodies: Mapping[str, Model]
) -> dict[Text, list[Translation]]:
    """Return the translations of each text of a message.

    Args:
        translations: each parsed.
        bodies: the message's sections.

    Raises:
        TranslationError: too many, two into one language, one into the text's own language, or
            of a text that the message does not have.
        TranslationStaleError: one was made from another text.
    """
    if len(translations) > MAX_TRANSLATIONS:
        raise TranslationError(f"at most {MAX_TRANSLATIONS} translations go into a letter")
    texts, found = dict(free_texts(bodies)), dict[Text, list[Translation]]()
    seen: dict[str, set[str]] = {}
    for item in translations:
        text = texts.get(item.section)
        if text is None:
            raise TranslationError("section: the message has no free text of that path")
        if not equal(parse_digest(item.source), parse_digest(source_of(text))):
            raise TranslationStaleError(f"{item.section}: made from another text than this one")
        langs = seen.setdefault(item.section, {text.lang.lower()})
        if item.lang.lower() in langs or len(langs) > MAX_OF_A_TEXT:
            raise TranslationError(
                f"{item.section}: into one or two languages, each once, and not its own"
            )
        langs.add(item.lang.lower())
        if item not in found.setdefault(text, []):
            found[text].append(item)
    return found


def free_texts(bodies: Mapping[str, Model]) -> Iterator[tuple[str, Text]]:
    """Yield the path and text of every free text of a message, ``grounds/facts``."""
    for name, body in bodies.items():
        yield from _texts(name, body)


def source_of(text: Text) -> str:
    """Return the digest that a translation of a text names."""
    return digest_text(hashlib.sha256(text.text.encode("utf-8")).digest())


def _texts(path: str, value: object) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, Model):
        for name, _ in value:
            yield from _texts(f"{path}/{name}", getattr(value, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(f"{path}/{number}", item)


def _names_a_person(text: str) -> bool:
    """Tell whether a text may be a person's name: letters, no digit, no word for a machine."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return (
        sum(map(len, words)) >= _LETTERS
        and not any(char.isdigit() or char in "@/:<>" for char in text)
        and _MACHINES.isdisjoint(words)
        and not _ALONE.issuperset(words)
        and not any(term in text.casefold() for term in _MACHINES_WITHOUT_BLANKS)
    )


# The code of a message: its content digest in short, to be read aloud on the telephone.
#
# The first 100 bits of the digest as 20 characters of Crockford's base32 (no I, L, O or U), in
# groups of five, and one check character. The check is a sum over GF(32) with one weight a place:
# one wrong character, or two that changed places, never leave it right. 100 bits cannot be found
# for another text by trying; two texts with one code need 2**50 tries of their author, so the whole
# digest, in the record and in the QR code, decides where the author is not trusted.


CODE_CHARS: Final = 20
_GROUP: Final = 5
_BITS: Final = 5
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SKIPPED: Final = str.maketrans("", "", "- \t\r\n")
_MODULUS: Final = 0b100101  # x**5 + x**2 + 1, primitive: the weights 1, x, x**2 ... all differ


def spoken_code(digest: bytes) -> str:
    """Return the code of a digest, ``K3J9P-01234-ABCDE-FGHJK-M``.

    Args:
        digest: 32 bytes, the message's content digest (spec 4).
    """
    bits = int.from_bytes(digest[:13]) >> (13 * 8 - CODE_CHARS * _BITS)
    values = [bits >> _BITS * place & 31 for place in reversed(range(CODE_CHARS))]
    text = "".join(_ALPHABET[value] for value in (*values, _check(values)))
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def read_code(text: str) -> str:
    """Return a code as it is printed, from one that was heard or typed.

    Small letters, blanks and hyphens do not matter; O is read as 0, I and L as 1.

    Raises:
        SpokenCodeError: the length, a character or the check character is wrong.
    """
    heard = text.upper().translate(_SKIPPED).translate(_HEARD)
    if len(heard) != CODE_CHARS + 1:
        raise SpokenCodeError(f"a code has {CODE_CHARS + 1} characters, this has {len(heard)}")
    if any(char not in _ALPHABET for char in heard):
        raise SpokenCodeError("a code has digits and the letters A to Z without I, L, O and U")
    values = [_ALPHABET.index(char) for char in heard]
    if _check(values[:-1]) != values[-1]:
        raise SpokenCodeError("the check character does not fit: have the code read again")
    return "-".join(heard[at : at + _GROUP] for at in range(0, len(heard), _GROUP))


def code_prefix(code: str) -> str:
    """Return the first 25 hex digits of the digests that have a code; raises as `read_code`."""
    value = 0
    for char in read_code(code).replace("-", "")[:CODE_CHARS]:
        value = value << _BITS | _ALPHABET.index(char)
    return f"{value:0{CODE_CHARS * _BITS // 4}x}"


def _check(values: list[int]) -> int:
    found = 0
    for value in values:  # Horner: the last character has weight x, the first x**20
        found = _times_x(found ^ value)
    return found


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled & 32 else doubled
