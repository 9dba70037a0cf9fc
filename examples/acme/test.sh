#!/bin/sh
# The tests of both services, against one version of the platform: ./test.sh 1
cd "$(dirname "$0")" || exit 2
export PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
status=0
for service in orders billing; do
    # Each service has its own folder in front; billing borrows from orders, which ACM132 is about.
    if said=$(cd "$service" && PYTHONPATH="../platform-$1:../orders" \
        "${PYTHON:-python3}" -m pytest -q -p no:cacheprovider tests 2>&1); then
        result=$(printf '%s\n' "$said" | tail -1 | sed 's/ in [0-9].*//')
    else
        result="FAILED: $(printf '%s\n' "$said" | grep -m1 '^E  ' | sed 's/^E *//; s/ (.*//')"
        status=1
    fi
    echo "$service with acme_platform $1: $result"
done
exit $status
