#!/usr/bin/env bash
# images.sh OUT WORK: two container images without a registry, as `docker save` would write them. The same
# input gives the same bytes.
set -euo pipefail

source "$(dirname -- "$0")/archive.sh"
out=$1 work=$2 here=$(cd -- "$(dirname -- "$0")" && pwd)
archive_open
mkdir -p "$out/images"

pack() { tar --create --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$@"; }
sha() { sha256sum -- "$1" | cut -d' ' -f1; }

# save NAME ROOT CONFIG FILE: one layer holding ROOT.
save() {
  local name=$1 root=$2 config=$3 file=$4 stage
  stage=$(mktemp -d -p "$work")
  pack --directory "$root" --file "$stage/layer.tar" .
  jq --null-input --compact-output --arg arch "$(dpkg --print-architecture)" --arg layer "sha256:$(sha "$stage/layer.tar")" \
    --argjson config "$config" '{
      architecture: $arch, os: "linux", created: "1970-01-01T00:00:00Z", config: $config,
      history: [{created: "1970-01-01T00:00:00Z", created_by: "keelson lab"}],
      rootfs: {type: "layers", diff_ids: [$layer]}}' >"$stage/config"
  local id
  id=$(sha "$stage/config")
  mv "$stage/config" "$stage/$id.json"
  jq --null-input --compact-output --arg config "$id.json" --arg name "$name" \
    '[{Config: $config, RepoTags: [$name], Layers: ["layer.tar"]}]' >"$stage/manifest.json"
  pack --directory "$stage" --file "$file" "$id.json" layer.tar manifest.json
}

mkdir -p "$work/pause"
gcc -Os -static -s -Wall -Wextra -Werror -o "$work/pause/pause" "$here/../image/pause.c"
save keelson.local/pause:3.10 "$work/pause" '{"Entrypoint": ["/pause"], "User": "65535:65535"}' "$out/images/pause.tar"

archive_unpack busybox-static 1.35.0 "$work/busybox-package"
root=$work/busybox
mkdir -p "$root"/{bin,etc,proc,sys,dev,root,var,www}
mkdir -m 1777 "$root/tmp"
install -m 755 "$work/busybox-package/bin/busybox" "$root/bin/busybox"
"$root/bin/busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
for applet in sh httpd wget nslookup; do
  [ -e "$root/bin/$applet" ] || { echo "busybox has no $applet"; exit 1; }
done
save keelson.local/busybox:1.35 "$root" '{"Cmd": ["/bin/sh"], "Env": ["PATH=/bin"]}' "$out/images/busybox.tar"
