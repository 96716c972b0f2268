"""A Redis cache whose absence degrades the portal and never fails it."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Answers like an empty cache while Redis is away. What must survive, a limiter, a receipt, is never here alone."""

    def _forgive(self, name: str, default: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(), name)(*args, **kwargs)
        except (RedisError, OSError) as problem:
            logger.warning("cache is away: %s", problem)
            return default

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgive("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("set", None, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        # "Added": who takes a lock with it goes on alone, instead of waiting for a lock that nobody holds.
        return self._forgive("add", True, key, value, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._forgive("delete", False, key, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._forgive("get_many", {}, keys, version)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("set_many", [], *args, **kwargs)

    def has_key(self, key: Any, version: int | None = None) -> Any:
        return self._forgive("has_key", False, key, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._forgive("incr", delta, key, delta, version)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._forgive("touch", False, *args, **kwargs)
