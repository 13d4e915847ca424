"""Messages through an echo server: behind a policy, behind SwiftNIO's own frame decoder, and with no check at all.

Servers take turns, so that what else the machine does meets all of them; medians of the rounds are printed.
"""

import mmap
import os
import statistics
import subprocess
import sys
import tempfile

SERVER, LOAD, COUNTER = sys.argv[1:4]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "2"))
TICK = os.sysconf("SC_CLK_TCK")
POLICIES = {
    "no check": ["--unchecked"],
    "SwiftNIO's decoder": [],
    "policy, every limit open": ["--policy", "Tests/echo-server/open.policy.yaml"],
    "policy with rate and schema": ["--policy", "Tests/echo-server/strict.policy.yaml"],
}


class Server:
    def __init__(self, arguments: list[str]) -> None:
        self.file = tempfile.NamedTemporaryFile()
        self.file.truncate(4096)
        self.count = mmap.mmap(self.file.fileno(), 4096)
        environment = {**os.environ, "LD_PRELOAD": COUNTER, "ALLOCATION_COUNT": self.file.name}
        self.process = subprocess.Popen([SERVER, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
        self.port = self.process.stdout.readline().rsplit(":", 1)[1].strip()

    def allocations(self) -> int:
        return int.from_bytes(self.count[:8], sys.byteorder)

    def cpu(self) -> float:
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident(self) -> int:
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def measure(arguments: list[str], connections: int, size: int) -> tuple[float, float, float]:
    """Messages a second, the server's microseconds a message, allocations a message."""
    server = Server(arguments)
    try:
        cpu, allocations = server.cpu(), server.allocations()
        load = [LOAD, server.port, str(connections), str(size), str(SECONDS)]
        rate = float(subprocess.run(load, capture_output=True, text=True, check=True).stdout)
        messages = rate * SECONDS
        # What a connection costs to open is not a message's.
        return rate, (server.cpu() - cpu) / messages * 1e6, (server.allocations() - allocations) / messages
    finally:
        server.stop()


def idle(arguments: list[str], connections: int) -> float:
    """KiB of the server's memory an open connection that has carried one message."""
    server = Server(arguments)
    try:
        subprocess.run([LOAD, server.port, "1", "120", "0.2"], capture_output=True, check=True)
        before = server.resident()
        load = [LOAD, server.port, str(connections), "120", "0"]
        with subprocess.Popen(load, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as held:
            held.stdout.readline()
            after = server.resident()
            held.stdin.close()
        return (after - before) / connections / 1024
    finally:
        server.stop()


def main() -> None:
    for connections, size in [(1, 120), (64, 120), (512, 120), (64, 1024), (16, 60_000)]:
        results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in POLICIES}
        for _ in range(ROUNDS):
            for name, arguments in POLICIES.items():
                results[name].append(measure(arguments, connections, size))
        print(f"\n{connections} connections, {size} bytes   messages/s   server µs a message   × no check   allocations")
        floor = statistics.median(result[1] for result in results["no check"])
        for name, rows in results.items():
            rate, cost, allocations = (statistics.median(column) for column in zip(*rows))
            print(f"{name:28} {rate:14,.0f} {cost:21.2f} {cost / floor:12.2f} {allocations:13.2f}")
    print("\nKiB an idle connection, of 2,000")
    for name, arguments in POLICIES.items():
        print(f"{name:28} {idle(arguments, 2000):14.1f}")


if __name__ == "__main__":
    main()
