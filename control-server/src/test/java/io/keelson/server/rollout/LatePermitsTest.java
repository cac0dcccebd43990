package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberPermit;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LatePermitsTest {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final HostId HOST = new HostId("cp-a");

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final LatePermits permits = new LatePermits(() -> now);

    @Test
    void aDefragmentationIsRememberedForItsTime() {
        assertThat(permits.of(PROD)).isEqualTo(Lately.NOTHING);
        permits.note(PROD, new MemberPermit.Defragment(HOST));
        now = now.plus(Lately.DEFRAGMENTATION).minusSeconds(1);
        assertThat(permits.of(PROD)).isEqualTo(new Lately(false, Set.of(HOST)));
        now = now.plusSeconds(1);
        assertThat(permits.of(PROD)).isEqualTo(Lately.NOTHING);
    }

    @Test
    void aReliefIsRememberedForItsTimeAndItsCluster() {
        permits.note(PROD, new MemberPermit.Relieve(HOST));
        now = now.plus(Lately.RELIEF).minusSeconds(1);
        assertThat(permits.of(PROD)).isEqualTo(new Lately(true, Set.of()));
        assertThat(permits.of(new ClusterName("other"))).isEqualTo(Lately.NOTHING);
        now = now.plusSeconds(1);
        assertThat(permits.of(PROD)).isEqualTo(Lately.NOTHING);
    }

    @Test
    void whatHasItsReasonInWhatIsSeenIsNotRemembered() {
        permits.note(PROD, new MemberPermit.Rebuild(HOST));
        permits.note(PROD, new MemberPermit.Lead(HOST));
        permits.note(PROD, new MemberPermit.Refound(HOST));
        assertThat(permits.of(PROD)).isEqualTo(Lately.NOTHING);
    }
}
