package io.keelson.cli.keeper;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.Step;
import io.keelson.release.BundleManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an order asks for on the server's host, whoever carries it out.
 *
 * @param releases directory of all releases
 */
public record OrderedEtcd(Host host, KeeperFiles files, Path releases) {
    /** Where the etcd of that order lives. */
    public EtcdLayout layout(ServerEtcdOrder order) {
        return EtcdLayout.ofControlServer(releases.resolve(order.bundle().value()));
    }

    /** Whether a restore is begun and not at its end. */
    public boolean isRestoring(ServerEtcdOrder order) {
        return BegunRestore.of(order, host, files)
                .filter(begun -> !begun.finished())
                .isPresent();
    }

    /** Whether the data of the restore that is ordered have the place of those of before. */
    public boolean isRestored(ServerEtcdOrder order) {
        return EtcdPlanner.isIncarnated(host, order.etcd(), layout(order));
    }

    /** The highest incarnation of its member that the host's notes know; 0 if there are none. */
    public int noted(ServerEtcdOrder order) {
        return EtcdPlanner.notedIncarnation(host, order.etcd(), layout(order));
    }

    /**
     * All that is to hold, followed by that. While a restore is not finished the server runs only with what was restored; once it
     * may, it is not stopped again, however long it takes to come up.
     */
    public Plan plan(ServerEtcdOrder order, Step... more) {
        var steps = new ArrayList<>(steps(order, new OrderFile(files).manifest(host, order)));
        if (isRestoring(order)) {
            steps.add(new ServerWorks());
        }
        steps.addAll(List.of(more));
        return new Plan(order.revision(), steps);
    }

    /**
     * What is to hold of that etcd itself. Where a restore was begun and its data have not taken their place, first of all the
     * server does not run: it would go on with another etcd under it.
     *
     * @param manifest of the release from which it is to run
     */
    public List<Step> steps(ServerEtcdOrder order, BundleManifest manifest) {
        var steps = new ArrayList<Step>();
        if (isRestoring(order) && !isRestored(order)) {
            steps.add(new ServerStopped());
        }
        steps.addAll(EtcdPlanner.steps(order.etcd(), layout(order), manifest, files.restoring()));
        return steps;
    }

    /** All of the order holds: a restore is finished. */
    public void converged(ServerEtcdOrder order) {
        BegunRestore.of(order, host, files)
                .filter(begun -> !begun.finished())
                .ifPresent(begun -> begun.finish(host, files));
    }
}
