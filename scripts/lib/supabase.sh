# shellcheck shell=bash disable=SC2154
# The Supabase CLI, and the formatter for what it writes: pinned, from npm, under .cache (not in
# git). Needs say.sh and top.

readonly SUPABASE_VERSION=3.1.0
readonly OXFMT_VERSION=0.79.0

# supabase_install: the tools are there afterwards, or it fails and says why.
supabase_install() {
    tools=$top/.cache/supabase
    [ -x "$tools/node_modules/.bin/supabase" ] && [ -x "$tools/node_modules/.bin/oxfmt" ] &&
        [ "$(cat "$tools/versions" 2>/dev/null)" = "$SUPABASE_VERSION $OXFMT_VERSION" ] &&
        return 0
    command -v npm >/dev/null 2>&1 || { note "npm is missing: install the package npm"; return 1; }
    mkdir -p "$tools"
    npm install --prefix "$tools" --no-save --no-audit --no-fund --loglevel=error \
        "supabase@$SUPABASE_VERSION" "oxfmt@$OXFMT_VERSION" >"$tools/log" 2>&1 || {
        note "npm cannot install supabase@$SUPABASE_VERSION: $(tail -n 2 "$tools/log")"
        return 1
    }
    echo "$SUPABASE_VERSION $OXFMT_VERSION" >"$tools/versions"
}

# The CLI on our migrations, without its telemetry, and without what a user has set up for it.
supabase() {
    mkdir -p "$tools/home"
    HOME=$tools/home SUPABASE_TELEMETRY_DISABLED=1 PGSSLMODE=disable \
        "$tools/node_modules/.bin/supabase" --workdir "$top/migrations" "$@"
}

# supabase_types URL: the TypeScript types of schema public on standard output.
supabase_types() {
    local file
    file=$(mktemp --suffix=.ts)
    {
        echo "// Made by scripts/gen-types from the migrations. Do not edit."
        supabase gen types typescript --schema public --remote="$1" 2>"$tools/log"
    } >"$file" || { note "gen types failed: $(tail -n 3 "$tools/log")"; rm -f "$file"; return 1; }
    "$tools/node_modules/.bin/oxfmt" "$file" >/dev/null
    cat "$file"
    rm -f "$file"
}
