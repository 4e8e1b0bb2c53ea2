"""Identifiers recognised in what somebody pasted: a list, cells of a spreadsheet, a forwarded mail.

A text becomes rows of type, holder and identifier. What the parsers of `comity.instruments`
take is recognised; everything else is a row that they refuse or that has no type, and a person
has to look at it.
Of a mail, headers and lines that hold no identifier are left out, and told.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.instruments.identifiers import IdentifierError, parse

MAX_PASTE_CHARS: Final = 100_000
MAX_LINE_CHARS: Final = 3000
KIND, SERVICE, IDENTIFIER = "kind", "service", "identifier"

_HEX: Final = "[0-9a-f]"
_SHAPES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("url", r"[a-z][a-z0-9+.-]{1,15}://\S+"),
        ("email", r"[^\s@<>:,;]+@[^\s@<>:,;]+"),
        ("mac", rf"(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}"),
        ("ip", r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,6})?(?: \S+)?"),
        ("ip", rf"\[?{_HEX}{{0,4}}(?::{_HEX}{{0,4}}){{2,7}}(?:\]:\d{{1,6}})?(?: \S+)?"),
        ("iban", r"[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}"),
        ("phone", r"\+\d[\d ().\-/]{5,25}"),
        ("hash", rf"(?:[a-z0-9-]{{2,10}}:)?{_HEX}{{32,128}}"),
        ("wallet", r"(?:bitcoin|ethereum|litecoin|tron|monero):\S+"),
        ("wallet", rf"0x{_HEX}{{40}}|bc1[a-z0-9]{{11,80}}|[13][a-z0-9]{{25,34}}|T[a-z0-9]{{33}}"),
        ("imei", r"\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d"),
        ("imsi", r"\d{14,15}"),
        ("cell", r"\d{3}-\d{2,3}-\d{1,9}-\d{1,9}(?: [a-z]+)?"),
        ("domain", r"(?:[^\s@/:.,;]{1,63}\.)+[^\s@/:.,;\d][^\s@/:.,;]{1,62}"),
    )
)
"""How a type looks. Whether a text is of the type, its parser decides."""
_TELLING: Final = frozenset({"ip", "email", "url", "iban", "phone", "mac"})
"""Types whose look alone tells what a text was meant to be."""
_FILE_NAME: Final = re.compile(
    r".*\.(?:bat|bmp|csv|docx?|eml|exe|gif|html?|jpe?g|json|log|msg|pdf|png|pptx?|rtf|txt|xlsx?|xml)",
    re.IGNORECASE,
)
"""Names of files look like names of domains; none of these ends is one in the DNS."""
_DISARMED: Final = (
    (re.compile(r"\bhxxp", re.IGNORECASE), "http"),
    (re.compile(r"[\[({](?:\.|dot)[\])}]", re.IGNORECASE), "."),
    (re.compile(r"[\[({](?:@|at)[\])}]", re.IGNORECASE), "@"),
    (re.compile(r"\[:\]"), ":"),
)
"""How analysts write an address that must not be clicked, and what it stands for."""
_HEADER: Final = re.compile(
    r"(?:from|to|cc|bcc|sent|date|subject|reply-to|sender|return-path|delivered-to|received|"
    r"message-id|in-reply-to|references|mime-version|content-[a-z-]+|x-[a-z-]+|"
    r"de|à|envoyé|objet|para|enviado|fecha|asunto|data|assunto|от|кому|дата|отправлено|тема|"
    r"từ|đến|ngày|chủ đề|من|إلى|التاريخ|الموضوع|"
    r"发件人|收件人|抄送|日期|发送时间|主题)\s?[:\uff1a].*",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"(?:[-*\u2022\u00b7]|\d{1,3}[.)])\s+(?=\S)")
_QUOTED: Final = re.compile(r"\s*(?:>\s?)+")
_LABELLED: Final = re.compile(r"([^:]{1,60}):\s+(\S.*)")
_NAME: Final = re.compile(r"[^\W\d_].*[^\W\d_]|[\u3400-\u9fff]")
"""Two letters, or one that is a word: what a name has at least."""
_AROUND: Final = "<>()[]{}\"'\u00ab\u00bb\u201c\u201d\u2018\u2019,;:!?"
_LINES: Final = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_LEAST_HEADERS: Final = 2


@dataclass(frozen=True)
class Words:
    """How types and columns are called, in the reader's language and in English, case folded.

    Attributes:
        kinds: word to the key of a type.
        columns: word to ``kind``, ``service`` or ``identifier``.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One identifier of the text; without a type where none was recognised."""

    kind: str
    service: str
    identifier: str


@dataclass(frozen=True)
class Pasted:
    """What a text holds.

    Attributes:
        rows: in the order of the text, each once.
        left_out: lines of a mail that hold no identifier.
        rest: the lines that were not read, because there are too many rows.
    """

    rows: tuple[Row, ...]
    left_out: tuple[str, ...]
    rest: str = ""


def read_paste(text: str, words: Words, *, most: int) -> Pasted:
    """Return the identifiers of a text.

    Args:
        text: untrusted; at most `MAX_PASTE_CHARS`.
        words: for labels and heads of columns.
        most: how many rows are wanted; the last line may bring more.
    """
    raw = [_cleaned(line) for line in _LINES.split(text[:MAX_PASTE_CHARS])]
    quoted = [bool(_QUOTED.match(line)) for line in raw]
    unquoted = (_QUOTED.sub("", line, count=1).strip(" ") for line in raw)
    lines = [line for line in unquoted if line.strip()]  # a tab is the edge of an empty cell
    is_mail = any(quoted) or sum(map(_is_header, lines)) >= _LEAST_HEADERS
    rows: dict[Row, None] = {}
    left_out: list[str] = []
    columns: list[str] = []
    for number, line in enumerate(lines):
        if len(rows) >= most:
            return Pasted(tuple(rows), tuple(left_out), "\n".join(lines[number:]))
        if is_mail and _is_header(line):
            left_out.append(line)
        elif heads := _heads(
            line, words, below=[] if rows or columns else lines[number + 1 : number + 2]
        ):
            columns = heads
            if not any(heads):
                left_out.append(line)
        elif read := list(_of_line(line, words, columns)) or _of_text(line, is_mail=is_mail):
            rows |= dict.fromkeys(read)
        else:
            left_out.append(line)
    return Pasted(tuple(rows), tuple(left_out))


def recognised(text: str) -> str:
    """Return the one type whose parser takes a text, or nothing where there is none or several."""
    found = [kind for kind in dict.fromkeys(_shaped(text)) if _is_taken(kind, text)]
    return found[0] if len(found) == 1 else ""


def meant(text: str) -> str:
    """Return the type that a text was meant to be and is not, where only one looks like it."""
    found = list(dict.fromkeys(_shaped(text)))
    return found[0] if len(found) == 1 and found[0] in _TELLING else ""


def rearmed(text: str) -> str:
    """Return an address as it is, which was written so that nobody clicks it."""
    for pattern, real in _DISARMED:
        text = pattern.sub(real, text)
    return text


def _of_line(line: str, words: Words, columns: list[str]) -> Iterator[Row]:
    """Yield what a whole line is: an identifier, one with its label, or cells."""
    plain = rearmed(_BULLET.sub("", line, count=1).strip(_AROUND + " "))
    if kind := recognised(plain):
        yield Row(kind, "", plain)
        return
    cells = _cells(line)
    if len(cells) > 1:
        found = list(_of_cells(cells, words, columns))
        if found:
            yield from found
            return
    if match := _LABELLED.fullmatch(_BULLET.sub("", line, count=1)):
        value = rearmed(match[2].strip())
        named = words.kinds.get(match[1].strip().casefold(), "")
        kind = named if named and _is_taken(named, value) else recognised(value)
        if kind or named:
            yield Row(kind or named, "", value)


def _of_cells(cells: list[str], words: Words, columns: list[str]) -> Iterator[Row]:
    """Yield the rows of one line of a table: by its heads, or by what each cell is."""
    if any(head.startswith(IDENTIFIER) for head in columns):
        told = dict(zip(columns, cells, strict=False))
        kind = words.kinds.get(told.get(KIND, "").casefold(), "")
        for head, cell in zip(columns, cells, strict=False):
            by_head = head.partition(":")[2] if head.startswith(IDENTIFIER) else None
            if by_head is not None and cell:
                value = rearmed(cell)
                yield Row(kind or by_head or recognised(value), told.get(SERVICE, ""), value)
        return
    kinds = [recognised(rearmed(cell)) for cell in cells]
    if len(cells) == 2 and all(kinds) and kinds[0] != "domain" and kinds[1] == "domain":
        kinds[1] = ""  # a holder that is named by its domain
    named = next((words.kinds[c.casefold()] for c in cells if c.casefold() in words.kinds), "")
    rest = [
        cell
        for cell, kind in zip(cells, kinds, strict=True)
        if cell and not kind and cell.casefold() not in words.kinds
    ]
    headed = dict(zip(columns, cells, strict=False)).get(SERVICE, "")
    if not any(kinds) and named and rest:
        yield Row(named, headed or _holder(rest[1:]), rearmed(rest[0]))
        return
    for cell, kind in zip(cells, kinds, strict=True):
        if kind and cell != headed:
            yield Row(kind, headed or ("" if SERVICE in columns else _holder(rest)), rearmed(cell))


def _holder(cells: Iterable[str]) -> str:
    """Return who holds an identifier, of the other cells of its line: the one that can be a name.

    Nobody where several can: a wrong name would be signed and sent. A number of a line or a date
    is no name.
    """
    names = [cell for cell in cells if _NAME.search(cell)]
    return names[0] if len(names) == 1 else ""


def _of_text(line: str, *, is_mail: bool) -> list[Row]:
    """Return what is left of a line that is no identifier: of a mail its words, else a doubt."""
    return list(_of_prose(line)) if is_mail else [Row(meant(line), "", line)]


def _of_prose(line: str) -> Iterator[Row]:
    """Yield the words of a sentence that are identifiers, or look like one and are none."""
    for word in line.split():
        plain = rearmed(word).strip(_AROUND).rstrip(".")
        shaped = list(_shaped(plain))
        if not shaped or (shaped == ["domain"] and not _is_address(plain)):
            continue
        kind = recognised(plain)
        if kind or meant(plain):
            yield Row(kind or meant(plain), "", plain)


def _is_address(word: str) -> bool:
    """Tell whether a word of a sentence with a dot in it is a domain and no missing space."""
    return word.rpartition(".")[2].islower()


def _heads(line: str, words: Words, *, below: Iterable[str]) -> list[str]:
    """Return what the columns of a table hold if a line is its head, else nothing.

    A head has no identifier itself. Its columns are known by their words. The first line, of words
    without a number and as long as the line below that holds an identifier, is a head in any
    language.
    """
    cells = [cell.casefold() for cell in _cells(line)]
    if len(cells) < 2 or any(map(recognised, cells)):
        return []
    found = [words.columns.get(c) or _typed_head(words.kinds.get(c, "")) for c in cells]
    known = sum(map(bool, found))
    if any(head.startswith(IDENTIFIER) for head in found) and 2 * known > len(cells):
        return found
    if any(map(str.isdecimal, "".join(cells))) or any(cell in words.kinds for cell in cells):
        return []
    table = [row for row in map(_cells, below) if len(row) == len(cells)]
    holds = any(recognised(rearmed(cell)) for row in table for cell in row)
    return found if holds else []


def _typed_head(kind: str) -> str:
    return f"{IDENTIFIER}:{kind}" if kind else ""


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a spreadsheet, or the line alone."""
    mark = next((one for one in "\t;," if one in line), "")
    if not mark:
        return [line]
    try:
        (cells,) = csv.reader([line], delimiter=mark, skipinitialspace=True)
    except (csv.Error, ValueError):
        return [line]
    return [_cleaned(cell).strip() for cell in cells]


