#!/usr/bin/env bash
# kubernetes.sh OUT WORK: the five Kubernetes programs a node runs, compiled from Debian 12's source package.
# Static, stripped, without paths or clock readings of the machine that built them.
set -euo pipefail

source "$(dirname -- "$0")/archive.sh"
readonly VERSION=1.20.2 COMMIT=faecb196815e248d3ecfb03c680a4507229c2a56
readonly PROGRAMS="kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy"
out=$1 work=$2

archive_open
cd "$work"
apt-get -q source --download-only --only-source -t bookworm kubernetes
dpkg-source --no-check -x kubernetes_*"really$VERSION"-*.dsc tree
cd tree

mkdir -p .go/src/k8s.io .home
ln -sfn ../../.. .go/src/k8s.io/kubernetes
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -S Timestamp)
export SOURCE_DATE_EPOCH GOPATH=$PWD/.go CGO_ENABLED=0 GO111MODULE=off GOFLAGS= GOTOOLCHAIN=local
export HOME=$PWD/.home PATH=/usr/lib/go/bin:$PATH
export KUBE_GIT_VERSION=v$VERSION KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 KUBE_GIT_COMMIT=$COMMIT KUBE_GIT_TREE_STATE=archive
cd .go/src/k8s.io/kubernetes
make WHAT="$(printf 'cmd/%s ' $PROGRAMS)"
for program in $PROGRAMS; do
  install_programs "$out/kubernetes/$VERSION" "_output/bin/$program"
done
"$out/kubernetes/$VERSION/kubelet" --version | grep -qx "Kubernetes v$VERSION"
