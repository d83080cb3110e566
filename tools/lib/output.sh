# shellcheck shell=bash
# What the tools say, and how long things take. Sourced; needs nothing else.

say() { printf '%s\n' "$*"; }

complain() { printf '%s\n' "$*" >&2; }

die() {
    complain "$*"
    exit 1
}

# seconds_text 75 -> "1 min 15 s"
seconds_text() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); fi
}

# The last "[12/340] …" of a log, as "12/340".
last_step() {
    tail -c 4096 "$1" 2>/dev/null | tr '\r' '\n' | grep -oE '^ *\[? *[0-9]+/[0-9]+' | tail -n 1 | tr -d ' [' || true
}

# quietly WHAT LOG COMMAND… : runs the command with its output in LOG. Says what it does and how long it took: on
# a terminal with a line that is written over, elsewhere with a line a minute. Returns the command's status.
quietly() {
    local what=$1 log=$2 begun=$SECONDS told=0 status=0
    shift 2
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 &
    local child=$!
    # A command in the background does not hear Ctrl-C by itself.
    trap 'kill "$child" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$child" 2>/dev/null; do
        if [[ -t 1 ]]; then
            printf '\r\033[K%s … %s %s' "$what" "$(seconds_text $((SECONDS - begun)))" "$(last_step "$log")"
            sleep 0.5
        else
            ((SECONDS - begun < 60 * (told + 1))) || { told=$((told + 1)) && say "  … $what: $(last_step "$log")"; }
            sleep 0.2
        fi
    done
    wait "$child" || status=$?
    trap - INT TERM
    [[ -t 1 ]] && printf '\r\033[K'
    if ((status == 0)); then
        say "$what: $(seconds_text $((SECONDS - begun)))"
    else
        say "$what: failed after $(seconds_text $((SECONDS - begun)))"
    fi
    return "$status"
}
