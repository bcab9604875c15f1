"""Does the movable clock move, and only as far as it is told?"""

from datetime import UTC, timedelta

import pytest

from tests.clock import START, HandClock
from workflows.platform.clock import FileClock, SystemClock


def test_the_system_clock_tells_aware_utc():
    assert SystemClock().now().tzinfo is UTC


def test_a_file_clock_without_its_file_tells_the_real_time(tmp_path):
    assert FileClock(tmp_path / "clock", HandClock()).now() == START


def test_a_moved_file_clock_is_moved_for_everybody_who_reads_the_file(tmp_path):
    FileClock(tmp_path / "clock", HandClock()).move(timedelta(hours=2))
    FileClock(tmp_path / "clock", HandClock()).move(timedelta(minutes=-30))
    assert FileClock(tmp_path / "clock", HandClock()).now() == START + timedelta(minutes=90)


def test_a_file_with_nonsense_is_an_error_and_not_the_real_time(tmp_path):
    (tmp_path / "clock").write_text("tomorrow\n")
    with pytest.raises(ValueError, match="tomorrow"):
        FileClock(tmp_path / "clock", HandClock()).now()
