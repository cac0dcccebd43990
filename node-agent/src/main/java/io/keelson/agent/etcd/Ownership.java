package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.durable.AtomicFile;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.HeldMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose the data directory is, by its notes and by the order. Asked before anything on a host is changed, and again by the
 * step that takes the directory. Changes nothing.
 */
record Ownership(EtcdSpec spec, EtcdMember own, EtcdLayout layout) {
    /** Whom etcd runs as. */
    private static final String USER = "root";

    /** What is written down on the host. */
    record Notes(Optional<MemberNote> inData, Optional<MemberNote> inHistory) {
        /** @throws ProblemException HOST_STATE_UNREADABLE if one of them is no note */
        static Notes read(Host host, EtcdLayout layout) {
            return new Notes(MemberNote.read(host, layout.memberFile()), MemberNote.read(host, layout.historyFile()));
        }
    }

    /**
     * Why a directory that is not empty may not become the member's, on a host that is nobody's node. Data are this
     * member's if the order knows the member and the note beside them names it.
     */
    Optional<Problem> beforeAnything(Host host) {
        try {
            var notes = Notes.read(host, layout);
            if (notes.inData().filter(this::isOfBefore).isPresent() || isFencedDisk(host)) {
                return Optional.empty(); // they make room for the new member's
            }
            return spec.known().isEmpty() || notes.inData().isEmpty()
                    ? Optional.of(foreign("holds data that Keelson did not write"))
                    : refusal(host, notes);
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        }
    }

    /** Why the host, or what lies in the directory, is not this member's. */
    Optional<Problem> refusal(Host host, Notes notes) {
        var inData = notes.inData();
        var inHistory = notes.inHistory();
        if (inData.filter(this::isAnother).isPresent()) {
            return Optional.of(foreign("belongs to " + inData.get()));
        }
        if (inHistory.filter(this::isAnother).isPresent()) {
            return Optional.of(foreign("was " + inHistory.get()));
        }
        if (inData.isEmpty() && inHistory.isEmpty() && !isEmpty(host) && !isFencedDisk(host)) {
            return Optional.of(foreign("holds data that Keelson did not write"));
        }
        return spec.known().isPresent() && inData.isPresent() && inHistory.isEmpty()
                ? unproven(host, inData.get())
                : Optional.empty();
    }

    /** The host was installed anew: nothing but the order and the disk itself say whose the disk is. */
    private Optional<Problem> unproven(Host host, MemberNote inData) {
        if (inData.ids().isEmpty()) {
            return Optional.of(foreign("belongs to " + inData + ", and nobody noted which id etcd gave it"));
        }
        return Stream.of(layout.dataDir(), layout.memberFile(), layout.etcdData())
                .flatMap(path -> host.files().owner(path).stream())
                .filter(user -> !user.equals(USER))
                .findFirst()
                .map(user -> foreign("holds data that are user " + user + "'s"));
    }

    /** Another member's, or this one's of an incarnation that nobody has ordered yet. */
    private boolean isAnother(MemberNote found) {
        return !found.sameMember(note())
                || found.incarnation() > spec.incarnation()
                || spec.known().filter(held -> contradicts(held, found)).isPresent();
    }

    private boolean isFencedDisk(Host host) {
        return MemberNote.read(host, layout.fencedFile())
                .filter(this::isOfBefore)
                .isPresent();
    }

    /** Whether it is this member's, of the cluster as it was before it was begun anew. */
    boolean isOfBefore(MemberNote found) {
        return found.sameMember(note())
                && spec.refounding()
                        .filter(begun -> found.incarnation() < begun.since())
                        .isPresent();
    }

    private static boolean contradicts(HeldMember held, MemberNote found) {
        return found.ids()
                .filter(ids -> ids.cluster().bits() != held.cluster()
                        || (found.incarnation() == held.incarnation()
                                && ids.member().bits() != held.member()))
                .isPresent();
    }

    /**
     * Whether the member was seen to vote in a later incarnation than that of these data: they are an old copy, or of a
     * member that is removed.
     */
    boolean superseded(MemberNote inData, Optional<MemberNote> inHistory) {
        return inHistory
                        .filter(MemberNote::voted)
                        .filter(note -> note.incarnation() > inData.incarnation())
                        .isPresent()
                || spec.known()
                        .filter(held -> held.incarnation() > inData.incarnation())
                        .isPresent();
    }

    /** What is noted of a member that is not started yet. */
    MemberNote note() {
        return new MemberNote(
                spec.token(), own.name().value(), spec.incarnation(), own.peerUrl(), Optional.empty(), false);
    }

    /** Of all but what a file system begins with and what an attempt that was cut short has left. */
    private boolean isEmpty(Host host) {
        return host.files().list(layout.dataDir()).stream()
                .allMatch(name -> name.endsWith(Path.of("lost+found"))
                        || AtomicFile.isLeftover(name)
                        || name.endsWith(layout.unstarted().getFileName()));
    }

    private Problem foreign(String what) {
        return Problem.error(
                ProblemCode.HOST_FOREIGN_DATA,
                layout.dataDir() + " " + what + ", not to " + note(),
                Remedy.advise(
                        "Save what is needed and wipe the host, or choose another.", "ls -la " + layout.dataDir()));
    }
}
