# Limits of the machine's kernel that all hosts of the lab share, where real hosts have one each.
# shellcheck shell=bash

# systemd, containerd and the kubelet of one host hold about ten inotify instances. The kernel counts them by user, and
# every host's root is the same one; many distributions allow 128, which is spent with the twelfth host. Such a host
# comes up without some of its units.
readonly INOTIFY=/proc/sys/fs/inotify/max_user_instances INOTIFY_WANTED=2048

setup_kernel() {
  local allowed
  allowed=$(cat "$INOTIFY")
  if [ "$allowed" -lt "$INOTIFY_WANTED" ]; then
    as_root sh -c 'echo "$1" >"$2"' sh "$INOTIFY_WANTED" "$INOTIFY" ||
      die "$EX_MISSING" "this machine allows $allowed inotify instances and the lab's hosts need $INOTIFY_WANTED together" \
        "sysctl fs.inotify.max_user_instances=$INOTIFY_WANTED on the machine itself, then run the same command again"
    satisfied kernel "fs.inotify.max_user_instances raised from $allowed to $INOTIFY_WANTED until the next boot"
    return
  fi
  satisfied kernel "$allowed inotify instances"
}
