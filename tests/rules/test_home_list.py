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
    assert item.says


def test_nothing_answered_is_not_ready() -> None:
    assert not_ready({}) == tuple(HomeItem)
