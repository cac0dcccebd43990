# What a bundle is made of. Each part is built once per digest of its own recipe, so that a new busybox does
# not cost a build of Kubernetes; `bits/<digest>` is the parts put together by hard links.
# shellcheck shell=bash

readonly BIT_PARTS="kubernetes packages images levels"

# The fetching tool, archive.sh, is left out on purpose: it changes how a part is obtained, not what it is.
part_recipe() {
  case $1 in
    images) printf 'bits/images.sh image/pause.c' ;;
    *) printf 'bits/%s.sh' "$1" ;;
  esac
}

# shellcheck disable=SC2046
part_path() { printf '%s/parts/%s-%s\n' "$KEELSON_CACHE" "$1" "$(digest $(part_recipe "$1"))"; }

bits_path() {
  local part
  for part in $BIT_PARTS; do part_path "$part"; done | sha256sum | cut -c1-12 |
    sed "s|^|$KEELSON_CACHE/bits/|"
}

setup_bits() {
  local path part
  path=$(bits_path)
  if [ -d "$path" ]; then
    satisfied bits "$path is here"
  else
    for part in $BIT_PARTS; do
      [ -d "$(part_path "$part")" ] || with_lock "part-$part" part_build "$part"
    done
    with_lock bits bits_assemble "$path"
  fi
  bits_publish "$path"
  export KEELSON_LAB_BITS=$path
}

part_build() {
  local part=$1 path title
  path=$(part_path "$part")
  [ ! -d "$path" ] || return 0
  case $part in
    kubernetes)
      title='building Kubernetes 1.20.2 (about 20 min on two cores)'
      need_space 8 "$(cache_dir tmp)"
      ;;
    packages) title='fetching etcd, containerd, runc, plugins, kubectl' ;;
    levels) title='fetching patches of Debian 12' ;;
    *) title="making $part" ;;
  esac
  need_debian_mirror
  temp_entry "part-$part"
  mkdir "$TEMP_ENTRY/out" "$TEMP_ENTRY/work"
  step "$part" "$title" "$LAB_DIR/bits/$part.sh" "$TEMP_ENTRY/out" "$TEMP_ENTRY/work"
  cache_dir parts >/dev/null
  mv -T -- "$TEMP_ENTRY/out" "$path"
  rm -rf -- "$TEMP_ENTRY"
}

# The compiler leaves two files per package in its cache, and the number of packages is known.
progress_kubernetes() {
  local packages
  packages=$(find "$TEMP_ENTRY/work/tree/_output/local/go/cache" -name '*-d' | wc -l)
  [ "$packages" -eq 0 ] || printf '%s of 3810 packages' "$packages"
}

bits_assemble() {
  local path=$1 part
  [ ! -d "$path" ] || return 0
  temp_entry bits
  for part in $BIT_PARTS; do
    cp -al -- "$(part_path "$part")/." "$TEMP_ENTRY/"
  done
  (cd "$TEMP_ENTRY" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum -- >SHA256SUMS)
  cache_dir bits >/dev/null
  mv -T -- "$TEMP_ENTRY" "$path"
  satisfied bits "put together in $path"
}

bits_publish() {
  ln -sfn -- "$(basename -- "$1")" "$KEELSON_CACHE/bits/.current.$$"
  mv -fT -- "$KEELSON_CACHE/bits/.current.$$" "$KEELSON_CACHE/bits/current"
}
