# The commands that a person types. `make demo` shows the product at work, `make test` runs every Swift test.
.PHONY: bench-limits test-threads c-library install test-c fuzz-c python-wheel test-clients conformance test-browser test-examples test-plugin bench-nio test-python demo-channels test-channels demo build test lint format format-check bench bench-messages bench-peers bench-bindings bench-check twin twin-mutants fuzz dependencies traffic clean

SECONDS ?= 60

DEMO_POLICY := policies/financehub/policy.yaml
DEMO_PLAN := .build/financehub.wsplan
DEMO_TRAFFIC := Examples/Traffic/financehub.jsonl
# A key for the recorded traffic alone; a real one comes from wherever secrets live.
DEMO_KEY := financehub-demo-key-for-recorded-traffic-only
WSPOLICY := .build/release/wspolicy

dependencies:
	@Scripts/install-dependencies.sh

demo: dependencies
	swift build -c release --product wspolicy
	$(WSPOLICY) lint policies
	$(WSPOLICY) compile $(DEMO_POLICY) -o $(DEMO_PLAN)
	@FINANCEHUB_JWT_KEY=$(DEMO_KEY) $(WSPOLICY) decide $(DEMO_PLAN) --traffic $(DEMO_TRAFFIC)

build: dependencies
	swift build

test: dependencies
	swift test
	cd Benchmarks && swift test

# Threads that count in one table, under the thread sanitizer.
test-threads:
	WSPOLICY_THREADS=1 swift test --sanitize=thread --scratch-path .build/threads

lint: dependencies
	swift build --product wspolicy
	.build/debug/wspolicy lint policies

format:
	swift format format --in-place --recursive Sources Plugins Tests Examples Benchmarks/Benchmarks Benchmarks/Sources Benchmarks/Tests Package.swift Benchmarks/Package.swift

format-check:
	swift format lint --strict --recursive Sources Plugins Tests Examples Benchmarks/Benchmarks Benchmarks/Sources Benchmarks/Tests Package.swift Benchmarks/Package.swift

# Nanoseconds and allocations a decision; BENCH=full for the benchmark package's tables.
bench: dependencies
	Scripts/bench.sh

# Decisions on messages beside bare parses of the same bytes by yyjson and simdjson, which it fetches and builds.
bench-messages: dependencies
	Scripts/bench-messages.sh

# Decisions on messages beside validators of Python and Foundation's decoder, in one run.
bench-peers: dependencies
	Scripts/bench-peers.sh

# One message decision by Swift's call, through wspolicy.h and from Python.
bench-bindings: python-wheel
	Scripts/bench-bindings.sh

# Limits: time and memory of a decision, here and counted by all instances in Redis, beside PyPI's limits. Needs Python 3.
bench-limits: dependencies
	Scripts/bench-limits.sh

# Instructions a decision of the base commit and of this tree in one run; fails when one grows by more than 3 %.
bench-check: dependencies
	Scripts/bench-check.sh

# The engine against the reference evaluator with fresh seeds for SECONDS.
twin: dependencies
	Scripts/twin.sh $(SECONDS)

# libwspolicy.so with its header, into .build/c; `make install PREFIX=…` puts them where compilers look.
PREFIX ?= /usr/local
c-library: dependencies
	Scripts/build-c-library.sh

install: c-library
	Scripts/install-c-library.sh $(PREFIX)

# The C examples against an installed library, one of them with libwebsockets and a real client. Needs Python 3.
test-c: c-library
	@EXTRA_PACKAGES="libwebsockets-dev gcc g++" Scripts/install-dependencies.sh
	Scripts/test-c.sh

# Random calls through the C interface, from a new seed, for SECONDS.
fuzz-c: dependencies
	Scripts/fuzz-c.sh $(SECONDS)

# Clients of other makers against a SwiftNIO server with a policy. Needs Python 3.
test-clients: dependencies
	Scripts/test-clients.sh

# The Autobahn cases of classes 1 to 7, 9 and 10 against the same; the report stands in .build/conformance. Needs Python 3.
conformance: dependencies
	Scripts/conformance.sh

# The quote servers on SwiftNIO and on Hummingbird's core, met by a real client. Needs Python 3.
test-examples: dependencies
	Scripts/test-examples.sh

# The client for browsers in headless Chromium against the quote server over TLS. Needs Python 3.
test-browser: dependencies
	Scripts/test-browser.sh

# A program whose policy is compiled when it is built: what it decides, what it links, where errors stand.
test-plugin: dependencies
	Scripts/test-plugin.sh

# Messages a second, processor time and allocations a message behind a policy, beside SwiftNIO's own decoder.
bench-nio: dependencies
	Scripts/bench-nio.sh

# The Python package with the library inside, as a wheel in .build/python/dist.
python-wheel: c-library
	Scripts/build-python-wheel.sh

# The wheel under daphne, uvicorn, hypercorn and granian, with real clients. Needs Python 3.
test-python: python-wheel
	Scripts/test-python.sh

# FinanceHub on Django Channels behind its policy, on http://localhost:8000.
demo-channels: python-wheel
	Scripts/demo-channels.sh

# The same clients against it without and with the policy, under daphne and uvicorn.
test-channels: python-wheel
	Scripts/test-channels.sh

# Random schemas and messages by libFuzzer for SECONDS, the reference evaluator as oracle.
fuzz: dependencies
	Scripts/fuzz.sh $(SECONDS)

# Breaks ten checks of the runtime, one at a time; the twin must find each. Needs Python 3.
twin-mutants: dependencies
	Scripts/twin-mutants.sh

# Writes the recorded traffic anew; needs Python 3.
traffic:
	Scripts/make-traffic.py > $(DEMO_TRAFFIC)

clean:
	swift package clean
