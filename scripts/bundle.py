"""Make one tar from which Comity is installed on a machine without a network: `make bundle`.

Holds the wheels of requirements-full.lock, every optional part among them, each with the hash that
the lock names, our own wheel, the installer, the units and the bill of materials, under a list of
SHA-256 sums. The same commit and the same wheels give the same bytes, but for what a wheel's build
backend writes. Beside the tar lie its sum and, if a key is given, a signature that is checked
before anything is unpacked.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent.parent
OFFLINE: Final = HERE / "scripts" / "offline"
LOCK: Final = HERE / "requirements-full.lock"
NAMESPACE: Final = "comity-bundle"
"""What a signature is for: one made for something else, a commit say, signs no bundle."""
_SOURCES: Final = ("pyproject.toml", "README.md", "LICENSE", "src")
_PLAIN_TIME: Final = 315_532_800  # 1980-01-01, the first that a ZIP can tell


def make(out: Path, *, wheels: Path | None = None, lock: Path = LOCK, version: str = "") -> Path:
    """Write the tar into a folder and return its path.

    Args:
        out: folder.
        wheels: folder of the wheels that the lock names; None: they are fetched, by hash.
        lock: names, versions and hashes.
        version: of our own wheel, where it is not that of pyproject.toml (a trial upgrade).
    """
    with tempfile.TemporaryDirectory(prefix="comity-bundle-") as scratch:
        place = Path(scratch) / "files"
        (place / "wheels").mkdir(parents=True)
        if wheels is None:
            _pip("download", "--require-hashes", "--only-binary=:all:", "--no-deps",
                 "-d", place / "wheels", "-r", lock)  # fmt: skip
        else:
            for path in sorted(wheels.glob("*.whl")):
                shutil.copyfile(path, place / "wheels" / path.name)
        own = _own_wheel(Path(scratch), place / "wheels", version)
        made = own.name.split("-")[1]
        digest = hashlib.sha256(own.read_bytes()).hexdigest()
        pinned = lock.read_text(encoding="utf-8") + f"comity=={made} --hash=sha256:{digest}\n"
        (place / "requirements.lock").write_text(pinned, encoding="utf-8")
        for name in ("install", "comity-rollback"):
            target = place / name if name == "install" else place / "bin" / name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(OFFLINE / name, target)
            target.chmod(0o755)
        shutil.copytree(OFFLINE / "systemd", place / "systemd")
        shutil.copyfile(HERE / "LICENSE", place / "LICENSE")
        shutil.copyfile(HERE / "docs" / "how-to" / "install-offline.md", place / "INSTALL.md")
        (place / "VERSION").write_text(made + "\n", encoding="ascii")
        tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
        (place / "PLATFORM").write_text(f"{tag} {platform.machine()}\n", encoding="ascii")
        _bill(place)
        _sums(place)
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"comity-{made}-{tag}-{platform.machine()}.tar"
        _pack(place, target, top=f"comity-{made}")
    return target


def release(tar: Path, key: Path | None = None) -> None:
    """Write ``SHA256SUMS`` beside a tar, and its detached signature.

    Args:
        tar: the bundle.
        key: private key of OpenSSH, or the public half of one that an agent or a token holds; None:
            no signature is made, and one of an earlier tar of this name is removed.
    """
    digest = hashlib.sha256(tar.read_bytes()).hexdigest()
    (tar.parent / "SHA256SUMS").write_text(f"{digest}  {tar.name}\n", encoding="ascii")
    Path(f"{tar}.sig").unlink(missing_ok=True)
    if key is not None:
        program = shutil.which("ssh-keygen")
        if program is None:
            raise SystemExit("to sign needs ssh-keygen: install openssh-client")
        subprocess.run(
            [program, "-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE, str(tar)],
            check=True,
        )


def _own_wheel(scratch: Path, wheels: Path, version: str) -> Path:
    """Build our own wheel from a copy, so that nothing an older build left gets into it."""
    source = scratch / "source"
    source.mkdir()
    for name in _SOURCES:
        path = HERE / name
        if path.is_dir():
            ignored = shutil.ignore_patterns("*.egg-info", "__pycache__")
            shutil.copytree(path, source / name, ignore=ignored)
        else:
            shutil.copyfile(path, source / name)
    if version:
        for name, before in (
            ("pyproject.toml", r'^version = "[^"]+"$'),
            ("src/comity/__init__.py", r'^__version__ = "[^"]+"$'),
        ):
            text = (source / name).read_text(encoding="utf-8")
            word = before[1:].partition(" ")[0]
            text = re.sub(before, f'{word} = "{version}"', text, count=1, flags=re.MULTILINE)
            (source / name).write_text(text, encoding="utf-8")
    had = set(wheels.iterdir())
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", wheels, source)
    (made,) = set(wheels.iterdir()) - had
    return made


def _bill(place: Path) -> None:
    words = [sys.executable, "-m", "comity", "sbom", "-o", str(place / "sbom.json")]
    subprocess.run([*words, "--wheels", str(place / "wheels")], check=True)


def _sums(place: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(place).as_posix()}\n"
        for path in sorted(place.rglob("*"))
        if path.is_file()
    ]
    (place / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _pack(place: Path, target: Path, *, top: str) -> None:
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = _PLAIN_TIME
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    target.unlink(missing_ok=True)
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(place.rglob("*")):
            name = f"{top}/{path.relative_to(place).as_posix()}"
            archive.add(path, name, recursive=False, filter=plain)


def _pip(*words: str | Path) -> None:
    asked = [sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check"]
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(_PLAIN_TIME), "PIP_ROOT_USER_ACTION": "ignore"}
    subprocess.run([*map(str, asked), *map(str, words[1:])], check=True, env=env)


def main() -> None:
    """Make the bundle into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--wheels", type=Path, help="folder of the wheels; else they are fetched")
    parser.add_argument("--key", type=Path, help="OpenSSH key that signs the tar")
    asked = parser.parse_args()
    made = make(asked.out, wheels=asked.wheels)
    release(made, asked.key)
    print((made.parent / "SHA256SUMS").read_text(encoding="ascii"), end="")


if __name__ == "__main__":
    main()
