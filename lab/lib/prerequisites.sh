# Packages of the operating system. Only what is missing is installed.
# shellcheck shell=bash

# command or file that proves the package, then the package. `image` and `bits` need the first block,
# the engine, Ansible and the tests of tokens the second.
readonly PREREQUISITES='
go:golang-go rsync:rsync jq:jq dpkg-source:dpkg-dev make:make gcc:gcc /usr/include/stdio.h:libc6-dev
mmdebstrap:mmdebstrap xz:xz-utils zstd:zstd openssl:openssl /usr/share/keyrings/debian-archive-keyring.gpg:debian-archive-keyring
dockerd:docker.io iptables:iptables ssh-keygen:openssh-client curl:curl git:git
rpmbuild:rpm dnf:dnf createrepo_c:createrepo-c gpg:gnupg ansible-playbook:ansible-core setsid:util-linux flock:util-linux softhsm2-util:softhsm2'

prerequisites_missing() {
  local entry proof
  for entry in $PREREQUISITES; do
    proof=${entry%%:*}
    case $proof in
      /*) [ -e "$proof" ] || printf '%s\n' "${entry#*:}" ;;
      *) PATH=$PATH:/usr/sbin:/sbin command -v "$proof" >/dev/null || printf '%s\n' "${entry#*:}" ;;
    esac
  done | sort -u
}

setup_prerequisites() {
  local missing
  missing=$(prerequisites_missing | tr '\n' ' ')
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "$EX_MISSING" "the lab runs on x86_64 and aarch64, this is $(uname -m)" "use such a machine" ;;
  esac
  if [ -z "$missing" ]; then
    satisfied prerequisites "all packages are here"
    return
  fi
  command -v apt-get >/dev/null || prerequisites_by_hand "$missing"
  with_lock prerequisites step prerequisites "installing $missing" prerequisites_install $missing
  missing=$(prerequisites_missing | tr '\n' ' ')
  [ -z "$missing" ] || prerequisites_by_hand "$missing"
}

# The engine must not be started by the package's own script: `docker` decides how it is started.
prerequisites_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
}

prerequisites_by_hand() {
  die "$EX_MISSING" "this machine lacks what these Debian packages bring: $1" \
    "install them by your system's own means (Debian: apt-get install $1), then run the same command again"
}

# debian_mirror: where packages of several Debian releases come from; the machine's own archive if it is
# Debian's. Prints nothing when there is none.
debian_mirror() {
  if [ -n "${KEELSON_DEBIAN_MIRROR:-}" ]; then
    printf '%s\n' "${KEELSON_DEBIAN_MIRROR%/}"
    return
  fi
  command -v apt-get >/dev/null || return 0
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' '$1 == "Debian" && $2 == "Debian" && !seen++ { sub("/+$", "", $3); print $3 }'
}

need_debian_mirror() {
  DEBIAN_MIRROR=$(debian_mirror)
  [ -n "$DEBIAN_MIRROR" ] ||
    die "$EX_MISSING" "no Debian archive is configured here, and the lab's hosts are made of Debian packages" \
      "KEELSON_DEBIAN_MIRROR=<address of a Debian archive> lab/run setup (on Debian: apt-get update first)"
  export DEBIAN_MIRROR
}
