package io.keelson.agent.etcd;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.durable.AtomicFile;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.snapshot.SnapshotCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * This host's member begins the cluster anew: of all that its own disk holds, or of a snapshot. What was there before lies
 * beside it afterwards, as {@code before-<number>}.
 *
 * <p>Revisions go on far above all that anybody can have seen ({@link #BUMP}), and all before is compacted: a watch that was
 * open is told so and its client reads anew, instead of waiting for what was lost or seeing the past
 * (etcdutl {@code --bump-revision}, {@code --mark-compacted}).
 *
 * <p>The new data are made beside the old, get their name in one step when they are whole, and only then take the old ones'
 * place; the notes come last. So whatever is cut short is done again, from the old data or from the new.
 */
record Refound(
        EtcdSpec spec,
        EtcdMember own,
        EtcdLayout layout,
        Refounding.Origin origin,
        LastMember last,
        RestoredData restored,
        SnapshotSource snapshots)
        implements Step {
    /** More revisions than a cluster makes in a week at 1,500 writes a second. */
    static final long BUMP = 1_000_000_000;

    private static final List<String> LEFTOVERS = List.of("making-", "made-", "snapshot-");

    @Override
    public StepId id() {
        return new StepId("etcd.refound");
    }

    @Override
    public String title() {
        return "begin etcd anew";
    }

    @Override
    public Finding observe(Host host) {
        try {
            // Written last of all: with it the data were there, and if they are not any more they were lost since.
            return isOrdered(MemberNote.read(host, layout.historyFile()))
                            && leftovers(host).isEmpty()
                    ? new Satisfied("etcd was begun anew here, number " + number())
                    : new Needed("etcd is to begin anew here with " + text());
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    private boolean isOrdered(Optional<MemberNote> note) {
        return note.filter(found -> found.incarnation() == spec.incarnation()).isPresent();
    }

    private int number() {
        return spec.refoundings();
    }

    private String text() {
        return switch (origin) {
            case Refounding.Origin.Disk _ -> "what its disk holds";
            case Refounding.Origin.Snapshot(var id, var _) -> "snapshot " + id;
        };
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (isOrdered(MemberNote.read(host, layout.historyFile()))) {
            clear(host);
            return;
        }
        LastMember.stop(host);
        if (host.units().state(layout.unit()).isPresent()) {
            host.units().stop(layout.unit());
        }
        host.files().directory(layout.dataDir(), Access.SECRET);
        if (!host.files().exists(begun())) {
            make(host, activity);
        }
        takePlace(host);
        host.files().remove(layout.corruptFile()); // it was of the data of before
        var note = new Ownership(spec, own, layout).note();
        HostFile.text(layout.unstarted(), "until the member has its vote\n").write(host);
        note.write(host, layout.memberFile());
        note.write(host, layout.historyFile());
        clear(host);
    }

    /** Of this attempt or of an earlier one, most of them whole databases; and the note of data that are of before now. */
    private List<Path> leftovers(Host host) {
        return host.files().list(layout.dataDir()).stream()
                .filter(name -> AtomicFile.isLeftover(name)
                        || name.equals(layout.fencedFile().getFileName())
                        || LEFTOVERS.stream().anyMatch(name.toString()::startsWith))
                .map(layout.dataDir()::resolve)
                .toList();
    }

    private void clear(Host host) {
        leftovers(host).forEach(host.files()::remove);
    }

    private void make(Host host, Activity activity) {
        switch (origin) {
            case Refounding.Origin.Disk _ -> {
                last.finish(host, activity);
                activity.progress("making data of a new cluster of what the disk holds");
                restored.ofDatabase(host, layout.database(), work(), begun());
            }
            case Refounding.Origin.Snapshot(var id, var content) -> {
                activity.transferring(() -> {
                    activity.progress("fetching snapshot " + id);
                    host.files().write(snapshot(), Access.SECRET, file -> fetch(id, content, file));
                    return id;
                });
                activity.progress("making data of a new cluster of snapshot " + id);
                restored.ofSnapshot(host, snapshot(), work(), begun());
            }
        }
    }

    private void fetch(String id, Digest content, OutputStream file) throws IOException {
        var check = new SnapshotCheck(file);
        snapshots.fetch(id, check);
        if (!check.verify("snapshot " + id).equals(content)) {
            throw Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_FOREIGN,
                            "what the server sent is another snapshot than " + id + ", which is ordered",
                            Remedy.advise("See which there are.", "keelson etcd snapshot list"))
                    .asException();
        }
    }

    /** Does the same again if it was cut short between its two steps. */
    private void takePlace(Host host) {
        var made = begun().resolve(layout.etcdData().getFileName());
        if (!host.files().exists(made)) {
            return;
        }
        if (host.files().exists(layout.etcdData())) {
            // Of a beginning whose member never voted the data are nobody's yet, and what was before it is all there
            // is.
            if (MemberNote.read(host, layout.historyFile())
                    .filter(MemberNote::voted)
                    .isPresent()) {
                host.files().list(layout.dataDir()).stream()
                        .filter(name -> name.toString().startsWith("before-"))
                        .forEach(name -> host.files().remove(layout.dataDir().resolve(name)));
            }
            host.files().move(layout.etcdData(), aside(host));
        }
        host.files().move(made, layout.etcdData());
    }

    /** Taken already where the notes beside the keys were lost after this beginning: the host makes it once more. */
    private Path aside(Host host) {
        var name = "before-" + number();
        var free = layout.dataDir().resolve(name);
        for (int again = 2; host.files().exists(free); again++) {
            free = layout.dataDir().resolve(name + "." + again);
        }
        return free;
    }

    private Path work() {
        return layout.dataDir().resolve("making-" + number());
    }

    private Path begun() {
        return layout.dataDir().resolve("made-" + number());
    }

    private Path snapshot() {
        return layout.dataDir().resolve("snapshot-" + number() + ".db");
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("what was begun anew may have been written to since");
    }
}
