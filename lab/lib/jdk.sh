# A JDK of at least the release the project is compiled for. The answer is JAVA_HOME.
# shellcheck shell=bash

readonly JDK_RELEASE=25

# jdk_release HOME: the feature release, only if this JDK really runs here and has a compiler.
jdk_release() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    awk '$1 == "java.specification.version" { split($3, v, "."); print v[1]; found = 1 } END { exit !found }'
}

jdk_good() {
  local release
  release=$(jdk_release "$1") && [ "$release" -ge "$JDK_RELEASE" ]
}

jdk_find() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$KEELSON_CACHE"/jdk/*/usr/lib/jvm/*; do
    if [ -n "$home" ] && [ -d "$home" ] && jdk_good "$home"; then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

setup_jdk() {
  local home
  if ! home=$(jdk_find); then
    with_lock jdk jdk_obtain
    home=$(jdk_find) || jdk_by_hand
  fi
  export JAVA_HOME=$home
  satisfied jdk "JDK $(jdk_release "$home") in $home"
}

# First the machine's own archive; then Debian 13's build, unpacked in the cache and not installed, which
# runs only where the C library is new enough.
jdk_obtain() {
  local package=openjdk-$JDK_RELEASE-jdk-headless
  ! jdk_find >/dev/null || return 0
  if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]'; then
    step jdk "installing $package" prerequisites_install "$package"
    return
  fi
  need_debian_mirror
  temp_entry jdk
  step jdk "unpacking $package of Debian 13" "$LAB_DIR/bits/jdk.sh" "$TEMP_ENTRY" "$JDK_RELEASE"
  if ! jdk_good "$TEMP_ENTRY/usr/lib/jvm/java-$JDK_RELEASE-openjdk-$(dpkg --print-architecture)"; then
    jdk_by_hand "Debian 13's build does not run on this system's C library"
  fi
  cache_dir jdk >/dev/null
  mv -T -- "$TEMP_ENTRY" "$KEELSON_CACHE/jdk/debian13"
}

jdk_by_hand() {
  die "$EX_MISSING" "there is no JDK $JDK_RELEASE or later here${1:+; $1}" \
    "install one below /usr/lib/jvm, or set JAVA_HOME to it (Temurin $JDK_RELEASE is what the project is built with)"
}
