#!/usr/bin/env bash
# Instructions a decision of a base commit and of this tree, by callgrind in one run; fails when one grows by more than 3 %.
# Scripts/bench-check.sh [BASE]; without BASE the last commit that a shared branch has, or the one before this.
# Scripts/bench-check.sh --record writes the figures of this tree to Benchmarks/instructions.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD

command -v valgrind >/dev/null || { echo "valgrind is needed: apt-get install valgrind" >&2; exit 2; }
cases=('handshake, 10 origins' 'handshake, 10,000 origins' 'handshake, HS256' 'message, FinanceHub'
    'message, order' 'message, union20' 'message, chat')

# Builds the counter of a tree, without debug information, which valgrind cannot read.
build() {
    (cd "$1/Benchmarks" && swift build -c release --product decision-counter >&2) || exit 2
    strip --strip-debug -o "$2" "$1/Benchmarks/.build/release/decision-counter"
}

# Instructions of one decision: the difference of two run lengths.
instructions() {
    local short long
    short=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" 2000 2>&1 | awk '/Collected/ {print $4}')
    long=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" 4000 2>&1 | awk '/Collected/ {print $4}')
    echo $(((long - short) / 2000))
}

# Making the cases must cost the same in both runs: no random seeds of hash tables.
export SWIFT_DETERMINISTIC_HASHING=1
work=$(mktemp -d)
trap 'rm -rf "$work"; git worktree prune' EXIT
build "$top" "$work/here"

if [ "${1:-}" = --record ]; then
    {
        echo "# Instructions a decision, by callgrind; taken on: $(awk -F: '/model name/ {print $2; exit}' /proc/cpuinfo | xargs)"
        for name in "${cases[@]}"; do echo "$name: $(instructions "$work/here" "$name")"; done
    } | tee Benchmarks/instructions.txt
    exit 0
fi

base=${1:-$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1)}
git worktree add --detach --quiet "$work/base" "$base"
if [ ! -d "$work/base/Benchmarks" ]; then
    echo "the base $base has no benchmarks: nothing to compare"
    exit 0
fi
build "$work/base" "$work/there"
failed=0
for name in "${cases[@]}"; do
    # A case that the base does not have is nothing to compare with.
    "$work/there" "$name" 1 >/dev/null 2>&1 || continue
    before=$(instructions "$work/there" "$name")
    after=$(instructions "$work/here" "$name")
    verdict=ok
    if ((after * 100 > before * 103)); then
        verdict='grew by more than 3 %'
        failed=1
    fi
    echo "$name: $before -> $after $verdict"
done
exit $failed
