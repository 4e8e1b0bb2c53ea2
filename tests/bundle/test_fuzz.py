"""Whatever a hostile exporter signs, the verifier answers with a verdict and never breaks."""

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.bundle.attack import STAMPING
from tests.bundle.makers import VN, judged, private, resigned, stamped_bundle, whole_bundle

from comity.bundle import layout
from comity.canonical import b64, encode, unb64
from comity.keys import jws

FILES = whole_bundle()
JSON = sorted(p for p in FILES if p.endswith(".json") and "/exhibits/" not in p)
ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    2**53 - 1,
    "",
    [],
    {},
    "é",
    True,
    "sha256:" + "0" * 64,
    [[]],
    {"a": 1},
)
RELAXED = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def changed(value: Any, draw: random.Random) -> Any:
    """Return a JSON value that differs from another in one place."""
    if isinstance(value, dict) and value and draw.random() < 0.8:
        name = draw.choice(sorted(value))
        rest = {k: v for k, v in value.items() if k != name}
        return rest if draw.random() < 0.2 else {**rest, name: changed(value[name], draw)}
    if isinstance(value, list) and value and draw.random() < 0.8:
        place = draw.randrange(len(value))
        return [*value[:place], changed(value[place], draw), *value[place + 1 :]]
    return draw.choice(ODD)


@RELAXED
@given(st.sampled_from(JSON), st.integers(0, 2**32), st.booleans())
def test_any_json_in_any_file_gets_a_verdict(path: str, number: int, inside: bool) -> None:
    draw = random.Random(number)
    value = json.loads(FILES[path])
    if inside and isinstance(value, dict) and "payload" in value:
        value["payload"] = b64(encode(changed(json.loads(unb64(value["payload"])), draw)))
    else:
        value = changed(value, draw)
    files = {**FILES, path: encode(value)}
    report = judged(files if path == layout.STATEMENT else resigned(files))
    assert report.exit_status in {0, 1}


@RELAXED
@given(st.integers(0, 2**32))
def test_any_statement_signed_by_the_exporter_gets_a_verdict(number: int) -> None:
    value = json.loads(unb64(json.loads(FILES[layout.STATEMENT])["payload"]))
    payload = encode(changed(value, random.Random(number)))
    signed = jws.sign(payload, [private(VN, "export")], thing="bundle", mode="live")
    same = signed.record == FILES[layout.STATEMENT]
    assert judged({**FILES, layout.STATEMENT: signed.record}).exit_status == (0 if same else 1)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_json_gets_a_verdict(data: bytes) -> None:
    for path in sorted(FILES)[::6]:
        files = {**FILES, path: data}
        good = path == layout.STATEMENT or not path.startswith("data/")
        report = judged(files if good else resigned(files))
        assert report.exit_status == (0 if path == layout.README else 1)


STAMPED = stamped_bundle()


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # of a spoilt certificate
@RELAXED
@given(
    st.sampled_from([path for path in sorted(STAMPED) if "/stamped/" in path]),
    st.binary(max_size=300),
    st.integers(0, 2**16),
    st.booleans(),
)
def test_any_bytes_in_a_time_stamp_get_a_verdict(
    path: str, data: bytes, place: int, inside: bool
) -> None:
    old = STAMPED[path]
    start = place % len(old)
    made = old[:start] + data + old[start + len(data) :] if inside else data
    report = judged(resigned({**STAMPED, path: made}), STAMPING)
    assert report.exit_status in {0, 1}
    if report.exit_status == 0:
        assert report.times == judged(STAMPED, STAMPING).times
