"""`comity drill run`: an exercise on nodes plays itself; one at the table is held."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.nodes.offices import free_row

from comity.drills import SKILLS

pytestmark = pytest.mark.long  # exercises on nodes, from joining to their end

COMITY = [sys.executable, "-m", "comity"]


def test_a_scenario_with_something_to_mend_is_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    subprocess.run([*COMITY, "drill", "new", "mine", "-o", str(tmp_path)], check=True)
    (folder / "texts" / "en.toml").write_text("", "utf-8")
    done = subprocess.run(
        [*COMITY, "drill", "run", str(folder)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "[drill-unsound]" in done.stderr) == (1, True)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "ascii")
    order = [*COMITY, "drill", "run", "first-night", "-o", str(tmp_path)]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    assert (done.returncode, "not empty" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_teams_on_nodes_end_with_two_scores_that_say_why(tmp_path: Path) -> None:
    out, port = tmp_path / "out", free_row(5)
    order = ["drill", "run", "hospital-ransomware", "--teams", "2", "--auto", "--json"]
    done = subprocess.run(
        [*COMITY, *order, "--port-base", str(port), "-o", str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    good, careless = told["teams"]
    assert told["unsaid"] == [], "every message of the story went from node to node"
    assert good["board"]["got"] == good["board"]["of"] > careless["board"]["got"]
    lost = [one for one in careless["board"]["points"] if one["got"] < max(one["of"], 0)]
    lost += [one for one in careless["board"]["points"] if one["got"] < 0]
    assert lost
    for one in lost:
        assert one["why"], f"{one['key']} says why"
        assert one["cite"], f"{one['key']} names its article"
    assert json.loads((out / "report-1.json").read_text("utf-8")) == good
    assert (out / "trust.json").is_file()


@pytest.mark.long
@pytest.mark.parametrize("scenario", ["first-night"])
def test_at_the_table_one_node_is_enough(tmp_path: Path, scenario: str) -> None:
    order = ["drill", "run", scenario, "--table-top", "--teams", "4", "--auto", "--json"]
    done = subprocess.run(
        [*COMITY, *order, "--port-base", str(free_row(1)), "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    scores = [one["board"]["got"] for one in json.loads(done.stdout)["teams"]]
    assert len(scores) == len(SKILLS)
    assert scores[0] == max(scores)
    assert len(set(scores)) == len(scores)
    assert len(list((tmp_path / "out" / "nodes").iterdir())) == 1


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP])
def test_an_exercise_waits_for_its_trainer_and_ends_with_a_report(
    tmp_path: Path, ending: signal.Signals
) -> None:
    order = ["drill", "run", "first-night", "--table-top", "--teams", "1", "--name", "Heron"]
    with subprocess.Popen(
        ["env", "--default-signal", *COMITY, *order, "--port-base", str(free_row(1))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if "waits until" in line:
                process.send_signal(ending)
        assert process.wait(60) == 0
    assert "Heron: join at" in told
    assert "sign in at un/exercise trainer  password " in told
    assert not list(tmp_path.iterdir()), "nothing is kept"


PRESSED = """
import sys
from comity.cli import main
from comity.hall import story
story._MIGRATE = "import os, signal; os.killpg(os.getpgid(os.getppid()), 2); signal.pause()"
main(sys.argv[1:])
"""


def test_ctrl_c_while_it_is_founded_reaches_the_exercise_alone(tmp_path: Path) -> None:
    order = ["drill", "run", "first-night", "--teams", "1", "--port-base", str(free_row(4))]
    done = subprocess.run(
        ["env", "--default-signal", sys.executable, "-c", PRESSED, *order],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (130, "interrupted: nothing was kept\n")
    assert done.stdout == "creating the folders and keys of 4 nodes\ncreating the databases\n"
    assert not list(tmp_path.iterdir())
