# shellcheck shell=bash
# What every part of the emulation shares: messages, the cache, Debian's archive as this machine knows it.

suite=trixie
started=$(date +%s%N)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
cache=${PIPIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pipit}

say() { printf '[%6.1f s] %s\n' "$(awk "BEGIN{print ($(date +%s%N)-$started)/1e9}")" "$*" >&2; }
fail() { printf 'deploy/emulate: %s\n' "$*" >&2; exit 1; }
# What it needs cannot be had here: another status than a scenario that failed, so that whoever calls can tell.
unavailable() { printf 'deploy/emulate: NOTHING RAN: %s\n' "$*" >&2; exit 69; }

# quietly WHAT COMMAND...: one line before, one after with the time taken; the command's output only when it fails.
quietly() { telling fail "$@"; }
# fetching WHAT COMMAND...: the same for what needs Debian's archive.
fetching() { telling unavailable "$@"; }
telling() {
  local otherwise=$1 what=$2 log begun; shift 2
  log=$(mktemp); begun=$(date +%s)
  say "$what ..."
  if "$@" >"$log" 2>&1; then say "$what: done in $(($(date +%s) - begun)) s"; rm -f "$log"
  else tail -n 30 "$log" >&2; "$otherwise" "$what failed; everything it said is in $log"; fi
}

# need PROGRAM=PACKAGE...: installs the packages whose program is missing, and says which.
need() {
  local pair missing=()
  PATH=$PATH:/usr/sbin:/sbin
  for pair in "$@"; do command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}"); done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || unavailable "missing: ${missing[*]}. Install them (apt-get install ${missing[*]}) or run this as root."
  command -v apt-get >/dev/null || unavailable "missing: ${missing[*]}, and there is no apt-get here to install them with."
  fetching "installing with apt-get: ${missing[*]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }' sh "${missing[@]}"
}

# The Debian mirror this machine's own apt uses; on another distribution, DEBIAN_MIRROR names one.
mirror() {
  local uri
  uri=${DEBIAN_MIRROR:-$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb  *\(\[[^]]*\] *\)*\([^ ]*\) .*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null \
    | grep '/debian/*$' | head -n 1 || true)}
  [ -n "$uri" ] || unavailable "apt's sources here name no Debian mirror: give one, as in DEBIAN_MIRROR=http://HOST/debian deploy/emulate"
  printf '%s\n' "$uri"
}

keyring() {
  local k=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -f $k ] || need no-such-program=debian-archive-keyring
  printf '%s\n' $k
}

# apt_for ARCH COMMAND...: apt with lists and sources of its own for that architecture; changes nothing on this machine.
apt_for() {
  local arch=$1 d; shift
  d=$cache/apt-$suite-$arch
  if [ ! -f "$d/updated" ] || [ -n "$(find "$d/updated" -mmin +720)" ]; then
    mkdir -p "$d"/etc/apt/{apt.conf.d,preferences.d,trusted.gpg.d} "$d"/var/lib/apt/lists/partial "$d"/var/cache/apt/archives/partial
    : >"$d/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$(keyring)" "$(mirror)" $suite >"$d/etc/apt/sources.list"
    cat >"$d/apt.conf" <<A
Dir "$d";
Dir::State::status "$d/status";
APT::Architecture "$arch";
APT::Architectures {"$arch";};
APT::Sandbox::User "root";
Acquire::Languages "none";
A
    APT_CONFIG=$d/apt.conf fetching "reading Debian $suite's package lists for $arch" apt-get update
    touch "$d/updated"
  fi
  APT_CONFIG=$d/apt.conf "$@"
}

# unpack_package ARCH PACKAGE DIR: one package, without its dependencies and without running anything of it.
unpack_package() {
  local t; t=$(mktemp -d "$cache/unpack.XXXXXX")
  (cd "$t" && apt_for "$1" apt-get download -q "$2")
  mkdir -p "$3"; dpkg-deb -x "$t"/*.deb "$3"; rm -rf "$t"
}

# extract ARCH DIR PACKAGE...: a tree with these packages and what they depend on, unpacked, none of their code run.
extract() {
  local arch=$1 dir=$2; shift 2
  need mmdebstrap=mmdebstrap
  nice mmdebstrap --architectures="$arch" --variant=extract --mode=root --include="$(IFS=,; echo "$*")" \
    --keyring="$(keyring)" --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/lib/udev/hwdb.d/*' \
    --dpkgopt='path-exclude=/usr/share/perl*' --dpkgopt='path-exclude=/usr/lib/*/perl*' \
    $suite "$dir" "deb $(mirror) $suite main"
}

# cached NAME FUNCTION: sets $made to the cache's folder NAME, built by FUNCTION DIR the first time; a build cut short leaves none.
cached() {
  made=$cache/$1
  [ -d "$made" ] && return
  mkdir -p "$cache"; rm -rf "$made.new"
  "$2" "$made.new"
  mv "$made.new" "$made"
}
