#!/usr/bin/env python3
"""Writes the facts about Kubernetes minors that bundles are checked against.

  generate.py OUT K8S_1_20_SOURCE K8S_1_20_BINARIES ETCD DEBIAN

K8S_1_20_SOURCE: unpacked source of 1.20 (Debian 12's source package kubernetes); K8S_1_20_BINARIES: its binaries;
ETCD: an etcd 3.5 binary; DEBIAN: directory into which these packages were unpacked with dpkg -x, each into a
directory of its package name and version: golang-k8s-apiserver-dev 0.33.4 and 0.36.4, golang-k8s-component-base-dev
0.32.3 and 0.36.4, golang-github-kubernetes-kubelet-dev 1.32.7, golang-k8s-kube-proxy-dev 0.36.4.
"""
import glob, os, re, subprocess, sys

out, source, binaries, etcd, debian = sys.argv[1:6]
here = os.path.dirname(os.path.abspath(__file__))
COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"]
MINORS = [31, 32, 33, 34, 35, 36]
# Introduced since 1.20 and used, or likely to be used, in overrides; the component's own options, read in the
# source of a 1.35 (kubelet) or known from the reference pages.
ADDED = {"kubelet": {"config-dir": 28, "seccomp-default": 22, "fail-cgroupv1": 35, "logging-format": 20},
         "kube-apiserver": {"authentication-config": 30, "authorization-config": 29, "service-account-max-token-expiration": 20},
         "kube-controller-manager": {}, "kube-scheduler": {}, "kube-proxy": {}}


def flags_of_help(program):
    text = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    found = set(re.findall(r"^\s+(?:-\w, )?--([a-z0-9][a-z0-9-]*)", text, re.M))
    return found - {"help"}


def flags_of_source(*patterns):
    found = set()
    for pattern in patterns:
        for file in glob.glob(os.path.join(debian, pattern)):
            if not file.endswith("_test.go"):
                text = open(file).read()
                found |= set(re.findall(r'\.\w*Var[P]?\([^"\n]*?(?:\n\s*)?"([a-z0-9][a-z0-9-]+)"', text))
    return found


def structs(files):
    found = {}
    for file in files:
        text = re.sub(r"//.*", "", open(file).read())
        for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", text, re.M | re.S):
            fields = []
            for line in body.splitlines():
                match = re.match(r'\s+(?:(\w+)\s+)?([\w.\[\]*]+)\s+`json:"([^"]*)"', line)
                if match:
                    fields.append((match.group(2), match.group(3)))
            found.setdefault(name, fields)
    return found


def paths(types, name, prefix="", depth=0):
    for kind, tag in types.get(name, []):
        json = tag.split(",")[0]
        bare = kind.replace("*", "").split(".")[-1]
        if json == "" and "inline" in tag:
            if bare != "TypeMeta":
                yield from paths(types, bare, prefix, depth)
            continue
        path = prefix + json
        yield path
        if kind.startswith("map["):
            yield path + ".*"
        elif kind.startswith("[]") and bare.replace("[]", "") in types and depth < 4:
            yield path + "[]"
            yield from paths(types, bare.replace("[]", ""), path + "[].", depth + 1)
        elif bare in types and depth < 4:
            yield from paths(types, bare, path + ".", depth + 1)


def gates_1_20():
    gates = {}
    for file in subprocess.run(["grep", "-rl", "--include=*.go", "featuregate.FeatureSpec{", source + "/pkg",
                                source + "/staging/src/k8s.io"], capture_output=True, text=True).stdout.split():
        if file.endswith("_test.go"):
            continue
        text = open(file).read()
        names = dict(re.findall(r'(\w+)\s+featuregate\.Feature\s*=\s*"(\w+)"', text))
        for key, default, stage, rest in re.findall(
                r"^\s+(?:\w+\.)?(\w+):\s*\{Default: (true|false), PreRelease: featuregate\.(\w+)(.*?)\}", text, re.M):
            gates[names.get(key, key)] = (stage.upper(), default, "LockToDefault: true" in rest)
    return gates


def versioned_gates(minor):
    gates = {}
    for version in ("0.36.4-2", "0.33.4-1", "0.32.3-1"):
        for file in glob.glob(f"{debian}/*{version}/usr/share/gocode/src/k8s.io/*/**/kube_features.go", recursive=True):
            text = open(file).read()
            for key, body in re.findall(r"^\t(\w+): \{\n(.*?)^\t\},", text, re.M | re.S):
                specs = re.findall(r"MustParse\(\"1\.(\d+)\"\), Default: (true|false)(.*?)PreRelease: featuregate\.(\w+)(.*)",
                                   body)
                fitting = [spec for spec in specs if int(spec[0]) <= minor]
                # What is only in the older source was removed before the newer one; from which minor on is not known.
                if fitting:
                    newest = max(fitting, key=lambda spec: int(spec[0]))
                    locked = "LockToDefault: true" in newest[2] + newest[4]
                    gates.setdefault(key, ({"Alpha": "ALPHA", "Beta": "BETA", "GA": "GA", "Deprecated": "DEPRECATED"}
                                           .get(newest[3], newest[3].upper()), newest[1], locked))
    return gates


def removed(kind, minor):
    found = set()
    for line in open(os.path.join(here, "removed.txt")):
        words = line.split("#")[0].split()
        if words and words[1] == kind and int(words[0].split(".")[1]) <= minor:
            found |= set(words[2:])
    return found


