# The image of a lab host, named by the digest of its recipe.
# shellcheck shell=bash

image_name() { printf 'keelson/lab-host:%s\n' "$(digest image/build.sh image/packages image/files)"; }

setup_image() {
  local name
  name=$(image_name)
  export KEELSON_LAB_IMAGE=$name
  if docker image inspect "$name" >/dev/null 2>&1; then
    satisfied image "$name is here"
  else
    with_lock image image_build "$name"
  fi
  image_publish "$name"
}

# Programs that were not started by lab/run (an IDE) find the image's name in this file.
image_publish() {
  local current
  current=$(cache_dir image)/current
  printf '%s\n' "$1" >"$current.$$"
  mv -f -- "$current.$$" "$current"
}

image_build() {
  ! docker image inspect "$1" >/dev/null 2>&1 || return 0
  need_space 3 "$(cache_dir tmp)"
  need_debian_mirror
  temp_entry image
  step image "building $1" image_make "$1" "$TEMP_ENTRY"
}

# `docker import` is atomic: the name appears when the image is complete.
image_make() {
  as_root "$LAB_DIR/image/build.sh" "$2/host.tar" "$DEBIAN_MIRROR"
  docker import --change 'CMD ["/sbin/lab-init"]' --change 'LABEL keelson.lab.image=host' \
    --message "Keelson lab host" "$2/host.tar" "$1"
}
