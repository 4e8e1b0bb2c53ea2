"""Coverage-guided fuzzing of one parser: ``python -m tests.fuzz.parsers NAME [libFuzzer options]``.

Only errors of Comity may leave a parser; anything else ends the run with the input that did it.
Without a name it fuzzes in a fork for each line ``{"name", "options", "out"}`` of its input, and
answers the fork's status: six seconds of loading and instrumenting are paid once.
"""

import io
import json
import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped, unused-ignore]

with atheris.instrument_imports(include=["comity"]):
    from comity.canonical import ComityError, decode
    from comity.directory.entry import parse_entry
    from comity.drills import lint, read_run, read_scenario
    from comity.drills.blank import blank
    from comity.drills.reading import unpack
    from comity.evidence import age, age_keys
    from comity.evidence.age_armor import without_armor
    from comity.evidence.age_scrypt import Passphrase
    from comity.evidence.custody import verify_values
    from comity.evidence.offer import parse_offer
    from comity.evidence.open import PackageReader
    from comity.evidence.passport import parse_passport
    from comity.exchange import parse_message, parse_receipt, read_parcel
    from comity.files.instruments import shipped
    from comity.files.sinks import NullSink
    from comity.forensics import ewf_set, virtual_disks
    from comity.forensics.image import BytesSource
    from comity.instruments import Library, read_facts
    from comity.intake import reading, register_reading
    from comity.intake.identifiers_found import identifiers
    from comity.intake.original import Text, parse_original
    from comity.intake.register_mapping import parse_mapping
    from comity.intake.register_table import parse_table
    from comity.intake.templates import proposals
    from comity.keys import jws
    from comity.ledger import parse_note
    from comity.ledger.timestamp import parse_roots, verify_stamp


def _offer(data: bytes) -> object:
    return parse_offer(decode(data, max_bytes=65536))


OPENERS = (
    age_keys.X25519Identity.of(bytes(range(32))),
    age_keys.HybridIdentity.of(bytes(range(32))),
    Passphrase(b"fuzz", max_log_n=8),
)


def _age_file(data: bytes) -> object:
    age.decrypt_into(without_armor(io.BytesIO(data)), lambda _view: None, OPENERS)
    return None


def _package(data: bytes) -> object:
    reader = PackageReader(NullSink())
    reader.feed(memoryview(data))
    return reader.finish()


def _image(data: bytes) -> object:
    disks = (
        virtual_disks.parse_vhd,
        virtual_disks.parse_vhdx,
        virtual_disks.parse_vmdk,
        virtual_disks.parse_qcow2,
    )
    for parse in (*disks, ewf_set.parse):
        check(parse, BytesSource(data))
    return None


def _law(data: bytes) -> object:
    """Read an instrument; its key is the name of its folder."""
    return Library({"facts.toml": FACTS, "bilateral/instrument.toml": data})


def _original(data: bytes) -> object:
    """Read an original as its own process does; whatever it is, there is a reading."""
    found = reading.read(data, "original")
    return parse_original(found.to_value()) if found.sha256 else None


def _proposed(data: bytes) -> object:
    texts = (Text(place="document", text=data.decode("utf-8", "replace")),)
    return proposals(texts), identifiers(texts)


BLANK = blank("small")
SMALL = read_scenario("small", BLANK)


def _scenario(data: bytes) -> object:
    """Lint a scenario, which never raises, and read it."""
    files = {**BLANK, "scenario.toml": data}
    lint("small", files, shipped(), languages=["en"])
    return read_scenario("small", files)


def _scenario_texts(data: bytes) -> object:
    files = {**BLANK, "texts/en.toml": data, "exhibits/a.txt": data}
    lint("small", files, shipped(), languages=["en"])
    return read_scenario("small", files)


LAW = Path(__file__).resolve().parents[2] / "src" / "comity" / "instruments" / "data"
FACTS = (LAW / "facts.toml").read_bytes()
STAMPS = Path(__file__).resolve().parents[2] / "vectors" / "timestamp" / "openssl.json"
STAMPED = json.loads(STAMPS.read_text("utf-8"))["vectors"][0]["input"]
ROOTS = parse_roots(STAMPED["roots"])


PARSERS: dict[str, Callable[[bytes], object]] = {
    "parcel": read_parcel,
    "message": lambda data: parse_message(jws.parse(data)),
    "receipt": parse_receipt,
    "note": parse_note,
    "entry": lambda data: parse_entry(data, mode="live"),
    "offer": _offer,
    "age-header": lambda data: age.read_header(io.BytesIO(data)),
    "age-file": _age_file,
    "age-armor": _age_file,
    "age-passphrase": _age_file,
    "custody": lambda data: verify_values(decode(data, max_bytes=65536)),
    "image": _image,
    "package": _package,
    "passport": lambda data: parse_passport(decode(data, max_bytes=65536)),
    "law": _law,
    "law-facts": lambda data: read_facts(data, shipped().facts),
    "original": _original,
    "proposals": _proposed,
    "register": lambda data: parse_table(register_reading.read(data)),
    "register-mapping": parse_mapping,
    "scenario": _scenario,
    "scenario-texts": _scenario_texts,
    "exhibit": unpack,
    "drill-run": lambda data: read_run(SMALL, decode(data, max_bytes=65536)),
    "stamp": lambda data: verify_stamp(data, STAMPED["note"].encode(), roots=ROOTS),
    "leaky": lambda data: data.decode(),  # no parser of ours: the fuzzer has to find it
}
LONGEST_S = 240


def check[T](parse: Callable[[T], object], data: T) -> None:
    """Parse; a refusal by an error of ours is as good as a value."""
    try:
        parse(data)
    except ComityError:
        return


def fuzz(name: str, options: list[str]) -> None:
    """Fuzz until the runs asked for are done; libFuzzer ends the process."""
    parse = PARSERS[name]
    atheris.Setup([sys.argv[0], *options], lambda data: check(parse, data))
    atheris.Fuzz()


def fuzz_each() -> None:
    """Fuzz what each line names, in a fork; tell its status, or that it was killed at its limit."""
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            out = os.open(order["out"], os.O_WRONLY | os.O_CREAT)
            os.dup2(out, 1)
            os.dup2(out, 2)
            fuzz(order["name"], order["options"])
            os._exit(0)
        ended = os.pidfd_open(pid)
        if not select.select([ended], [], [], LONGEST_S)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(ended)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(status, flush=True)


def main() -> None:
    """Fuzz one parser, or one after another."""
    if sys.argv[1:]:
        fuzz(sys.argv[1], sys.argv[2:])
    else:
        fuzz_each()


if __name__ == "__main__":
    main()
