"""Packages lie in a folder or in an S3-compatible store, and a store is tried before it is trusted.

The judge is SeaweedFS, a real server; beside it stands one that drops a condition, and one that
changes what it gives back.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import obstore
import pytest
from tests.nodes.moving import MIB, Sealed, made_package
from tests.nodes.storing import KEY_ID, SECRET, LyingStore, seaweed

from comity.evidence.offer import parse_offer
from comity.evidence.package_errors import OfferRootError, OfferSizeError
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.evidence.storage.object_store import StoreError, StoreKeyError, open_store
from comity.node.evidence.storage.store_probe import StoreUntrueError, check, probe
from comity.node.evidence.storage.vault import PackageMissingError, Vault, open_vault
from comity.node.evidence.transfer.sequential_writer import Filling

pytestmark = pytest.mark.full  # a real store of objects

type Configured = Callable[..., NodeConfig]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as url:
        yield url


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    """Return settings of a node whose credentials are in a file that is its own."""
    keys = tmp_path / "store.toml"
    keys.write_text(f'access_key_id = "{KEY_ID}"\nsecret_access_key = "{SECRET}"\n')
    keys.chmod(0o600)

    def make(url: str = "", **more: object) -> NodeConfig:
        base = NodeConfig(folder=tmp_path, party="vn/contact-point", mode="exercise")
        place = {
            "store": "s3://evidence/of-the-office",
            "store_endpoint": url,
            "store_credentials": "store.toml",
        }
        return replace(base, **({**place, **more} if url else more))  # type: ignore[arg-type]

    return make


@pytest.fixture(params=["folder", "objects"])
def vault(request: pytest.FixtureRequest, configured: Configured) -> Vault:
    if request.param == "folder":
        return open_vault(configured())
    return open_vault(configured(request.getfixturevalue("server")))


def sealed(folder: Path, size: int = 20 * MIB + 7, *, seed: int = 9) -> Sealed:
    return made_package(folder / "given", size, seed=seed)


def pieces(data: bytes, length: int = 700_001) -> Iterator[bytes]:
    for at in range(0, len(data), length):
        yield data[at : at + length]


def test_a_package_comes_back_whole_and_by_range(vault: Vault, tmp_path: Path) -> None:
    given = sealed(tmp_path)
    offer = parse_offer(given.offer)
    assert not vault.has(offer.root)
    vault.put(offer, pieces(given.data))
    assert vault.size_bytes(offer.root) == len(given.data)
    assert b"".join(vault.read(offer.root, start=0, end=len(given.data))) == given.data
    around = slice(8 * MIB - 3, 9 * MIB + 5)
    assert (
        b"".join(vault.read(offer.root, start=around.start, end=around.stop)) == given.data[around]
    )
    assert len(vault.blocks(offer.root)) == 21 * 32
    assert list(vault.incoming.iterdir()) == []
    vault.delete(offer.root)
    assert not vault.has(offer.root)
    with pytest.raises(PackageMissingError):
        vault.blocks(offer.root)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda data: data[:5] + b"!" + data[6:], OfferRootError),
        (lambda data: data[:-1], OfferSizeError),
        (lambda data: data + b"!", OfferSizeError),
    ],
    ids=["another byte", "a byte less", "a byte more"],
)
def test_what_is_not_the_package_offered_never_gets_its_name(
    vault: Vault, tmp_path: Path, spoil: Callable[[bytes], bytes], error: type[Exception]
) -> None:
    given = sealed(tmp_path, seed=10)
    offer = parse_offer(given.offer)
    with pytest.raises(error):
        vault.put(offer, pieces(spoil(given.data)))
    assert not vault.has(offer.root)
    assert list(vault.incoming.iterdir()) == []


def test_a_file_that_changed_after_it_was_verified_is_not_completed_in_a_store_of_objects(
    server: str, configured: Configured, tmp_path: Path
) -> None:
    vault = open_vault(configured(server))
    given = sealed(tmp_path, seed=11)
    offer = parse_offer(given.offer)
    filling = Filling(vault.incoming, "x", len(given.data))
    filling.append(pieces(given.data))
    filling.check(offer.root)
    with filling.path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"!" if given.data[-1:] != b"!" else b"?")
    with pytest.raises(OfferRootError):
        vault.publish(offer.root, filling.path, filling.leaves)
    assert not vault.has(offer.root)


def test_a_good_store_is_found_to_keep_what_it_promises(
    server: str, configured: Configured
) -> None:
    found = check(configured(server), at=now())
    assert (found.same_bytes, found.at_once, found.create_only) == ("kept", "kept", "kept")
    assert (found.versions, found.locks) == ("not-kept", "not-kept")
    left = [row["path"] for page in obstore.list(open_store(configured(server))) for row in page]
    assert not [path for path in left if path.startswith("probe/")]


def test_the_nodes_own_folder_keeps_what_it_promises(configured: Configured) -> None:
    found = check(configured(), at=now())
    assert (found.same_bytes, found.at_once, found.create_only) == ("kept", "kept", "kept")
    assert (found.versions, found.locks) == ("not-known", "not-known")


@pytest.mark.full
def test_a_store_that_overwrites_in_silence_is_found_out_and_used_in_the_open(
    server: str, configured: Configured, tmp_path: Path
) -> None:
    with LyingStore(server).running() as url:
        config = configured(url)
        assert probe(config, at=now()).create_only == "not-kept"
        given = sealed(tmp_path, seed=12)
        offer = parse_offer(given.offer)
        for _ in range(2):  # names are content: overwriting changes nothing
            open_vault(config).put(offer, pieces(given.data))
        found = open_vault(config).read(offer.root, start=0, end=len(given.data))
        assert b"".join(found) == given.data


def test_a_store_that_gives_back_other_bytes_is_refused(
    server: str, configured: Configured
) -> None:
    with LyingStore(server, spoil=(b"second", b"secund")).running() as url:
        assert not probe(configured(url), at=now()).usable
        with pytest.raises(StoreUntrueError):
            open_vault(configured(url))


def test_a_store_that_does_not_answer_or_refuses_is_told_without_its_words(
    server: str, configured: Configured, tmp_path: Path
) -> None:
    keys = tmp_path / "wrong.toml"
    keys.write_text(f'access_key_id = "{KEY_ID}"\nsecret_access_key = "not-it"\n')
    keys.chmod(0o600)
    with pytest.raises(StoreError) as refused:
        check(configured(server, store_credentials="wrong.toml"), at=now())
    for secret in (KEY_ID, "not-it", server):
        assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ('access_key_id = "a"\nsecret_access_key = "b"\n', 0o644),
        ('access_key_id = "a"\n', 0o600),
        ('access_key_id = "a"\nsecret_access_key = 1\n', 0o600),
        ('access_key_id = "a"\nsecret_access_key = "b"\nother = "c"\n', 0o600),
        ("no toml", 0o600),
    ],
    ids=["others may read it", "half a pair", "no text", "more than a pair", "no TOML"],
)
def test_credentials_are_taken_from_a_good_private_file_only(
    configured: Configured, tmp_path: Path, text: str, mode: int
) -> None:
    keys = tmp_path / "bad.toml"
    keys.write_text(text)
    keys.chmod(mode)
    with pytest.raises(StoreKeyError):
        open_store(configured("http://127.0.0.1:9", store_credentials="bad.toml"))


def test_without_credentials_no_store_is_asked(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StoreKeyError):
        open_store(configured("http://127.0.0.1:9", store_credentials=""))


@pytest.mark.parametrize(
    "line",
    [
        'store = "https://bucket"',
        'store = "s3://"',
        'store = "s3://bucket/../x"',
        "quota_bytes = -1",
        "quota_bytes = true",
        "connections = 0",
        "connections = 17",
        "upload_days = 0",
        'rate_bytes_s = "1"',
    ],
)
def test_a_setting_about_moving_that_means_nothing_stops_the_node(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "node.toml").write_text(f'party = "vn/x"\nmode = "live"\n{line}\n')
    with pytest.raises(NodeFolderError):
        load_config(tmp_path)
