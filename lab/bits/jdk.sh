#!/usr/bin/env bash
# jdk.sh OUT RELEASE: Debian 13's JDK, unpacked and not installed.
set -euo pipefail

source "$(dirname -- "$0")/archive.sh"
archive_open
for package in "openjdk-$2-jre-headless" "openjdk-$2-jdk-headless"; do
  (cd "$1" && apt-get -q download -t trixie "$package" && dpkg-deb -x "$package"_*.deb . && rm -f "$package"_*.deb)
done
# Links into /etc must lead into the unpacked tree.
find "$1/usr/lib/jvm" -type l -lname '/etc/*' | while read -r link; do
  ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$1$(readlink "$link")")" "$link"
done
