# shellcheck shell=bash
# Installs the Debian packages of tools/packages.txt that are missing. Sourced after output.sh; needs $ROOT.

# wanted_packages GROUP… : their names.
wanted_packages() {
    local groups=" $* " group name _reason
    while read -r group name _reason; do
        [[ -z $group || $group == '#'* ]] && continue
        [[ $groups == *" $group "* ]] && printf '%s\n' "$name"
    done <"$ROOT/tools/packages.txt"
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }

# as_root COMMAND… : directly, or through sudo when that works without asking or there is somebody to ask.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 126
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# The lists are fetched only if what they say today is not enough.
install_packages() {
    quietly "installing $*" "$LOGS/apt.log" apt_install "$@" && return 0
    quietly "fetching the package lists" "$LOGS/apt-update.log" as_root apt-get update &&
        quietly "installing $*" "$LOGS/apt.log" apt_install "$@"
}

# need_packages GROUP… : afterwards all of them are there, or the tool has ended.
need_packages() {
    local name missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "this is not Debian: expecting the libraries of tools/packages.txt to be there"
        return 0
    fi
    for name in $(wanted_packages "$@"); do
        is_installed "$name" || missing+=("$name")
    done
    ((${#missing[@]} == 0)) && return 0
    install_packages "${missing[@]}" && return 0
    tail -n 20 "$LOGS/apt.log" >&2
    die "packages are missing and could not be installed; as root: apt-get update && apt-get install -y \
--no-install-recommends ${missing[*]}"
}
