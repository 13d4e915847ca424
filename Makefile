# The commands that a person types.
.PHONY: build test format format-check dependencies traffic clean

dependencies:
	@Scripts/install-dependencies.sh

build: dependencies
	swift build

test: dependencies
	swift test

format:
	swift format format --in-place --recursive Sources Tests Package.swift

format-check:
	swift format lint --strict --recursive Sources Tests Package.swift

# Writes the recorded traffic anew; needs Python 3.
traffic:
	Scripts/make-traffic.py > Examples/Traffic/financehub.jsonl

clean:
	swift package clean
