#!/usr/bin/env python3
"""Writes the facts about Kubernetes minors that bundles are checked against.

  generate.py OUT K8S_1_20_SOURCE K8S_1_20_BINARIES ETCD DEBIAN

K8S_1_20_SOURCE: unpacked source of 1.20 (Debian 12's source package kubernetes); K8S_1_20_BINARIES: its binaries;
ETCD: an etcd 3.5 binary; DEBIAN: directory into which these packages were unpacked with dpkg -x, each into a directory
of its package name and version: golang-k8s-apiserver-dev 0.33.4-1 and 0.36.4-2, golang-k8s-apiextensions-apiserver-dev
0.36.4-1, golang-k8s-client-go-dev 0.36.4-1, golang-k8s-component-base-dev 0.32.3-1 and 0.36.4-2,
golang-github-kubernetes-kubelet-dev 1.32.7-1, golang-k8s-kube-proxy-dev 0.36.4-1.

Beside this file are, each saying what it was read from: present.txt (flags, controllers, fields), gates.txt, removed.txt.
"""
import glob, os, re, subprocess, sys

out, source, binaries, etcd, debian = sys.argv[1:6]
here = os.path.dirname(os.path.abspath(__file__))
COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"]
MINORS = [31, 32, 33, 34, 35, 36]
STAGES = {"a": "ALPHA", "b": "BETA", "g": "GA", "d": "DEPRECATED"}
SPEC = r'MustParse\("1\.(\d+)"\), Default: (true|false)(.*?PreRelease: (?:featuregate\.)?(\w+).*)'
KUBELET = "kubelet.config.k8s.io/v1beta1 KubeletConfiguration"
PROXY = "kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration"
SCHEDULER = "kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration"


def help_of(program):
    return subprocess.run([program, "--help"], capture_output=True, text=True).stdout


def flags_of_help(program):
    return set(re.findall(r"^\s+(?:-\w, )?--([a-z0-9][a-z0-9-]*)(?=[ \[]|$)", help_of(program), re.M)) - {"help"}


def controllers_1_20():
    text = re.sub(r"\s+", " ", help_of(os.path.join(binaries, "kube-controller-manager")))
    return set(re.search(r"All controllers: (.*?) Disabled-by-default", text).group(1).split(", "))


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


def gate_histories():
    """By gate: its (minor, stage, default, locked), and the first minor without it."""
    found, gone = {}, {}
    for package in ("apiserver", "apiextensions-apiserver", "client-go"):
        pattern = f"{debian}/golang-k8s-{package}-dev_*/{go}/{package}/**/k*_features.go"
        for file in sorted(glob.glob(pattern, recursive=True)):
            for key, body in re.findall(r"^\t(\w+): \{\n(.*?)^\t\},", open(file).read(), re.M | re.S):
                found[key] = [(int(minor), stage.upper(), default, "LockToDefault: true" in rest)
                              for minor, default, rest, stage in re.findall(SPEC, body)]
    for words in lines("gates.txt"):
        for state in words[1:]:
            letter, minor, on, lock = re.fullmatch(r"([abgdx])(\d+)(\+?)(!?)", state).groups()
            if letter == "x":
                gone[words[0]] = int(minor)
            else:
                found.setdefault(words[0], []).append((int(minor), STAGES[letter], "true" if on else "false", bool(lock)))
    return found, gone


def lines(name):
    for line in open(os.path.join(here, name)):
        words = line.split("#")[0].split()
        if words:
            yield words


def present(subject, minor):
    found, fits = set(), False
    for words in lines("present.txt"):
        if words[-1].endswith(":"):
            first, last = [int(part.split(".")[1]) for part in words[1].rstrip(":").split("-")]
            fits = words[0] == subject.replace(" ", "/") and first <= minor <= last
        elif fits:
            found |= set(words)
    return found


def removed(subject, minor):
    return {name for words in lines("removed.txt")
            if words[1] == subject.replace(" ", "/") and int(words[0].split(".")[1]) <= minor for name in words[2:]}


def section(file, title, words):
    if words:
        file.write(f"\n[{title}]\n" + "".join(word + "\n" for word in sorted(words)))


def write_gates(file, gates, gone):
    rows = [f"{name} {stage} {default}{' locked' if locked else ''}" for name, (stage, default, locked) in gates.items()]
    section(file, "gates", rows + [f"{name} REMOVED false" for name in gone])


