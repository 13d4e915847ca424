"""Nanoseconds of one message decision from Python: python_calls.py PLAN MESSAGE. CPU time, the smallest of eleven measurements."""

import sys
import time

from wspolicy import Engine, Kind

FIELDS = [
    (b"Host", b"api.example"),
    (b"Origin", b"https://app.example"),
    (b"Upgrade", b"websocket"),
    (b"Connection", b"Upgrade"),
    (b"Sec-WebSocket-Version", b"13"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]
ROUNDS = 100_000


def fastest(run, count):
    def once():
        start = time.thread_time_ns()
        run()
        return (time.thread_time_ns() - start) / count

    run()
    return min(once() for _ in range(11))


def main():
    with open(sys.argv[2], "rb") as file:
        message = file.read()
    connection = Engine(sys.argv[1]).admit(b"/ws", FIELDS, peer="203.0.113.7:50112", tls=True)
    assert connection.admission.kind is Kind.ACCEPT, connection.admission
    receive, forward = connection.receive, int(Kind.FORWARD)

    def single():
        for _ in range(ROUNDS):
            if receive(message) != forward:
                raise AssertionError(connection.decision)

    def loop():
        for _ in range(ROUNDS):
            if len(message) == 0:
                raise AssertionError

    print(f"python single {fastest(single, ROUNDS) - fastest(loop, ROUNDS):.1f}")


main()
