"""One phone for a module's tests; each test loads the state it needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.envs.android_web.hands import Hands


@pytest.fixture(scope="module")
def phone() -> Iterator[Hands]:
    hands = Hands()
    yield hands
    hands.close()


@pytest.fixture
def hands(phone: Hands) -> Iterator[Hands]:
    """The default phone at home; afterwards no script may have failed and no request may have left."""
    phone.fresh()
    yield phone
    assert phone.phone.errors == []
    assert phone.phone.refused == []
