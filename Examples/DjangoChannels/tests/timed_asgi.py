"""The same application with time passed in: seconds since its start stand in the file that FINANCEHUB_CLOCK names."""

import os
import time

import financehub.asgi as project
from wspolicy import Moment, WebSocketPolicyMiddleware

_TICKS = time.monotonic_ns()
_UNIX = time.time_ns()


def clock() -> Moment:
    with open(os.environ["FINANCEHUB_CLOCK"], encoding="ascii") as file:
        passed = int(float(file.read()) * 1e9)
    return Moment(_TICKS + passed, _UNIX + passed)


application = project.application
if isinstance(application, WebSocketPolicyMiddleware):
    application.clock = clock