def header(minor):
    how = lambda read, what: ("read in " if minor in read else "derived from ") + what
    return f"""# Generated by generate.py from the sources that present.txt, gates.txt and removed.txt beside it name.
# Flags of kube-apiserver, kube-controller-manager, kube-proxy, and controllers:
# {how([31, 35], "reference pages of 1.31 and 1.35")}. Flags of kube-scheduler:
# {how([36], "the reference page of 1.36")}; of kubelet: derived from the source of early 1.34.
# Feature gates: read in k8s.io/apiserver, apiextensions-apiserver, client-go 0.36.4 and k8s.io/apiserver 0.33.4, the
# others in lists and pages of several minors; since which minor a gate is gone is derived for some.
# Fields: KubeletConfiguration {how([32], "1.32.7")}, KubeProxyConfiguration {how([36], "0.36.4")},
# KubeSchedulerConfiguration derived from a source newer than 1.36.
# What is partial may have more than is listed; of the rest nothing else exists.
partial flags fields{" controllers" if minor == 36 else ""}
"""


go = "usr/share/gocode/src/k8s.io"
staging = source + "/staging/src/k8s.io"
old_gates = gates_1_20()
# A renamed controller keeps its old name as an alias (cmd/kube-controller-manager/names/controller_names.go).
old_controllers = controllers_1_20()

with open(f"{out}/kubernetes-1.20.txt", "w") as file:
    file.write("# Generated by generate.py. Flags and controllers: read, from --help of the 1.20.2 programs.\n"
               "# Feature gates and fields: read, from the source of 1.20.2. Complete.\n")
    for name in COMPONENTS:
        section(file, "flags " + name, flags_of_help(os.path.join(binaries, name)))
    section(file, "controllers", old_controllers)
    write_gates(file, old_gates, set())
    for group, kind, path in [
            ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", "kubelet/config/v1beta1"),
            ("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration", "kube-proxy/config/v1alpha1"),
            ("kubescheduler.config.k8s.io/v1beta1", "KubeSchedulerConfiguration", "kube-scheduler/config/v1beta1")]:
        types = structs([f"{staging}/{path}/types.go", f"{staging}/component-base/config/v1alpha1/types.go"])
        section(file, f"fields {group} {kind}", set(paths(types, kind)))

base = f"{debian}/golang-k8s-component-base-dev_0.36.4-2/{go}/component-base"
kubelet = structs([f"{debian}/golang-github-kubernetes-kubelet-dev_1.32.7-1/{go}/kubelet/config/v1beta1/types.go",
                   f"{debian}/golang-k8s-component-base-dev_0.32.3-1/{go}/component-base/logs/api/v1/types.go"])
proxy = structs([f"{debian}/golang-k8s-kube-proxy-dev_0.36.4-1/{go}/kube-proxy/config/v1alpha1/types.go",
                 f"{base}/config/v1alpha1/types.go", f"{base}/logs/api/v1/types.go"])
fields = {KUBELET: set(paths(kubelet, "KubeletConfiguration")), PROXY: set(paths(proxy, "KubeProxyConfiguration")),
          SCHEDULER: set()}
# CHANGELOG-1.32: new with it.
NEW_1_32 = ("crashLoopBackOff", "singleProcessOOMKill")
histories, gone = gate_histories()
for minor in MINORS:
    with open(f"{out}/kubernetes-1.{minor}.txt", "w") as file:
        file.write(header(minor))
        for name in COMPONENTS:
            section(file, "flags " + name, present(name, minor) - removed(name, minor))
            section(file, "removed " + name, removed(name, minor))
            assert not present(name, minor) & removed(name, minor), (name, minor)
        section(file, "controllers", present("controllers", minor) | present("aliases", minor) | old_controllers)
        gates = {}
        for name, states in histories.items():
            fitting = [state for state in states if state[0] <= minor]
            if fitting and minor < gone.get(name, 99):
                gates[name] = max(fitting, key=lambda state: state[0])[1:]
        known = set(old_gates) | {name for name in gone if gone[name] <= minor}
        write_gates(file, gates, known - set(gates))
        for kind in fields:
            found = (fields[kind] | present(kind, minor)) - removed(kind, minor)
            section(file, "fields " + kind,
                    {path for path in found if minor > 31 or not path.startswith(NEW_1_32)})
            section(file, "removed " + kind, removed(kind, minor))

with open(f"{out}/etcd-3.5.txt", "w") as file:
    file.write("# Generated by generate.py. Read, from --help of etcd 3.5.16. Complete.\n")
    section(file, "flags etcd", flags_of_help(etcd))
