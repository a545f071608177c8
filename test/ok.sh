#!/bin/sh
# Brings everything that the gate needs, and runs it: the second set-up command, and what CI runs.
set -eu
cd "$(dirname "$0")/.."
. ./.ci/bootstrap.sh
exec bun test/ok.ts
