#!/usr/bin/env bash
# packages.sh OUT WORK: programs that Debian has ready, of the releases named here.
set -euo pipefail

source "$(dirname -- "$0")/archive.sh"
out=$1 work=$2
archive_open

# Two neighbouring patch releases of etcd, so that an upgrade of etcd is a real one.
for version in 3.5.16 3.5.30; do
  root=$work/etcd-$version
  archive_unpack etcd-server "$version" "$root"
  archive_unpack etcd-client "$version" "$root"
  install_programs "$out/etcd/$version" "$root"/usr/bin/{etcd,etcdctl,etcdutl}
done

archive_unpack containerd 1.6.20 "$work/containerd"
install_programs "$out/containerd/1.6.20" "$work"/containerd/usr/bin/{containerd,containerd-shim-runc-v2,ctr}
archive_unpack runc 1.1.5 "$work/runc"
install_programs "$out/runc/1.1.5" "$work/runc/usr/sbin/runc"
archive_unpack containernetworking-plugins 1.1.1 "$work/cni"
install_programs "$out/cni/1.1.1" "$work"/cni/usr/lib/cni/*

# kubectl talks to servers of any minor the lab has; the older one is for systems on which the newer
# does not run.
archive_unpack kubectl 1.32.3 "$work/kubectl"
install_programs "$out/kubectl/1.32" "$work/kubectl/usr/bin/kubectl"
if ! "$out/kubectl/1.32/kubectl" version --client >/dev/null; then
  rm -rf "$out/kubectl/1.32" "$work/kubectl"
  archive_unpack kubernetes-client '1.20.5+really1.20.2' "$work/kubectl"
  install_programs "$out/kubectl/1.20" "$work/kubectl/usr/bin/kubectl"
fi
cat "$work"/*.version >"$out/packages.txt"
