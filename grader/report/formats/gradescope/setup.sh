#!/bin/bash
# Gradescope runs this once, when it builds the image: packages and the grader.
set -euo pipefail
cd "$(dirname "$0")"
ASSIGNMENT=1
# shellcheck source=/dev/null
. ./settings.sh
command -v make >/dev/null || { apt-get update && apt-get install -y make gcc; }
make packages
make grader ASSIGNMENT="$ASSIGNMENT"
