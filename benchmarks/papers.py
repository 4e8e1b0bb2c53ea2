"""What a letter costs: a request in two languages as PDF, and what people have without Comity.

Ours is one process after its first letter, as a node or a clerk's afternoon has it; every letter is
of another message, so nothing that was typeset before is only taken from memory. The peer is
LibreOffice without a window, which makes a PDF of a two-page form; where it is not installed there
is no peer.
"""

import shutil
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.papers.letters import request_record
from tests.papers.makers import AT

from benchmarks.rows import Row, hand_over, median, say
from comity.exchange.values import Text
from comity.papers.letter import letter_pdf
from comity.papers.letter_record import LetterRecord
from comity.papers.typeset import FontPlaces

PAIRS = (("ar", "en"), ("zh-hans", "fr"))
ROUNDS = 12
WANTED_S = 0.5
LINES = 60


def variant(number: int) -> LetterRecord:
    """Return a request whose facts are another text each time, one page of them."""
    record = request_record()
    lines = [f"{number}.{line} Ngày 5 tháng 1, một thư giả mạo được gửi." for line in range(LINES)]
    grounds = record.bodies["grounds"]
    facts = Text(lang="vi", text="\n".join(lines))
    bodies = dict(record.bodies) | {"grounds": grounds.model_copy(update={"facts": facts})}
    return replace(record, bodies=bodies)


def ours() -> tuple[float, float]:
    """Return the median of all letters after the first, and what the first one took, seconds."""
    spent = []
    for number in range(ROUNDS):
        for pair in PAIRS:
            record = variant(number)
            begun = time.perf_counter()
            letter_pdf(record, pair, made_at=AT, fonts=FontPlaces())
            spent.append(time.perf_counter() - begun)
    return median(spent[1:]), spent[0]


def peer(folder: Path) -> float | None:
    """Return what LibreOffice takes for a form of as much text, seconds, or None."""
    office = shutil.which("soffice")
    if office is None:
        return None
    rows = "".join(f"<tr><td>Field {n}</td><td>الحقل {n}</td></tr>" for n in range(30))
    text = "".join(f"<p>{n} Ngày 5 tháng 1, một thư giả mạo được gửi.</p>" for n in range(LINES))
    page = folder / "form.html"
    page.write_text(f"<meta charset=utf-8><table>{rows}</table>{text}", "utf-8")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to"]
    into = ["--outdir", str(folder)]
    word = [*command, "docx:MS Word 2007 XML", *into, "--infilter=HTML (StarWriter)", str(page)]
    subprocess.run(word, check=True, capture_output=True)
    spent = []
    for _ in range(3):
        begun = time.perf_counter()
        made = [*command, "pdf", *into, str(folder / "form.docx")]
        subprocess.run(made, check=True, capture_output=True)
        spent.append(time.perf_counter() - begun)
    return median(spent)


def main() -> None:
    """Measure and hand over."""
    usual, first = ours()
    with tempfile.TemporaryDirectory() as folder:
        office = peer(Path(folder))
    say(f"pdf: the first letter of a process took {first:.2f} s; wanted under {WANTED_S} after it")
    hand_over(
        [
            Row(
                name="pdf",
                unit="s, a request in two languages",
                ours=usual,
                peer=office,
                peer_name="LibreOffice, docx to PDF"
                if office
                else "none; LibreOffice is not there",
            )
        ]
    )


if __name__ == "__main__":
    main()
