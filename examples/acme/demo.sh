#!/bin/sh
# What `make demo` shows: two services are checked, fixed and moved to another version of their platform. In a copy.
copy=$(mktemp -d) && trap 'rm -rf "$copy"' EXIT
cp -R "$(dirname "$0")" "$copy/acme" && cd "$copy/acme" || exit 2

run() {
    printf '$ %s\n' "$1"
    eval "$1"
}

echo "--- Two services, and the rules of their company: what is wrong?"
run "platform-lint check --output-format concise"
echo
echo "--- What would the fix change, in one of the files?"
run "platform-lint check --diff --quiet orders/orders/storage.py | grep '^[-+]'"
echo
echo "--- What is safe is fixed, and the tests pass as before. The rest is for people."
run "./test.sh 1"
run "platform-lint check --fix --output-format concise | tail -1"
run "./test.sh 1"
echo
echo "--- Now both depend on acme-platform 2. A migration moves them: what moves, and what is left for people?"
run "sed -i.old 's/acme-platform>=1.9,<2/acme-platform>=2/' orders/pyproject.toml billing/pyproject.toml"
run "./test.sh 2"
run "platform-lint migrate acme-platform-2 --unsafe-fixes --apply --allow-dirty"
run "./test.sh 2"
echo
echo "--- And the rules prove themselves, by their examples and every way Python has to spell them."
run "platform-lint prove rules"
