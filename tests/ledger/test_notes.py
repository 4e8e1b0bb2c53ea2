"""Notes, checkpoints, cosignatures, proofs, witnesses and openings survive their own bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.logs import (
    AT,
    ORIGIN,
    leaves,
    log_key,
    log_signer,
    log_verifier,
    private_key,
    reader,
)

from comity.canonical.errors import MisuseError
from comity.ledger import (
    KINDS,
    NOTHING_KNOWN,
    Accepted,
    AddCheckpoint,
    Checkpoint,
    CheckpointError,
    CheckpointUnsignedError,
    Conflict,
    CosignatureError,
    CosignatureVerifier,
    Ed25519Verifier,
    LeafError,
    LeafOpening,
    LogOrigin,
    LogProof,
    LogProofError,
    NoteAlgorithmError,
    NoteSignature,
    NoteSignatureError,
    NoteSizeError,
    OriginError,
    Refused,
    Successor,
    SuccessorError,
    VerifierKey,
    WitnessRequestError,
    add_signatures,
    callable_signer,
    consistency_proof,
    cosigned_at,
    cosigner,
    decide,
    entry,
    format_cosignatures,
    inclusion_proof,
    leaf_hash,
    log_prefix,
    open_checkpoint,
    open_note,
    opening_value,
    parse_add_checkpoint,
    parse_cosignatures,
    parse_note,
    parse_opening,
    parse_proof,
    parse_successor,
    parse_verifier_key,
    request_cosignature,
    root,
    sign_checkpoint,
    sign_note,
    verifier_for,
    verify_proof,
)
from comity.ledger.leaf import RECEIVED
from comity.ledger.note import signature_by

LOG = leaves(40)
READ = reader(LOG)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40)


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(LOG[:size]))


def signed(size: int) -> bytes:
    return sign_checkpoint(checkpoint(size), [log_signer()])


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"])), min_size=1, max_size=6))
def test_any_text_without_control_characters_can_be_a_note(content: list[str]) -> None:
    text = "\n".join(content) + "\n"
    data = sign_note(text, [log_signer()])
    note = open_note(data, [log_verifier()])
    assert note.text == text
    assert parse_note(data).encode() == data
    assert len(note.verified) == 1


@pytest.mark.parametrize("text", ["", "no newline", "a\r\n", "a\tb\n"])
def test_a_text_that_could_not_be_read_back_is_not_signed(text: str) -> None:
    with pytest.raises(MisuseError):
        sign_note(text, [log_signer()])


def test_a_note_needs_a_signer_and_trusted_keys_must_differ() -> None:
    with pytest.raises(MisuseError):
        sign_note("text\n", [])

    class Twin(Ed25519Verifier):
        """Another way to check signatures of the same name and id."""

    data = sign_note("text\n", [log_signer()])
    with pytest.raises(MisuseError):
        open_note(data, [log_verifier(), Twin(log_key())])


def test_a_key_that_signs_twice_is_one_signer() -> None:
    witness = private_key(2)
    early, late = (cosigner("w.example", witness, at=AT + timedelta(i)) for i in (0, 1))
    data = sign_checkpoint(checkpoint(7), [log_signer(), early, late])
    key = VerifierKey("w.example", 4, witness.public_key().public_bytes_raw())
    assert len(open_note(data, [verifier_for(key)]).verified) == 1


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_a_checkpoint_survives_its_note(size: int, value: bytes, extensions: list[str]) -> None:
    made = Checkpoint(ORIGIN, size, value, tuple(extensions))
    data = sign_checkpoint(made, [log_signer()])
    assert open_checkpoint(data, [log_verifier()]).checkpoint == made


@pytest.mark.parametrize(
    "wrong",
    [
        Checkpoint(ORIGIN, -1, bytes(32)),
        Checkpoint(ORIGIN, 2**63, bytes(32)),
        Checkpoint(ORIGIN, 1, bytes(31)),
        Checkpoint(ORIGIN, 1, bytes(32), ("",)),
        Checkpoint(ORIGIN, 1, bytes(32), ("a\nb",)),
        Checkpoint("another.example", 1, bytes(32)),
    ],
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(wrong: Checkpoint) -> None:
    with pytest.raises(MisuseError):
        sign_checkpoint(wrong, [log_signer()])


@pytest.mark.parametrize("post_quantum", [False, True])
def test_a_cosignature_dates_a_checkpoint_and_does_not_stand_for_the_log(
    post_quantum: bool,
) -> None:
    witness = MLDSA44PrivateKey.from_seed_bytes(bytes(32)) if post_quantum else private_key(2)
    key = VerifierKey(
        "w.example", 6 if post_quantum else 4, witness.public_key().public_bytes_raw()
    )
    assert parse_verifier_key(key.text()) == key
    data = sign_checkpoint(checkpoint(7), [log_signer(), cosigner("w.example", witness, at=AT)])
    opened = open_checkpoint(data, [log_verifier(), verifier_for(key)])
    assert [one.name for one in opened.note.verified] == [ORIGIN, "w.example"]
    assert cosigned_at(opened.note.verified[1]) == AT
    with pytest.raises(CheckpointUnsignedError):
        open_checkpoint(data, [verifier_for(key)])
    with pytest.raises(NoteSignatureError):
        open_checkpoint(data.replace(b"\n7\n", b"\n8\n"), [verifier_for(key)])


def test_a_key_of_an_unknown_type_verifies_nothing() -> None:
    for algorithm in (0x02, 0x05, 0xFA):
        with pytest.raises(NoteAlgorithmError):
            verifier_for(VerifierKey("a.example", algorithm, bytes(32)))
    with pytest.raises(NoteAlgorithmError):
        CosignatureVerifier(VerifierKey("a.example", 6, bytes(32)))
    with pytest.raises(NoteAlgorithmError):
        Ed25519Verifier(VerifierKey("a.example", 4, bytes(32)))


@pytest.mark.parametrize(
    "wrong",
    [
        Checkpoint("o.example", 1, bytes(32), ("nobody signs this line",)),
        Checkpoint("o.example", 0, bytes(32)),
        Checkpoint("o" * 256, 1, bytes(32)),
    ],
)
def test_a_post_quantum_cosignature_covers_all_that_it_stands_under(wrong: Checkpoint) -> None:
    private = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    key = VerifierKey("w.example", 6, private.public_key().public_bytes_raw())
    with pytest.raises(CosignatureError):
        cosigner("w.example", private, at=AT).sign(wrong.text().encode())
    assert not verifier_for(key).verify(wrong.text().encode(), bytes(8 + 2420))


def test_a_cosignature_of_time_zero_proves_no_time() -> None:
    zero = cosigner("w.example", private_key(2), at=datetime.fromtimestamp(0, UTC))
    assert cosigned_at(signature_by(zero, checkpoint(7).text().encode())) is None
    for size_bytes in (0, 8, 64, 71):
        with pytest.raises(CosignatureError):
            cosigned_at(NoteSignature("w.example", b"1234", bytes(size_bytes)))


def test_a_cosignature_after_the_year_9999_or_under_no_checkpoint_is_refused() -> None:
    key = VerifierKey("w.example", 4, private_key(2).public_key().public_bytes_raw())
    text = checkpoint(7).text().encode()
    late = (253_402_300_800).to_bytes(8, "big")
    late += private_key(2).sign(b"cosignature/v1\ntime 253402300800\n" + text)
    assert not verifier_for(key).verify(text, late)
    for wrong in (b"\xff", b"no checkpoint\n"):
        with pytest.raises(CheckpointError):
            cosigner("w.example", private_key(2), at=AT).sign(wrong)
        assert not verifier_for(key).verify(wrong, late)


def test_a_key_somewhere_else_signs_as_one_at_hand() -> None:
    public_key = private_key(1).public_key().public_bytes_raw()
    remote = callable_signer(ORIGIN, public_key, private_key(1).sign)
    assert sign_note("text\n", [remote]) == sign_note("text\n", [log_signer()])
    for name, key in (("a b", public_key), (ORIGIN, public_key[1:])):
        with pytest.raises(MisuseError):
            callable_signer(name, key, private_key(1).sign)


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(NoteSizeError):
        parse_note(signed(1) + b" " * 1_000_000)
    with pytest.raises(WitnessRequestError):
        parse_cosignatures(b" " * 1_100_000)
    with pytest.raises(WitnessRequestError):
        parse_add_checkpoint(b" " * 1_100_000)
    with pytest.raises(LogProofError):
        parse_proof(b" " * 1_200_000)


def test_a_request_whose_stated_origin_is_not_the_checkpoints_is_refused() -> None:
    request = AddCheckpoint(0, (), signed(1), "another.example")
    decision = decide(request, verifiers=[log_verifier()])
    assert decision == Refused(400, "witness-origin-differs")


def test_a_cosigner_needs_an_aware_time_after_1970() -> None:
    naive = AT.replace(tzinfo=None)
    for at in (datetime(1969, 12, 31, tzinfo=UTC), naive):
        with pytest.raises(MisuseError):
            cosigner("w.example", private_key(2), at=at)


@given(st.integers(0, 39), st.none() | st.binary(max_size=100))
def test_a_proof_file_survives_its_bytes_and_proves_its_entry(
    index: int, extra: bytes | None
) -> None:
    made = LogProof(index, tuple(inclusion_proof(index, 40, READ)), signed(40), extra)
    assert parse_proof(made.encode()) == made
    opened = verify_proof(made, leaf=LOG[index], verifiers=[log_verifier()])
    assert opened.checkpoint == checkpoint(40)


def test_a_proof_that_its_format_cannot_carry_is_not_written() -> None:
    good = LogProof(0, (), signed(1))
    for wrong in (
        replace(good, index=-1),
        replace(good, path=(bytes(31),)),
        replace(good, path=(bytes(32),) * 64),
        replace(good, checkpoint=b"no note"),
        replace(good, extra=bytes(70_000)),
    ):
        with pytest.raises(MisuseError):
            wrong.encode()


def test_a_witness_follows_a_log_and_keeps_the_proof_of_a_fork() -> None:
    witness = cosigner("w.example", private_key(2), at=AT)
    key = VerifierKey("w.example", 4, private_key(2).public_key().public_bytes_raw())
    known = NOTHING_KNOWN
    for size in (0, 1, 2, 7, 7, 8, 23, 40):
        proof = consistency_proof(known.tree_size, size, READ) if known.tree_size else []
        ours = request_cosignature(old_size=known.tree_size, proof=proof, note=signed(size))
        request = parse_add_checkpoint(ours.encode())
        assert request.origin == ORIGIN
        decision = decide(request, verifiers=[log_verifier()], known=known)
        assert isinstance(decision, Accepted)
        answer = format_cosignatures([signature_by(witness, decision.checkpoint.text().encode())])
        cosigned = add_signatures(request.note, parse_cosignatures(answer))
        assert add_signatures(cosigned, parse_cosignatures(answer)) == cosigned
        assert len(open_note(cosigned, [log_verifier(), verifier_for(key)]).verified) == 2
        known = decision.tree_head
    other = Checkpoint(ORIGIN, 40, root(leaves(40, salt=1)))
    request = request_cosignature(
        old_size=40, proof=[], note=sign_checkpoint(other, [log_signer()])
    )
    fork = decide(request, verifiers=[log_verifier()], known=known)
    assert fork == Conflict(40, fork=True)


def test_a_request_that_its_format_cannot_carry_is_not_made() -> None:
    for old_size, proof in ((-1, []), (1, [bytes(31)]), (1, [bytes(32)] * 64)):
        with pytest.raises(MisuseError):
            request_cosignature(old_size=old_size, proof=proof, note=signed(1))


@given(
    st.binary(min_size=32, max_size=32),
    st.sampled_from(sorted(KINDS)),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    st.binary(min_size=32, max_size=32),
)
def test_an_opening_survives_json_and_explains_only_its_entry(
    salt: bytes, kind: str, time: datetime, record: bytes
) -> None:
    opening = LeafOpening(salt, kind, time, record, "held" if kind == RECEIVED else None)
    assert parse_opening(opening_value(opening)) == opening
    data = entry(opening)
    assert (len(data), data[0]) == (33, 1)
    assert data != entry(replace(opening, salt=bytes([salt[0] ^ 1]) + salt[1:]))
    assert leaf_hash(data) != leaf_hash(entry(replace(opening, record=bytes(31) + b"\7"))) or (
        record == bytes(31) + b"\7"
    )


def test_an_opening_outside_its_bounds_cannot_be_made() -> None:
    good = LeafOpening(bytes(32), "message.sent", AT, bytes(32))
    received = replace(good, kind=RECEIVED, outcome="applied")
    for outcome in (None, "fine"):
        with pytest.raises(LeafError):
            replace(received, outcome=outcome)
    with pytest.raises(LeafError):
        replace(received, kind="message.sent")
    for wrong in ({"salt": bytes(31)}, {"kind": "message.lost"}, {"record": bytes(33)}):
        with pytest.raises(LeafError):
            replace(good, **wrong)
    with pytest.raises(MisuseError):
        replace(good, time=AT.replace(tzinfo=None))
    assert "salt=" not in repr(good)


def test_origins_are_written_as_they_are_read_and_wrong_ones_cannot_be_made() -> None:
    prefix = log_prefix(None, "vn/contact-point")
    assert LogOrigin.parse(ORIGIN) == LogOrigin(prefix, "exercise", "vn/contact-point", 1)
    twelfth = LogOrigin("un.example:8700/comity", "live", "un/secretariat", 12)
    assert str(twelfth) == "un.example:8700/comity/log/live/un/secretariat/12"
    assert twelfth.path == "/log/live/un/secretariat/12"
    assert twelfth.at(3) == replace(twelfth, epoch=3)
    for wrong in ({"epoch": 0}, {"epoch": -1}, {"epoch": 10**9}, {"prefix": "https://un.example"},
                  {"prefix": "a" * 101}, {"party": "vn/x/log/live/vn/y"}):  # fmt: skip
        with pytest.raises(OriginError):
            replace(twelfth, **wrong)
    with pytest.raises(OriginError):
        LogOrigin.parse(7)


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        (None, "contact-point.vn.invalid"),
        ("", "contact-point.vn.invalid"),
        ("https://Node.vn.example/", "node.vn.example"),
        ("https://node.vn.example:443", "node.vn.example"),
        ("http://127.0.0.1:8700", "127.0.0.1:8700"),
        ("https://[FE80::1]:8443/comity/", "[fe80::1]:8443/comity"),
    ],
)
def test_a_log_is_named_by_the_address_of_its_node(url: str | None, prefix: str) -> None:
    assert log_prefix(url, "vn/contact-point") == prefix


@pytest.mark.parametrize(
    "url", ["https://a/%61", "https://a//b", "https://" + "a" * 101, "https://a:x", "https:///a"]
)
def test_an_address_that_cannot_stand_in_an_origin_is_refused(url: str) -> None:
    with pytest.raises(OriginError):
        log_prefix(url, "vn/contact-point")


def test_a_successor_statement_carries_the_last_checkpoint() -> None:
    old = LogOrigin.parse(ORIGIN)
    made = Successor(signed(7).decode(), old, replace(old, epoch=2), "restored-backup", AT)
    assert parse_successor(made.encode()) == made
    assert made.last_checkpoint([log_verifier()]).checkpoint == checkpoint(7)
    with pytest.raises(SuccessorError):
        replace(made, origin_new=old)
