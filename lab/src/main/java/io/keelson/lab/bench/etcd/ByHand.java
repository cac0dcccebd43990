package io.keelson.lab.bench.etcd;

import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The peer: etcdctl in a shell on a control-plane host, in the order that etcd's own documentation gives, with the looks in
 * between that a careful person takes. Nobody has to notice anything first, to log in or to think: the script is begun at
 * once.
 */
record ByHand(KeelsonFleet fleet) {
    /** Where members keep their data. */
    static final String DATA = "/var/lib/etcd";

    private static final String COPY = "/var/lib/etcd-by-hand";
    private static final String COPY_UNIT = "etcd-by-hand";

    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** {@code retry COMMAND}: until it succeeds, looked at five times a second, for ten minutes at most. */
    private static final String RETRY =
            "retry() { n=0; until \"$@\" >/dev/null 2>&1; do n=$((n+1)); [ $n -lt 3000 ]; sleep 0.2; done; }\n";

    /** One member after the other, the leader last and after it has handed over. */
    void defragment() {
        var leader = leader();
        var followers = followers(leader);
        var healthy = "retry " + all("endpoint health") + "\n";
        var script = new StringBuilder(RETRY).append(healthy);
        for (var host : followers) {
            script.append(one(host, "defrag --command-timeout 10m"))
                    .append('\n')
                    .append(healthy);
        }
        script.append(one(leader, "move-leader " + id(followers.getFirst())))
                .append('\n')
                .append(healthy)
                .append(one(leader, "defrag --command-timeout 10m"))
                .append('\n')
                .append(healthy);
        run(asked(), script.toString());
    }

    /** Compacts, defragments, disarms, and writes. */
    void makeRoom() {
        var script = new StringBuilder(RETRY)
                .append("revision=$(")
                .append(one(asked(), "endpoint status -w json"))
                .append(" | grep -o '\"revision\":[0-9]*' | head -n 1 | cut -d: -f2)\n")
                .append(all("compact --physical --command-timeout 5m"))
                .append(" $revision\n");
        fleet.controlPlanes()
                .forEach(host ->
                        script.append(one(host, "defrag --command-timeout 10m")).append('\n'));
        script.append(all("alarm disarm")).append("\nretry ").append(all("put /keelson-bench/writable yes"));
        run(asked(), script.toString());
    }

    /** Waits until a write goes. */
    void awaitWritable() {
        run(asked(), RETRY + "retry " + all("put /keelson-bench/writable yes"));
    }

    /**
     * A look at all members which of them is gone, takes that one out, adds a learner, starts it and gives it its vote. Its unit is
     * stopped, its disk empty.
     */
    void replace(LabHost lost) {
        var others = fleet.controlPlanes().stream()
                .filter(host -> !host.name().equals(lost.name()))
                .toList();
        var url = "https://" + lost.address() + ":2380";
        run(
                lost,
                RETRY + notAllHealthy() + "old=$(" + Etcd.etcdctl(others, "member list -w simple") + " | grep -F '"
                        + url
                        + "' | cut -d, -f1)\n"
                        + Etcd.etcdctl(others, "member remove") + " $old\n"
                        + "new=$(" + Etcd.etcdctl(others, "member add " + lost.name() + " --learner --peer-urls " + url)
                        + " | grep -oE 'Member +[0-9a-f]+' | tail -n 1 | grep -oE '[0-9a-f]+$')\n"
                        + "systemctl start etcd.service\n"
                        + "retry " + Etcd.etcdctl(others, "member promote") + " $new\n"
                        + whole());
    }

    /** Waits until three members vote and answer. */
    void awaitWhole(LabHost asked) {
        run(asked, RETRY + whole());
    }

    /** Waits until a write goes to one member, whatever the others are. */
    void awaitWritable(LabHost member) {
        run(member, RETRY + writable(member));
    }

    private static String writable(LabHost member) {
        return "retry " + one(member, "put /keelson-bench/writable yes --command-timeout 1s") + "\n";
    }

    /**
     * etcd's own way out when most members are lost: a look at all of them whether they are, then a new cluster of one member from
     * the database of one that is left, its revisions raised. Ends when that takes writes.
     */
    void beginAnew(LabHost survivor) {
        var url = "https://" + survivor.address() + ":2380";
        run(
                survivor,
                RETRY + notAllHealthy() + "rm -rf " + COPY + "\n"
                        + "tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value etcd.service)/cmdline"
                        + " | sed -e 's#=" + DATA + "$#=" + COPY + "#'"
                        + " -e 's#^--initial-cluster=.*#--initial-cluster=" + survivor.name() + "=" + url + "#'"
                        + " >/run/" + COPY_UNIT + "\n"
                        + "systemctl stop etcd.service\n"
                        + "/opt/keelson/current/bin/etcdutl snapshot restore " + DATA
                        + "/member/snap/db --skip-hash-check"
                        + " --bump-revision 1000000000 --mark-compacted --data-dir " + COPY
                        + " --name " + survivor.name() + " --initial-cluster " + survivor.name() + "=" + url
                        + " --initial-advertise-peer-urls " + url + "\n"
                        + "xargs -d '\\n' systemd-run -q --collect --unit " + COPY_UNIT + " </run/" + COPY_UNIT + "\n"
                        + writable(survivor));
    }

    /** Whoever takes a member out has looked first. etcdctl waits five seconds for one that is gone. */
    private String notAllHealthy() {
        return "if " + all("endpoint health") + "; then exit 1; fi\n";
    }

    /** Removes what that has made; the member of before is as it was. */
    void takeBack(LabHost survivor) {
        run(
                survivor,
                "systemctl stop " + COPY_UNIT + "\nrm -rf " + COPY + " /run/" + COPY_UNIT
                        + "\nsystemctl start etcd.service\n");
    }

    private String whole() {
        return "voters() { [ \"$(" + all("member list -w simple") + " | grep -c ', started, .*, false$')\" = 3 ]; }\n"
                + "retry voters\nretry " + all("endpoint health") + "\n";
    }

    private LabHost asked() {
        return fleet.controlPlanes().getFirst();
    }

    /** Who leads, as each says of itself. */
    LabHost leader() {
        return fleet.controlPlanes().stream()
                .filter(host -> asked().mustShell(one(host, "endpoint status -w simple"))
                        .split(", ")[4]
                        .equals("true"))
                .findFirst()
                .orElseThrow(() -> new LabException("no member leads"));
    }

    List<LabHost> followers(LabHost leader) {
        return fleet.controlPlanes().stream()
                .filter(host -> !host.name().equals(leader.name()))
                .toList();
    }

    private String id(LabHost host) {
        return asked().mustShell(one(host, "endpoint status -w simple")).split(", ")[1];
    }

    private String all(String command) {
        return Etcd.etcdctl(fleet.controlPlanes(), command);
    }

    private static String one(LabHost member, String command) {
        return Etcd.etcdctl(List.of(member), command);
    }

    private static void run(LabHost host, String script) {
        var result = host.exec(LIMIT, "sh", "-euc", script);
        if (!result.ok()) {
            throw new LabException(host.name() + ": " + result.stderr()
                    + result.stdout().lines().collect(Collectors.joining("\n")));
        }
    }
}
