"""PyPI's limits on the same decisions: in memory, and on the Redis whose port is named. Prints NAME, FIGURE, UNIT by tabs."""

import sys
import time

from limits import RateLimitItemPerSecond, RateLimitItemPerMinute, storage, strategies


def measure(limiter, item, keys, seconds):
    """Nanoseconds of one decision, keys in turn, the best of short batches."""
    # One key of each kind of counter: they keep their states in different ways.
    keys = [type(limiter).__name__ + key for key in keys]
    best = float("inf")
    count = 200
    place = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter_ns()
        for _ in range(count):
            place = (place + 1) % len(keys)
            limiter.hit(item, keys[place])
        best = min(best, (time.perf_counter_ns() - start) / count)
    return best


def main(port):
    hot = [f"10.0.{number // 250}.{number % 250}" for number in range(1024)]
    stores = [
        ("in memory", storage.MemoryStorage()),
        ("on Redis", storage.RedisStorage(f"redis://127.0.0.1:{port}/1")),
    ]
    kinds = [
        ("fixed window", strategies.FixedWindowRateLimiter),
        ("moving window", strategies.MovingWindowRateLimiter),
        ("sliding window counter", strategies.SlidingWindowCounterRateLimiter),
    ]
    for place, store in stores:
        for name, kind in kinds:
            figure = measure(kind(store), RateLimitItemPerSecond(100), hot, 3)
            print(f"limits {place}, {name}, 100 per second\t{figure:.0f}\tns", flush=True)
    figure = measure(strategies.MovingWindowRateLimiter(stores[0][1]), RateLimitItemPerMinute(10), hot, 3)
    print(f"limits in memory, moving window, 10 per minute\t{figure:.0f}\tns", flush=True)


main(int(sys.argv[1]))
