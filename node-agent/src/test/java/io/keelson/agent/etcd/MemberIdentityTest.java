package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemberIdentityTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));

    private final MemoryHost host = new MemoryHost();
    private final MemberIdentity identity = of("prod", "cp-a");

    private static MemberIdentity of(String token, String member) {
        return new MemberIdentity(token, EtcdMember.standard(new NodeName(member), new IpAddress("192.0.2.1")), LAYOUT);
    }

    private void begin() {
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
        host.files().directory(LAYOUT.dataDir(), Access.SECRET);
        host.files().put("/var/lib/etcd/lost+found/x", "");
        identity.apply(host, new SilentActivity());
        assertThat(identity.observe(host)).isInstanceOf(Satisfied.class);
    }

    @Test
    void takesAnEmptyDirectoryAndNeverGivesItBack() {
        begin();
        assertThat(identity.undo()).isInstanceOf(Undo.Impossible.class);
    }

    @Test
    void refusesDataOfAnotherCluster() {
        begin();
        refuses(of("staging", "cp-a").observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesDataOfAnotherMember() {
        begin();
        refuses(of("prod", "cp-b").observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesDataThatNobodyVouchesFor() {
        host.files().put("/var/lib/etcd/member/snap/db", "x");
        refuses(identity.observe(host), ProblemCode.HOST_FOREIGN_DATA);
    }

    @Test
    void refusesToBeginAnewWhenTheDataOfAMemberAreGone() {
        begin();
        host.files().remove(LAYOUT.dataDir());
        refuses(identity.observe(host), ProblemCode.ETCD_DATA_LOST);
    }

    @Test
    void completesAnIdentityThatWasCutShort() {
        begin();
        host.files().remove(LAYOUT.historyFile());
        assertThat(identity.observe(host)).isInstanceOf(Needed.class);
    }

    private static void refuses(Finding finding, ProblemCode code) {
        assertThat(finding).isInstanceOf(Refused.class);
        assertThat(((Refused) finding).problem().code()).isEqualTo(code);
    }
}
