package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.trust.snapshot.SnapshotKeyFile;

/** The key that opens snapshots of the server's etcd is there. Made once; a server that lost it takes snapshots for another one. */
record SnapshotKey() implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.snapshot-key");
    }

    @Override
    public String title() {
        return "make the key that opens snapshots of the server's etcd";
    }

    @Override
    public Finding observe(Host host) {
        return ServerFiles.gap(host, ServerLayout.SNAPSHOT_KEY)
                .<Finding>map(Needed::new)
                .orElseGet(() -> new Satisfied(ServerLayout.SNAPSHOT_KEY + " is there"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (!host.files().exists(ServerLayout.SNAPSHOT_KEY)) {
            ServerFiles.write(host, ServerLayout.SNAPSHOT_KEY, SnapshotKeyFile.fresh());
        }
        host.files().owner(ServerLayout.SNAPSHOT_KEY, ServerLayout.USER);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("snapshots of the server's etcd could not be opened without it");
    }
}
