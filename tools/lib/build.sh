# shellcheck shell=bash
# Configures and builds presets quietly. Sourced after output.sh; needs $ROOT.

# One cache for all presets and clones of this machine: paths are taken relative to the clone.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$ROOT} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

# What matters of a build log that ends in failure: the errors, or its end.
show_failure() {
    complain "--- the end of $1 ---"
    if grep -qE '(error|Error|FAILED|undefined)' "$1"; then
        grep -nE -A4 '(error:|Error|^FAILED|undefined symbol|CMake Error)' "$1" | head -n 80 >&2
    else
        tail -n 40 "$1" >&2
    fi
}

# configure PRESET : only when there is no build yet; later, the build does it by itself when it has to.
configure() {
    local log="$ROOT/build/$1/configure.log"
    [[ -f "$ROOT/build/$1/build.ninja" ]] && return 0
    (cd "$ROOT" && quietly "configuring $1" "$log" cmake --preset "$1") || { show_failure "$log" && return 1; }
}

# build PRESET [TARGET…]
build() {
    local preset=$1 log="$ROOT/build/$1/build.log" jobs
    shift
    jobs=${CEDAR_JOBS:-$(nproc)}
    configure "$preset" || return 1
    local command=(cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"})
    (cd "$ROOT" && quietly "building $preset" "$log" "${command[@]}") || { show_failure "$log" && return 1; }
}
