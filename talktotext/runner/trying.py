"""The one place that catches whatever goes wrong; nothing else in the house does."""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def tried(act: Callable[[], Result]) -> tuple[Result | None, Exception | None]:
    """What `act` returns, or the error with which it failed: one of the two is None.

    What is no failure goes on its way: an attempt that is handed back or has lost its job, a
    keyboard's interrupt.
    """
    try:
        return act(), None
    except Exception as error:  # noqa: BLE001 - here and nowhere else
        return None, error
