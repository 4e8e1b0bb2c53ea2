"""The office's own numbers for clocks, and moments on the clocks of two States."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from comity.instruments.clock_terms import Local
from comity.node.cases.office_deadlines import first_notice, local
from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.core.time_zones import seen_in
from comity.node.templatetags.desk import places

CONFIG = NodeConfig(folder=Path("nowhere"), party="vn/contact-point", mode="exercise")
MOMENT = datetime(2027, 2, 5, 18, 30, tzinfo=UTC)  # a Friday
PARTIES = ("vn/contact-point", "za/contact-point", "un/secretariat")


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> NodeConfig:
    monkeypatch.setattr(settings, "CONFIG", CONFIG, raising=False)
    return CONFIG


def test_what_no_office_decided_is_what_the_law_as_data_ships(config: NodeConfig) -> None:
    assert local() == Local()


def test_an_office_sets_its_own_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(CONFIG, notice_days=(30, 2, 0), oral_hours=24)
    monkeypatch.setattr(settings, "CONFIG", own, raising=False)
    assert local().notices == ((30, "officer"), (2, "second"), (0, "deputy"))
    assert local().oral_hours == 24
    assert first_notice() == timedelta(days=30)


@pytest.mark.parametrize(
    "line",
    [
        "notice_days = []",
        "notice_days = [7, 7, 0]",
        "notice_days = [1, 7, 0]",
        "notice_days = [7, 1]",
        "notice_days = [400, 0]",
        'notice_days = ["7", "0"]',
        "oral_hours = 0",
        "status_days = 1.5",
        "emergency_hours = true",
    ],
)
def test_numbers_that_would_silence_a_clock_are_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "node.toml").write_text(f'party = "vn/a"\nmode = "live"\n{line}\n')
    with pytest.raises(NodeFolderError):
        load_config(tmp_path)


def test_settings_are_written_as_they_are_read(tmp_path: Path) -> None:
    own = replace(CONFIG, folder=tmp_path.resolve(), notice_days=(5, 0), status_days=7)
    own.write()
    assert load_config(tmp_path) == own


def test_a_moment_is_shown_in_both_states_with_their_days_off() -> None:
    vietnam, africa = seen_in(CONFIG, MOMENT, PARTIES)  # a secretariat has no capital
    assert (vietnam.state, vietnam.local.isoformat(), vietnam.off) == (
        "vn",
        "2027-02-06T01:30:00+07:00",
        "weekend",
    )
    assert (africa.state, africa.off) == ("za", "")
    assert seen_in(CONFIG, None, PARTIES) == []


def test_the_page_names_the_states_in_the_officers_language(config: NodeConfig) -> None:
    with override("en"):
        shown = places(MOMENT, PARTIES)
    assert "6 Feb 2027 01:30</time> (weekend)" in shown
    assert "South Africa" in shown
    with override("ar"):
        assert "جنوب أفريقيا" in places(MOMENT, PARTIES)
