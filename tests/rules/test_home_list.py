"""Is the place ready only when every line is a yes?"""

import pytest

from rules.preparation.home_list import HomeItem, home_is_ready, not_ready

ALL_YES: dict[str, bool | None] = {item.value: True for item in HomeItem}


def test_a_list_of_yes_is_ready() -> None:
    assert home_is_ready(ALL_YES)
    assert not_ready(ALL_YES) == ()


@pytest.mark.parametrize("item", list(HomeItem))
@pytest.mark.parametrize("said", [False, None])
def test_a_no_or_a_silence_is_not_ready(item: HomeItem, *, said: bool | None) -> None:
    assert not home_is_ready(ALL_YES | {item.value: said})
    assert not_ready(ALL_YES | {item.value: said}) == (item,)
    assert item.says.endswith(".")


def test_nothing_answered_is_not_ready() -> None:
    assert not_ready({}) == tuple(HomeItem)


def test_the_answers_are_kept_under_these_words() -> None:
    assert " ".join(HomeItem) == (
        "address_is_right emergency_plan_read two_phones calls_go_through room_is_indoors_and_dry "
        "no_open_height nothing_to_trip_over no_flame children_cared_for pets_cared_for "
        "weapons_and_medicines_locked bucket_and_water_ready nothing_else_that_day"
    )
