# Exit codes, messages, cache paths, locks, and the one place that cleans up.
# shellcheck shell=bash

readonly EX_OK=0 EX_FAILED=1 EX_USAGE=64 EX_MISSING=69
CLEANUP_PATHS=()
STEP_GROUP=

say() { printf '%s\n' "$*"; }

# One short line for a thing that holds already: subject, then what was found.
satisfied() { printf '%-14s %s\n' "$1" "$2"; }

# die CODE MESSAGE [NEXT]: what is wrong, and the next command to try.
die() {
  printf 'error: %s\n' "$2" >&2
  [ $# -lt 3 ] || printf 'next:  %s\n' "$3" >&2
  exit "$1"
}

usage() { die "$EX_USAGE" "$1" "lab/run help"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "$EX_MISSING" "root is needed to run: $*" "run lab/run as root, or install sudo"
  fi
}

cache_dir() { mkdir -p "$KEELSON_CACHE/$1" && printf '%s\n' "$KEELSON_CACHE/$1"; }

# digest FILE...: twelve hex digits over names and contents, in a fixed order; directories count whole.
digest() {
  local path
  for path in "$@"; do
    (cd "$LAB_DIR" && find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum --)
    (cd "$LAB_DIR" && find "$path" -perm /111 -type f | LC_ALL=C sort)
  done | sha256sum | cut -c1-12
}

# with_lock NAME COMMAND...: only one run on this machine builds a given cache entry.
with_lock() {
  local name=$1 fd
  shift
  exec {fd}>"$(cache_dir lock)/$name"
  if ! flock --nonblock "$fd"; then
    say "waiting for another run that holds '$name'"
    # In short waits: a signal is handled between them.
    until flock --wait 1 "$fd"; do :; done
  fi
  "$@"
  exec {fd}>&-
}

# temp_entry NAME: an empty directory that disappears when this run ends. Call it under the entry's lock:
# what an earlier, killed run left behind under the same name goes first. The answer is in TEMP_ENTRY.
temp_entry() {
  local parent
  parent=$(cache_dir tmp)
  rm -rf -- "${parent:?}/$1".*
  TEMP_ENTRY=$(mktemp -d "$parent/$1.XXXXXX")
  chmod 755 "$TEMP_ENTRY"
  CLEANUP_PATHS+=("$TEMP_ENTRY")
}

# need_space GIB PATH: building into a full disk fails late and unclear, so ask first.
need_space() {
  local free
  free=$(df --output=avail -k "$2" | tail -n 1)
  [ "$free" -ge $(($1 * 1024 * 1024)) ] ||
    die "$EX_MISSING" "$2 has $((free / 1024 / 1024)) GiB free; this step needs $1 GiB" \
      "free some space or set KEELSON_CACHE to a larger disk"
}

on_exit() {
  local code=$? path
  trap - EXIT INT TERM HUP
  if [ -n "$STEP_GROUP" ]; then
    kill -TERM -- "-$STEP_GROUP" 2>/dev/null || true
    wait "$STEP_GROUP" 2>/dev/null || true
    kill -KILL -- "-$STEP_GROUP" 2>/dev/null || true
  fi
  for path in "${CLEANUP_PATHS[@]}"; do
    rm -rf -- "$path" 2>/dev/null || as_root rm -rf -- "$path" || true
  done
  exit "$code"
}

trap on_exit EXIT
trap 'printf "\ninterrupted\n" >&2; exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