def section(file, title, words):
    file.write(f"\n[{title}]\n" + "".join(word + "\n" for word in sorted(words)))


def write_gates(file, gates, gone):
    lines = [f"{name} {stage} {default}{' locked' if locked else ''}" for name, (stage, default, locked) in gates.items()
             if name not in gone] + [f"{name} REMOVED false" for name in gone]
    file.write("\n[gates]\n" + "".join(line + "\n" for line in sorted(lines)))


go = "usr/share/gocode/src/k8s.io"
base_1_20 = {name: flags_of_help(os.path.join(binaries, name)) for name in COMPONENTS}
staging = source + "/staging/src/k8s.io"
common_1_20 = [f"{staging}/component-base/config/v1alpha1/types.go"]

with open(f"{out}/kubernetes-1.20.txt", "w") as file:
    file.write("# Generated by generate.py. Flags: read, from --help of the 1.20.2 programs. Feature gates and fields: read, from\n"
               "# the source of 1.20.2. Complete.\n")
    for name in COMPONENTS:
        section(file, "flags " + name, base_1_20[name])
    write_gates(file, gates_1_20(), set())
    for group, kind, path in [
            ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", "kubelet/config/v1beta1"),
            ("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", "kube-proxy/config/v1alpha1"),
            ("kubescheduler.config.k8s.io/v1beta1", "KubeSchedulerConfiguration", "kube-scheduler/config/v1beta1")]:
        section(file, f"fields {group} {kind}", set(paths(structs([f"{staging}/{path}/types.go"] + common_1_20), kind)))

kubelet = set(paths(structs([f"{debian}/golang-github-kubernetes-kubelet-dev_1.32.7-1/{go}/kubelet/config/v1beta1/types.go",
                             f"{debian}/golang-k8s-component-base-dev_0.32.3-1/{go}/component-base/logs/api/v1/types.go"]),
                    "KubeletConfiguration"))
proxy = set(paths(structs([f"{debian}/golang-k8s-kube-proxy-dev_0.36.4-1/{go}/kube-proxy/config/v1alpha1/types.go",
                           *glob.glob(f"{debian}/golang-k8s-component-base-dev_0.36.4-2/{go}/component-base/config/v1alpha1/types.go"),
                           f"{debian}/golang-k8s-component-base-dev_0.36.4-2/{go}/component-base/logs/api/v1/types.go"]),
                  "KubeProxyConfiguration"))
# The fields of kubescheduler.config.k8s.io/v1, stable since 1.25.
scheduler = set("""parallelism leaderElection leaderElection.leaderElect leaderElection.leaseDuration
leaderElection.renewDeadline leaderElection.retryPeriod leaderElection.resourceLock leaderElection.resourceName
leaderElection.resourceNamespace clientConnection clientConnection.kubeconfig clientConnection.acceptContentTypes
clientConnection.contentType clientConnection.qps clientConnection.burst enableProfiling enableContentionProfiling
percentageOfNodesToScore podInitialBackoffSeconds podMaxBackoffSeconds profiles extenders delayCacheUntilActive""".split())
older = flags_of_source(f"golang-k8s-apiserver-dev_0.33.4-1/{go}/apiserver/pkg/server/options/*.go",
                        f"golang-k8s-component-base-dev_0.32.3-1/{go}/component-base/**/*.go")
newer = flags_of_source(f"golang-k8s-apiserver-dev_0.36.4-2/{go}/apiserver/pkg/server/options/*.go",
                        f"golang-k8s-component-base-dev_0.36.4-2/{go}/component-base/**/*.go")
for minor in MINORS:
    with open(f"{out}/kubernetes-1.{minor}.txt", "w") as file:
        file.write(
            "# Generated by generate.py; partial: what is not listed may exist, what is listed as removed does not.\n"
            "# Flags: derived. Those of 1.20.2 without those listed in removed.txt, and the API server's generic ones as\n"
            "# read in k8s.io/apiserver 0.33.4 (for 1.31 to 1.33) or 0.36.4 (for 1.34 to 1.36).\n"
            "# Feature gates: the generic ones are read, from the versioned tables of k8s.io/apiserver and\n"
            "# k8s.io/component-base; those of pkg/features are listed only where they were removed.\n"
            f"# Fields: KubeletConfiguration {'read' if minor == 32 else 'derived'} from 1.32.7, KubeProxyConfiguration "
            f"{'read' if minor == 36 else 'derived'} from 1.36.4,\n"
            "# KubeSchedulerConfiguration v1 not read from a source: to be checked.\npartial\n")
        for name in COMPONENTS:
            gone = removed(name, minor)
            flags = base_1_20[name] - gone
            if name == "kube-apiserver":
                flags |= (older if minor < 34 else newer) - gone
            flags |= {flag for flag, since in ADDED[name].items() if since <= minor}
            section(file, "flags " + name, flags)
            section(file, "removed " + name, gone)
        write_gates(file, versioned_gates(minor), removed("gate", minor))
        section(file, "fields kubelet.config.k8s.io/v1beta1 KubeletConfiguration",
                kubelet - ({"crashLoopBackOff", "crashLoopBackOff.maxContainerRestartPeriod"} if minor < 32 else set()))
        section(file, "fields kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration", proxy)
        section(file, "fields kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration", scheduler)

with open(f"{out}/etcd-3.5.txt", "w") as file:
    file.write("# Generated by generate.py. Read, from --help of etcd 3.5.16. Complete.\n")
    section(file, "flags etcd", flags_of_help(etcd))
