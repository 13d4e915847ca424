#!/usr/bin/env bash
# The C examples against an installed library: their answers are compared with what is written beside them, and a real client
# talks to the server of libwebsockets.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=$PWD/.build/c/prefix
out=.build/c/examples
rm -rf "$prefix" "$out"
mkdir -p "$out"
Scripts/install-c-library.sh "$prefix"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib
flags=(-std=c11 -Wall -Wextra -Wpedantic -Werror -O1 -g -fsanitize=address,undefined)
read -ra policy <<<"$(pkg-config --cflags --libs wspolicy)"

.build/c/wspolicy compile Examples/C/quotes.yaml -o "$out/quotes.wsplan" >/dev/null
# The header stands alone, in C and in C++.
echo '#include <wspolicy.h>' | "${CC:-cc}" -x c -std=c99 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$prefix/include" -
echo '#include <wspolicy.h>' | "${CXX:-c++}" -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only "-I$prefix/include" -

"${CC:-cc}" "${flags[@]}" Examples/C/decide.c "${policy[@]}" -o "$out/decide"
{
    "$out/decide" "$out/quotes.wsplan" https://app.example '{"type":"subscribe"}' '{"type":"subscribe","admin":true}' '{}'
    "$out/decide" "$out/quotes.wsplan" https://evil.example '{}'
} >"$out/decide.txt"
diff "$out/decide.txt" Examples/C/decide.txt
if "$out/decide" /dev/null https://app.example 2>"$out/problem.txt"; then
    echo "an empty plan was taken" >&2
    exit 1
fi
grep -q 'the plan is' "$out/problem.txt"
echo "decide: as written"

# The page about C begins with a program that works.
sed -n '/^```c$/,/^```$/{/^```/!p}' Documentation/c.md >"$out/app.c"
"${CC:-cc}" "${flags[@]}" "$out/app.c" "${policy[@]}" -o "$out/app"
[ "$(cd "$out" && ./app)" = "deliver the message" ]
echo "the page's first lines: as written"

read -ra server <<<"$(pkg-config --cflags --libs libwebsockets)"
"${CC:-cc}" "${flags[@]}" -Wno-pedantic Examples/C/lws_server.c "${policy[@]}" "${server[@]}" -o "$out/lws_server"
Scripts/python-environment.sh 'websockets>=14'
.venv/bin/python Examples/C/test_lws_server.py "$out/lws_server" "$out/quotes.wsplan"
