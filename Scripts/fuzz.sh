#!/usr/bin/env bash
# Messages and schemas by libFuzzer for some seconds, the reference evaluator as oracle: Scripts/fuzz.sh SECONDS
# It starts from the corpus of the tests and what earlier runs found; a failing input is written beside, to be added there.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
scratch=.build/fuzz
kept=$scratch/corpus
mkdir -p "$kept"
WSPOLICY_FUZZ=1 swift build -c release --sanitize=fuzzer --scratch-path "$scratch" --product content-fuzzer
"$scratch/release/content-fuzzer" -max_total_time="$seconds" -max_len=1024 -timeout=20 -print_final_stats=1 \
    -dict=Scripts/fuzz.dict -artifact_prefix="$scratch/failing-" "$kept" Tests/ContentFuzzingTests/Corpus
