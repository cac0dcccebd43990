#!/usr/bin/env bash
# levels.sh OUT WORK: packages that the lab's hosts have, as Debian 12 was released and with the patches that it got since.
# Levels of the operating system are made of them. Small ones, whose scripts do something when they are replaced.
set -euo pipefail

source "$(dirname -- "$0")/archive.sh"
readonly PACKAGES="ca-certificates libexpat1 libssl3 openssl tzdata"
out=$1
mkdir -p "$out"/levels/{released,patched}

# shellcheck disable=SC2086
(archive_open && cd "$out/levels/released" && apt-get -q download -t bookworm $PACKAGES)
# shellcheck disable=SC2086
(archive_open_security && cd "$out/levels/patched" && apt-get -q download $PACKAGES)

version() { dpkg-deb --field "$1"/"$2"_*.deb Version; }
for package in $PACKAGES; do
  released=$(version "$out/levels/released" "$package") patched=$(version "$out/levels/patched" "$package")
  if ! dpkg --compare-versions "$released" lt "$patched"; then
    echo "$package $patched is no patch of $released. Set KEELSON_DEBIAN_SECURITY_MIRROR to an archive that has the patches of Debian 12."
    exit 69
  fi
  printf '%s %s %s\n' "$package" "$released" "$patched" >>"$out/levels/versions.txt"
done
