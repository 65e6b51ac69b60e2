#!/usr/bin/env bash
# The drawing of the relations is that of the migrations.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/gen-relations --check