def _shaped(text: str) -> Iterator[str]:
    """Yield the types that a text looks like."""
    if len(text) > MAX_LINE_CHARS:
        return
    for kind, shape in _SHAPES:
        if shape.fullmatch(text) and not (kind == "domain" and _FILE_NAME.fullmatch(text)):
            yield kind


def _is_taken(kind: str, text: str) -> bool:
    try:
        parse(kind, text)
    except IdentifierError:
        return False
    return True


def _is_header(line: str) -> bool:
    return _HEADER.fullmatch(line) is not None


def _cleaned(line: str) -> str:
    """Return a line without what is unseen at its ends; inside it stays, to be looked at."""
    spaced = line.replace("\x00", "\ufffd").replace("\u00a0", " ")
    ends = [n for n, char in enumerate(spaced) if not _is_unseen(char)]
    return spaced[ends[0] : ends[-1] + 1] if ends else ""


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Cc"} and char != "\t"


def words_of(kinds: Mapping[str, object], columns: Mapping[str, Iterable[object]]) -> Words:
    """Return the words of types and columns, case folded.

    Args:
        kinds: key of a type to what it is called.
        columns: ``kind``, ``service`` or ``identifier`` to what it is called.
    """
    named = {str(told).casefold(): key for key, told in kinds.items()} | {key: key for key in kinds}
    heads = {str(told).casefold(): part for part, many in columns.items() for told in many}
    return Words(named, heads)
