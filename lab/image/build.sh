#!/usr/bin/env bash
# build.sh TAR MIRROR: the root file system of a lab host, made of Debian 12 packages. Runs as root.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tar=$1 mirror=$2
packages=$(grep -v '^#' "$here/packages" | tr -s ' \n' ',,' | sed 's/,$//')

# Units that make no sense without hardware, without virtual consoles, or that would touch what all
# containers share.
masked=(
  systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket systemd-udevd-control.socket
  systemd-modules-load.service systemd-hwdb-update.service
  getty.target console-getty.service getty-static.service
  systemd-networkd.service systemd-networkd-wait-online.service systemd-resolved.service systemd-timesyncd.service
  systemd-remount-fs.service systemd-sysctl.service
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
  fstrim.timer systemd-pcrphase.service systemd-pcrphase-sysinit.service
)

# Nothing that identifies a host or lets anyone in is part of the image: the machine id is empty, host keys
# are made at the first boot, the authorised key is put in when a host is created.
finish='
set -eu
root=$1; shift
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
ln -s /etc/machine-id "$root/var/lib/dbus/machine-id"
for unit in "$@"; do ln -sfn /dev/null "$root/etc/systemd/system/$unit"; done
ln -sfn /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -sfn /etc/systemd/system/lab-host-keys.service "$root/etc/systemd/system/multi-user.target.wants/lab-host-keys.service"
chroot "$root" usermod -p "*" root
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/log/*.log "$root/.dockerenv"
'
hook=$(mktemp)
trap 'rm -f "$hook"' EXIT
printf '%s' "$finish" >"$hook"

mmdebstrap --mode=root --variant=minbase --format=tar \
  --include="$packages" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --customize-hook="cp -R --no-preserve=ownership '$here/files/.' \"\$1/\"" \
  --customize-hook="sh '$hook' \"\$1\" ${masked[*]}" \
  bookworm "$tar" "$mirror"
