"""The command paper makes papers from files, offline, and says what it made."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from tests.bundle.makers import short_bundle, trust_file
from tests.papers.commanding import made, run
from tests.papers.makers import EXHIBIT, ROOT, flat, passport_of, text_of
from tests.papers.test_sign import EC_KEY, certificate_of, pem_of
from tests.walks import in_two_languages

from comity.evidence.age_keys import generate
from comity.evidence.offer import Offer
from comity.papers.words import LANGUAGES
from comity.verifier.speech import Speech

BAG = ["--seal-number", "B 0048812", "--case", "2026-17", "--mode", "live"]
NAMED = ["--exhibit", EXHIBIT, "--root", "sha256:" + ROOT.hex()]
OWNER = ["--party", "vn/contact-point"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "paper.pdf"


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    path = tmp_path / "package.age.offer.json"
    told = Offer(
        exhibit=EXHIBIT, description=("en", "A disk"), files=1, file_list=bytes(32),
        recipients=(str(generate(bytes).recipient),), root=ROOT, sealed_size_bytes=1,
        tag_manifest=bytes(32),
    )  # fmt: skip
    path.write_bytes(told.encode())
    return path


@pytest.mark.parametrize("lang", in_two_languages(LANGUAGES))
def test_a_label_is_made_in_every_language(lang: str, out: Path) -> None:
    made("label", *NAMED, *BAG, *OWNER, "--lang", lang, "-o", out)


def test_a_courier_form_names_both_sides(out: Path, tmp_path: Path) -> None:
    made(
        "courier", *NAMED, *BAG, "--from", "vn/contact-point", "--to", "za/central-authority",
        "--medium", "One disk", "--lang", "en", "-o", out,
    )  # fmt: skip
    text = flat(text_of(out.read_bytes(), tmp_path))
    assert "vn/contact-point" in text
    assert "za/central-authority" in text


def test_a_passport_is_printed_from_its_file(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "passport.json"
    file.write_text(json.dumps(passport_of().to_value()), encoding="utf-8")
    made("passport", file, "--lang", "en", "-o", out)
    assert "Court order 44/2026" in flat(text_of(out.read_bytes(), tmp_path))


def test_a_passport_whose_chain_does_not_hold_is_not_printed(out: Path, tmp_path: Path) -> None:
    value = passport_of().to_value()
    value["events"][1]["event"]["reason"] = "another reason"
    file = tmp_path / "passport.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    result = run("passport", file, "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (1, False)
    assert "custody-altered" in result.output


def bundle_in(folder: Path) -> Path:
    for path, data in short_bundle().items():
        full = folder / "bundle" / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
    return folder / "bundle"


def test_a_cover_says_what_was_found_and_of_which_bundle(out: Path, tmp_path: Path) -> None:
    bundle, trust = bundle_in(tmp_path), tmp_path / "trust.json"
    trust.write_bytes(trust_file().data)
    told = made("cover", bundle, "--trust", trust, "--lang", "en", "-o", out)
    text = flat(text_of(out.read_bytes(), tmp_path))
    digest = hashlib.sha256((bundle / "data" / "bundle.json").read_bytes()).hexdigest()
    assert told["verdict"] == "intact"
    assert Speech("en").word("intact-text") in text
    assert "vn/contact-point (Viet Nam) wrote these messages" in text
    assert digest[:4] + " " + digest[4:8] in text


def test_without_a_trust_file_the_cover_says_that_nobody_vouches_for_the_keys(
    out: Path, tmp_path: Path
) -> None:
    result = run("cover", bundle_in(tmp_path), "--lang", "en", "-o", out)
    text = flat(text_of(out.read_bytes(), tmp_path))
    assert result.exit_code == 3
    assert Speech("en").word("unpinned-none") in text
    assert "no trust file was used" in text


def test_the_cover_of_a_spoilt_bundle_says_so_and_where(out: Path, tmp_path: Path) -> None:
    bundle, trust = bundle_in(tmp_path), tmp_path / "trust.json"
    trust.write_bytes(trust_file().data)
    (bundle / "data" / "README.txt").write_bytes(b"changed")
    result = run("cover", bundle, "--trust", trust, "--lang", "en", "-o", out)
    text = flat(text_of(out.read_bytes(), tmp_path))
    assert result.exit_code == 1
    assert "DAMAGED" in text
    assert "Step 1 found: It was changed." in text
    assert "data/README.txt" in text


@pytest.mark.parametrize("instead", ["nothing", "endless", "pipe"])
def test_a_bundle_whose_statement_is_no_file_gets_a_cover_that_says_so(
    instead: str, out: Path, tmp_path: Path
) -> None:
    bundle, trust = bundle_in(tmp_path), tmp_path / "trust.json"
    trust.write_bytes(trust_file().data)
    statement = bundle / "data" / "bundle.json"
    statement.unlink()
    if instead == "endless":
        statement.symlink_to("/dev/zero")
    elif instead == "pipe":
        os.mkfifo(statement)
    result = run("cover", bundle, "--trust", trust, "--lang", "en", "-o", out)
    assert result.exit_code == 1
    assert "DAMAGED" in text_of(out.read_bytes(), tmp_path)


def test_a_trust_file_inside_the_bundle_is_refused(out: Path, tmp_path: Path) -> None:
    bundle = bundle_in(tmp_path)
    trust = bundle / "trust.json"
    trust.write_bytes(trust_file().data)
    result = run("cover", bundle, "--trust", trust, "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)


def test_a_label_takes_exhibit_and_root_from_an_offer(
    offer: Path, out: Path, tmp_path: Path
) -> None:
    made("label", "--offer", offer, *BAG, *OWNER, "--lang", "en", "-o", out)
    assert EXHIBIT in text_of(out.read_bytes(), tmp_path)


@pytest.mark.parametrize("given", ["neither", "both", "exhibit alone"])
def test_a_label_is_of_one_package(given: str, offer: Path, out: Path) -> None:
    words: dict[str, list[object]] = {
        "neither": [],
        "both": ["--offer", offer, *NAMED],
        "exhibit alone": ["--exhibit", EXHIBIT],
    }
    result = run("label", *words[given], *BAG, *OWNER, "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (2, False)


def test_a_file_that_is_no_offer_is_refused(offer: Path, out: Path) -> None:
    offer.write_text('{"message": 1, "offer": {"salt": "", "value": {}}}', encoding="utf-8")
    result = run("label", "--offer", offer, *BAG, *OWNER, "--lang", "en", "-o", out)
    assert (result.exit_code, out.exists()) == (1, False)


def test_no_paper_replaces_a_file(out: Path) -> None:
    out.write_bytes(b"mine")
    result = run("label", *NAMED, *BAG, *OWNER, "--lang", "en", "-o", out)
    assert (result.exit_code, out.read_bytes()) == (2, b"mine")


def test_a_paper_is_signed_from_files(out: Path, tmp_path: Path) -> None:
    made("label", *NAMED, *BAG, *OWNER, "--lang", "en", "-o", out)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(pem_of(EC_KEY))
    certificate.write_bytes(certificate_of(EC_KEY))
    signed = tmp_path / "signed.pdf"
    made("sign", out, "--key", key, "--cert", certificate, "-o", signed)
    assert signed.read_bytes().startswith(out.read_bytes())


def test_a_key_of_another_certificate_is_told_in_words(out: Path, tmp_path: Path) -> None:
    made("label", *NAMED, *BAG, *OWNER, "--lang", "en", "-o", out)
    key = tmp_path / "key.pem"
    key.write_bytes(b"no key")
    result = run("sign", out, "--key", key, "--cert", key, "-o", tmp_path / "signed.pdf")
    assert result.exit_code == 2
    assert "paper-signing" in result.output
