#!/bin/sh
# The gate in a build: prints why a change is blocked, in the build server's own form, and leaves its exit code (0 passed, 1 blocked, 2 could not judge).
# VETMARK_BASE is needed. VETMARK_CLI names a file to run instead of the npm package.
set -eu

vetmark() {
  if [ -n "${VETMARK_CLI:-}" ]; then
    node "$VETMARK_CLI" "$@"
  else
    npx --yes "vetmark@${VETMARK_VERSION:-latest}" "$@"
  fi
}

if [ -z "${VETMARK_BASE:-}" ]; then
  echo 'VETMARK_BASE is not set: the gate needs the revision that the change is measured against, such as origin/main.' >&2
  exit 2
fi
set -- gate --base "$VETMARK_BASE" --head "${VETMARK_HEAD:-HEAD}"
if [ -n "${VETMARK_SHARD:-}" ]; then set -- "$@" --shard "$VETMARK_SHARD"; fi

code=0
vetmark "$@" || code=$?
# Each report is a run of its own; what it is for is its file, the verdict is that of the run above.
if [ -n "${VETMARK_FORMAT:-}" ]; then vetmark "$@" --format "$VETMARK_FORMAT" || true; fi
if [ -n "${VETMARK_SARIF:-}" ]; then vetmark "$@" --format sarif > "$VETMARK_SARIF" || true; fi
if [ -n "${VETMARK_CODE_QUALITY:-}" ]; then vetmark "$@" --format gitlab > "$VETMARK_CODE_QUALITY" || true; fi
if [ -n "${VETMARK_JUNIT:-}" ]; then vetmark "$@" --format junit > "$VETMARK_JUNIT" || true; fi
exit "$code"
