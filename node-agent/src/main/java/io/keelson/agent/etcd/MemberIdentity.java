package io.keelson.agent.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The data directory belongs to this member of this cluster. The identity is written once, into an empty directory,
 * before etcd starts for the first time; the unit asserts that it is there. So an etcd whose disk is not mounted, or
 * whose data were lost, does not begin anew under the old identity: a member that forgot its votes could make the
 * others lose acknowledged writes (Raft, section 5.2 and 5.4).
 *
 * @param token of the etcd cluster
 */
record MemberIdentity(String token, EtcdMember member, EtcdLayout layout) implements Step {
    private static final JsonMapper JSON = new JsonMapper();

    /** The form of both files. */
    private record Content(int v, String cluster, String member) {}

    @Override
    public StepId id() {
        return new StepId("etcd.identity");
    }

    @Override
    public String title() {
        return "give etcd's data directory to member " + member.name();
    }

    @Override
    public Finding observe(Host host) {
        var inData = host.files().read(layout.memberFile()).map(MemberIdentity::text);
        var inHistory = host.files().read(layout.historyFile()).map(MemberIdentity::text);
        if (inData.filter(found -> !found.equals(content())).isPresent()) {
            return new Refused(foreign("belongs to " + inData.get().strip()));
        }
        if (inHistory.filter(found -> !found.equals(content())).isPresent()) {
            return new Refused(foreign("was member " + inHistory.get().strip()));
        }
        if (inData.isPresent()) {
            return inHistory.isPresent()
                    ? new Satisfied("data of " + member.name() + " of " + token)
                    : new Needed("no note beside the keys that this host is a member");
        }
        if (inHistory.isPresent()) {
            return new Refused(lost());
        }
        return isEmpty(host)
                ? new Needed("no data yet")
                : new Refused(foreign("holds data that Keelson did not write"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.files().directory(layout.dataDir(), Access.SECRET);
        // In this order: were the note beside the keys first, a crash in between would look like lost data.
        HostFile.text(layout.memberFile(), content()).write(host);
        HostFile.text(layout.historyFile(), content()).write(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("the member's data would be lost");
    }

    private boolean isEmpty(Host host) {
        return host.files().list(layout.dataDir()).stream().allMatch(name -> name.endsWith(Path.of("lost+found")));
    }

    private String content() {
        try {
            return JSON.writeValueAsString(new Content(1, token, member.name().value())) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of strings can be written", e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Problem foreign(String what) {
        return Problem.error(
                ProblemCode.HOST_FOREIGN_DATA,
                layout.dataDir() + " " + what + ", not to member " + member.name() + " of " + token,
                Remedy.advise(
                        "Save what is needed and wipe the host, or choose another.", "ls -la " + layout.dataDir()));
    }

    private Problem lost() {
        return Problem.error(
                ProblemCode.ETCD_DATA_LOST,
                "the host was etcd member " + member.name() + " of " + token + ", but " + layout.dataDir()
                        + " is without its data",
                Remedy.advise(
                        "Mount the disk that holds the data. If they are gone, replace the host; if the cluster is to"
                                + " be made anew, wipe the host.",
                        "findmnt --target " + layout.dataDir()));
    }
}
