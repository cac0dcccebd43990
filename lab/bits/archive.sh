# Packages of several Debian releases, fetched and unpacked, never installed: a private apt configuration
# with lists of its own. Sourced by the recipes beside it; wants DEBIAN_MIRROR and KEELSON_CACHE.
# shellcheck shell=bash

readonly ARCHIVE_SUITES="bookworm trixie forky sid"
readonly ARCHIVE_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# A mirror inside a company may stand still for weeks, so old lists are taken: signatures are still checked, and
# recipes name exact versions.
#
# archive_open: makes the configuration, and the lists where they are missing or older than a week. A release
# the archive no longer has is left out: a recipe that needs something of it then says so by itself.
archive_open() {
  local suite
  archive_configure apt "$(for suite in $ARCHIVE_SUITES; do
    printf 'deb [signed-by=%s] %s/ %s main\n' "$ARCHIVE_KEYS" "$DEBIAN_MIRROR" "$suite"
    [ "$suite" != bookworm ] || printf 'deb-src [signed-by=%s] %s/ %s main\n' "$ARCHIVE_KEYS" "$DEBIAN_MIRROR" "$suite"
  done)"
}

# archive_open_security: the same for what the release of the lab's hosts got since it was made, and nothing else.
archive_open_security() {
  archive_configure apt-security \
    "deb [signed-by=$ARCHIVE_KEYS] ${KEELSON_DEBIAN_SECURITY_MIRROR:-$DEBIAN_MIRROR-security}/ bookworm-security main"
}

# archive_configure NAME SOURCES: both of the above.
archive_configure() {
  local root=$KEELSON_CACHE/$1 stamp
  stamp=$root/lists.stamp
  mkdir -p "$root"/{lists/partial,cache/archives/partial,etc}
  : >"$root/etc/status"
  printf '%s\n' "$2" >"$root/etc/sources.list.new"
  cmp -s "$root/etc/sources.list.new" "$root/etc/sources.list" || rm -f "$stamp"
  mv -f "$root/etc/sources.list.new" "$root/etc/sources.list"
  cat >"$root/etc/apt.conf" <<CONF
Dir::Etc::SourceList "$root/etc/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$root/lists";
Dir::State::Status "$root/etc/status";
Dir::Cache "$root/cache";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "";
CONF
  export APT_CONFIG=$root/etc/apt.conf
  if [ -z "$(find "$stamp" -mtime -7 2>/dev/null)" ]; then
    if apt-get -q update; then
      touch "$stamp"
    elif [ -n "$(apt-cache dumpavail | head -n 1)" ]; then
      echo "some releases could not be read; going on with what is known"
    else
      echo "nothing could be read of: $2"
      return 69
    fi
  fi
}

# archive_unpack PACKAGE UPSTREAM DIRECTORY: the oldest build of exactly this upstream version, of whichever
# release has it (the oldest is closest to the C library of the lab's hosts), unpacked below DIRECTORY.
archive_unpack() {
  local package=$1 upstream=$2 directory=$3 version
  version=$(apt-cache madison "$package" | awk -F' *[|] *' '/ Packages$/ { print $2 }' |
    grep -E "^([0-9]+:)?${upstream//./\\.}([-+~].*)?$" | sort -V | head -n 1)
  if [ -z "$version" ]; then
    echo "The Debian archive has no $package $upstream (it has: $(apt-cache madison "$package" |
      awk -F' *[|] *' '{ printf "%s ", $2 }')). Change the version in lab/bits, or set KEELSON_DEBIAN_MIRROR to an archive that has it."
    return 69
  fi
  mkdir -p "$directory"
  (
    cd "$directory"
    apt-get -q download "$package=$version"
    dpkg-deb -x ./*.deb .
    rm -f ./*.deb
  )
  printf '%s %s\n' "$package" "$version" >>"$directory.version"
}

# install_programs DESTINATION FILE...
install_programs() {
  mkdir -p "$1"
  install -m 755 -t "$@"
}
