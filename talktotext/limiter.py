"""How often somebody may ask: sliding windows, counted in Redis, and in this process while that is
away.

A window slides smoothly from one period to the next (limits' "sliding window counter": two
numbers a key). What is counted by the hundred is taken in advance in small lots, so that not every
request asks Redis; what a lot has left when it is old is lost, never more than a hundredth a lot.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast

import limits
import redis
from flask import Flask, current_app
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from talktotext import config
from talktotext.errors import TooManyRequests
from talktotext.extensions import connect

log = logging.getLogger(__name__)
Result = TypeVar("Result")

PATIENCE = 0.5  # seconds that Redis is given
RETRY = 15.0  # seconds for which a Redis that did not answer is not asked again
LOTS = 100  # a lot is this part of what is allowed
LOT_SECONDS = 10.0
MOST_LOTS = 20_000  # kept in this process


@dataclass
class Lot:
    """Requests that were counted and have not been made yet; good until a time by the clock of
    `time.monotonic`."""

    left: int
    until: float


class Limiter:
    """Counts requests by rule and by whom they are from."""

    def init_app(self, app: Flask) -> None:
        settings: config.Settings = app.config["SETTINGS"]
        app.extensions["rate_counter"] = Counter(settings)

    def count(self, rule: str, *who: str) -> None:
        """Count a request. The rule is the end of a setting's name, such as `login`.

        Raises:
            TooManyRequests: there were too many.
        """
        settings = config.current()
        if settings.RATELIMIT_ENABLED:
            counter = cast(Counter, current_app.extensions["rate_counter"])
            counter.count(getattr(settings, f"RATELIMIT_{rule.upper()}"), rule, *who)

    def knows(self, *who: str) -> bool:
        """Whether `remember` was told of them, and it is not too long ago."""
        return cast(Counter, current_app.extensions["rate_counter"]).knows(*who)

    def remember(self, *who: str) -> None:
        """Know them for a quarter of a year."""
        if config.current().RATELIMIT_ENABLED:
            cast(Counter, current_app.extensions["rate_counter"]).remember(*who)


class Counter:
    """What is counted: in Redis, or here while that is away."""

    known = limits.parse("1000000 per 90 days")

    def __init__(self, settings: config.Settings):
        pool = connect(
            settings, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ).connection_pool
        storage = RedisStorage("redis://", connection_pool=pool, key_prefix="talktotext:limits")
        self._there = SlidingWindowCounterRateLimiter(storage)
        self._here: SlidingWindowCounterRateLimiter | None = None
        self._ask_again, self._is_away = 0.0, False
        self._lots: dict[tuple[str, ...], Lot] = {}
        self._lock = threading.Lock()

    def count(self, rates: str, *key: str) -> None:
        """Count a request. Raises TooManyRequests."""
        for rate in _parsed(rates):
            lot = rate.amount // LOTS
            if lot < 2:
                self._take(rate, 1, key)
            elif not self._from_lot(rate, key):
                self._begin_lot(rate, lot, key)

    def knows(self, *who: str) -> bool:
        """See Limiter."""
        _, left = self._asked(lambda limiter: limiter.get_window_stats(self.known, "known", *who))
        return left < self.known.amount

    def remember(self, *who: str) -> None:
        """See Limiter."""
        self._asked(lambda limiter: limiter.hit(self.known, "known", *who))

    def _from_lot(self, rate: limits.RateLimitItem, key: tuple[str, ...]) -> bool:
        with self._lock:
            lot = self._lots.get((str(rate), *key))
            if lot is None or lot.left < 1 or lot.until < time.monotonic():
                return False
            lot.left -= 1
            return True

    def _begin_lot(self, rate: limits.RateLimitItem, size: int, key: tuple[str, ...]) -> None:
        if not self._hit(rate, size, key):
            return self._take(rate, 1, key)
        with self._lock:
            if len(self._lots) >= MOST_LOTS:
                self._lots.clear()
            self._lots[(str(rate), *key)] = Lot(size - 1, time.monotonic() + LOT_SECONDS)
        return None

    def _take(self, rate: limits.RateLimitItem, cost: int, key: tuple[str, ...]) -> None:
        if not self._hit(rate, cost, key):
            reset, _ = self._asked(lambda limiter: limiter.get_window_stats(rate, *key))
            wait = min(max(1, math.ceil(reset - time.time())), rate.get_expiry())
            raise TooManyRequests(retry_after=wait)

    def _hit(self, rate: limits.RateLimitItem, cost: int, key: tuple[str, ...]) -> bool:
        return bool(self._asked(lambda limiter: limiter.hit(rate, *key, cost=cost)))

    def _asked(self, act: Callable[[SlidingWindowCounterRateLimiter], Result]) -> Result:
        """What `act` finds: in Redis, or here while that is away."""
        if self._may_ask():
            try:
                found = act(self._there)
            except redis.RedisError as error:
                self._went_away(error)
            else:
                self._is_away = False
                return found
        return act(self._in_process())

    def _may_ask(self) -> bool:
        """Of a Redis that was away, one request in a while finds out whether it is back; the others
        do not wait for it."""
        if not self._is_away:
            return True
        with self._lock:
            due = time.monotonic() >= self._ask_again
            if due:
                self._ask_again = time.monotonic() + RETRY
            return due

    def _went_away(self, error: redis.RedisError) -> None:
        self._ask_again, was_away, self._is_away = time.monotonic() + RETRY, self._is_away, True
        if not was_away:
            log.warning("requests are counted in this process, Redis being away: %s", error)

    def _in_process(self) -> SlidingWindowCounterRateLimiter:
        with self._lock:
            if self._here is None:
                self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
            return self._here


@lru_cache(maxsize=64)
def _parsed(rates: str) -> list[limits.RateLimitItem]:
    return limits.parse_many(rates)


limiter = Limiter()
