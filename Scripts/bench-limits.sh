#!/usr/bin/env bash
# What limits cost: nanoseconds a decision and bytes a key of this process' tables, on one to four threads; decisions that all instances
# count in a Redis of its own, one after the other, a hundred at once, and by several processes; PyPI's limits on the same. And the list
# of who is revoked on all instances.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(Scripts/build-benchmarks.sh limit-tables limit-store revocation-list)

work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done

echo '## tables of this process'
for limit in bare 0 1 2 3 bare; do "$tools/limit-tables" "$limit"; done
echo '## counted by all instances: processes, under way in each; decisions a second, median µs, 99th of a hundred µs, passed'
for processes in 1 2 4; do
    for depth in 1 100; do
        redis-cli -p "$port" flushall >/dev/null
        jobs=()
        for number in $(seq "$processes"); do
            "$tools/limit-store" "$port" "$depth" 3 >"$work/figures.$number" &
            jobs+=($!)
        done
        for job in "${jobs[@]}"; do wait "$job"; done
        for number in $(seq "$processes"); do printf '%s\t%s\t%s\n' "$processes" "$depth" "$(cat "$work/figures.$number")"; done
    done
done
echo '## memory of the store, a key'
before=$(redis-cli -p "$port" info memory | awk -F: '/^used_memory:/ {print $2+0}')
keys=$(redis-cli -p "$port" dbsize | tr -dc '0-9')
redis-cli -p "$port" flushall >/dev/null
after=$(redis-cli -p "$port" info memory | awk -F: '/^used_memory:/ {print $2+0}')
[ "$keys" -eq 0 ] || echo "rate	$(((before - after) / keys))	bytes of $keys keys"
echo '## who is revoked on all instances'
"$tools/revocation-list" "$port" 100000
for key in $(redis-cli -p "$port" keys '*'); do
    printf 'store\t%s\tbytes of %s entries\n' "$(redis-cli -p "$port" memory usage "$key" samples 0)" "$(redis-cli -p "$port" zcard "$key")"
done
redis-cli -p "$port" flushall >/dev/null
echo '## PyPI limits'
Scripts/python-environment.sh limits redis
.venv/bin/python Benchmarks/Peers/limits_peer.py "$port"
