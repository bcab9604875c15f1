"""Is the ratio of each round what is told, and is nothing else of a page touched?"""

from pathlib import Path

import pytest

from bench import rounds, table
from bench.load import Run, _due
from bench.rounds import Turn


def a_turn(who: str, number: int, rate: float, what: str = "me") -> Turn:
    return Turn(what, who, number, "closed", 10, 0, rate, 1.0, 2.0, 3.0, 4.0, 50.0)


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_the_rates() -> None:
    ours = [a_turn("vigil", number, rate) for number, rate in enumerate((100, 10, 30))]
    theirs = [a_turn("other", number, rate) for number, rate in enumerate((50, 10, 10))]
    found = rounds.ratio([*ours, *theirs], "vigil", "other", "rate")
    assert found == rounds.Ratio(middle=2.0, least=1.0, most=3.0)


def test_a_round_in_which_only_one_of_them_ran_is_no_ratio() -> None:
    assert rounds.ratio([a_turn("vigil", 0, 100)], "vigil", "other", "rate") is None


def test_the_table_names_ratios_and_no_rate() -> None:
    told = table.lines([a_turn("vigil", 0, 1234), a_turn("other", 0, 617)])
    assert "2.00 [2.00 to 2.00]" in told[-1]
    assert "1234" not in "".join(told)


def test_only_what_stands_between_the_marks_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.write(page, ["new"])
    assert page.read_text() == f"before\n{table.BEGIN}\n\nnew\n\n{table.END}\nafter\n"


def test_a_page_without_its_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n")
    with pytest.raises(ValueError, match="marks"):
        table.write(page, ["new"])
    assert page.read_text() == "before\n"


def test_the_page_of_the_house_has_its_marks() -> None:
    text = table.PAGE.read_text()
    assert text.index(table.BEGIN) < text.index(table.END)


def test_requests_of_the_open_loop_are_due_at_the_same_times_for_everybody() -> None:
    first, again = (list(_due(1_000, 50.0, seed=3)) for _ in range(2))
    assert first == again == sorted(first)
    assert 15 < first[-1] < 25  # a thousand at fifty a second


def test_what_failed_is_counted_as_wrong() -> None:
    assert Run(failed=2).bad == 2
