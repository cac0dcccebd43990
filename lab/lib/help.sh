# What a person reads first.
# shellcheck shell=bash

help_for() {
  case ${1:-} in
    demo) help_demo ;;
    tests) help_tests ;;
    scenario) help_scenario ;;
    bench) help_bench ;;
    fuzz) help_fuzz ;;
    setup) help_setup ;;
    down) help_down ;;
    *) help_all ;;
  esac
}

help_all() {
  cat <<TEXT
Keelson's lab: real systemd hosts in containers, real Kubernetes, real faults.

Usage: lab/run COMMAND [OPTIONS]

  demo [OPTION...]         install Keelson and a cluster in three zones, and leave it running
  demo --down              take that demonstration away again
  tests [--all]            check the project: every test, and the scenarios that each change must pass
  scenario --list          name the end-to-end scenarios
  scenario NAME...         run some of them; '*' and '?' work as in a shell
  bench [NAME...]          measure against named peers and print ratios
  fuzz [TARGET...]         hostile bytes for what reads bytes from outside, for as long as you like
  setup [--only STEP]      prepare this machine and stop; every other command does this first
  down                     remove everything of the lab that is on this machine
  help [COMMAND]           this page, or more about one command

The first command on a new machine installs packages, builds a host image (2 minutes) and builds
Kubernetes from Debian's source package (20 to 30 minutes on two cores). Later commands find all of it
in the cache and start at once. Run as root, or as a user with sudo and access to the Docker socket.

Environment
  KEELSON_CACHE            where built things and logs are kept (now $KEELSON_CACHE)
  KEELSON_DEBIAN_MIRROR    a Debian archive, for machines whose own archive is another one (Ubuntu)
  KEELSON_DEBIAN_SECURITY_MIRROR
                           the archive of Debian's patches (the above with -security behind it unless said otherwise)
  JAVA_HOME                a JDK, used when it is 25 or later

Exit status: 0 all went well, 1 something failed, 64 wrong usage, 69 this machine lacks something.

Examples
  lab/run demo --workers 2
  lab/run scenario 'install-*'
  lab/run setup --only image
TEXT
}

help_demo() {
  cat <<TEXT
Usage: lab/run demo [--workers N] [--spares N] | lab/run demo --down

Starts lab hosts, installs a Keelson server and agents, and brings up a Kubernetes cluster with its
control plane in three zones, workers (3 unless said otherwise) and hosts that belong to no cluster (2). The hosts stay when the command
ends, so that you can look around; the last lines say how. 'demo --down' removes them.
TEXT
}

help_tests() {
  cat <<TEXT
Usage: lab/run tests [--all] [MAVEN OPTION...]

Prepares this machine, runs './mvnw -B verify', then scenarios on fresh hosts: those that check every
change, about an hour with all that goes before, or with --all also the extended ones, an hour more.
The last line counts what passed, failed and was skipped; the exit status is 0 only when nothing failed.
Options are handed to Maven as they are, and scenarios left out, for example: lab/run tests -pl domain
TEXT
}

help_scenario() {
  cat <<TEXT
Usage: lab/run scenario --list | lab/run scenario [--standing] NAME... | lab/run scenario --core

A scenario is an end-to-end test on lab hosts, for instance an installation, an upgrade or a dead zone.
A name may be a pattern ('etcd-*'; quote it). --core runs those that 'lab/run tests' runs: all but the
extended ones, which --list marks. Scenarios get fresh hosts, which are removed afterwards; with --standing,
those that can share a fleet use the one that 'lab/run demo' has left. Each scenario says what it did; the
last line counts. Exit status: 0 all passed, 1 some failed, 64 no scenario has such a name.
TEXT
}

help_bench() {
  cat <<TEXT
Usage: lab/run bench [NAME...] [--size MIB] [--rounds N]

Runs every benchmark, or the named ones. A benchmark measures Keelson and a named peer in the same run
and prints the ratio.
  unpack      verifying and unpacking 330 MB, against openssl, zstd and tar; needs no lab hosts
  install     an installation on fresh hosts, step by step
  footprint   memory of agents and server when idle, and an agent's start
  replace     a worker with 30 pods patched in place, against kubectl drain, dpkg and a reboot in a script
  etcd-defrag   three members defragmented while clients use them, against etcdctl in a script
  etcd-nospace  a full database takes writes again, against the same
  etcd-member   a member whose disk is empty is made anew, against the same
  etcd-recover  two of three disks are lost, until a write goes, against etcdutl in a script
Those of etcd use a database of 100 MiB, they and 'replace' 7 rounds of each contestant, unless said otherwise (--size,
--rounds); they take about ten minutes each.
TEXT
}

help_fuzz() {
  cat <<TEXT
Usage: lab/run fuzz --list | lab/run fuzz [--minutes N] [TARGET...]

Feeds every reader of bytes from outside, or the named ones ('*' and '?' work as in a shell; quote them), with
inputs that Jazzer makes, led by coverage, for N minutes each (5 unless said otherwise). It begins with the
inputs that the tests begin with, and with what earlier runs found worth keeping, below
  $KEELSON_CACHE/fuzz
A finding ends its target: the input lies there under 'findings', and the last lines say where to put it in the
tree so that every build tries it. Ctrl-C ends the run; what was learnt stays. Needs no lab hosts.
Exit status: 0 no findings, 1 findings, 64 no target has such a name.
TEXT
}

help_setup() {
  cat <<TEXT
Usage: lab/run setup [--only STEP]

Prepares this machine. A step that holds already is not repeated. Steps, in order:
  prerequisites   packages of the operating system
  jdk             a JDK, 25 or later
  docker          a running Docker Engine
  image           the image of a lab host
  bits            Kubernetes, etcd, containerd, runc, network plugins, two small images and patches of Debian
Logs: $KEELSON_CACHE/log
TEXT
}

help_down() {
  cat <<TEXT
Usage: lab/run down

Removes every container, network, volume and key of the lab from this machine, also those of a run that
crashed, and stops the Docker Engine if the lab started it and nothing else uses it. The cache stays; to
remove that as well: rm -rf $KEELSON_CACHE
TEXT
}
