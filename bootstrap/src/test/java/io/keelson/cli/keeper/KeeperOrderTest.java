package io.keelson.cli.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import org.junit.jupiter.api.Test;

/** What is to be is on the disk, or the keeper does nothing and says so. */
class KeeperOrderTest extends EtcdKeeperFixture {
    @Test
    void thatItCannotBeginIsSeenWherePeopleLook() throws Exception {
        host.files().put("/proc/sys/kernel/hostname", "ctl-a\n");
        host.files().put(files.order().toString(), "{\"v\":1}");
        assertThatThrownBy(this::begun).isInstanceOf(ProblemException.class);
        var told = KeeperReport.read(host, files.report());
        assertThat(told.getServer()).isEqualTo("ctl-a");
        assertThat(told.getProblem().getCode()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE.name());
        assertThat(told.getReport().hasStatus()).isFalse();

        prepare("seen before");
        settle(keeper());
        var before = KeeperReport.read(host, files.report());
        host.files().put(files.order().toString(), "{\"v\":1}");
        assertThatThrownBy(this::begun).isInstanceOf(ProblemException.class);
        told = KeeperReport.read(host, files.report());
        assertThat(told.getProblem().getCode()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE.name());
        assertThat(told.getReport()).isEqualTo(before.getReport());
        assertThat(told.getWrittenMillis()).as("it is as old as it was").isEqualTo(before.getWrittenMillis());
    }

    private void begun() {
        var unused = EtcdKeeper.begin(host, files, RELEASES, new PassingTime());
    }

    @Test
    void withoutAnOrderThatCanBeReadItDoesNotBegin() {
        host.files().put(files.order().toString(), "{\"v\":1}");
        assertThatThrownBy(this::keeper)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        host.files().remove(files.order());
        assertThatThrownBy(this::keeper).isInstanceOf(ProblemException.class).hasMessageContaining("no order");
    }

    @Test
    void aManifestThatIsGoneOrAnotherHalts() throws Exception {
        var keeper = keeper();
        host.files().put(files.manifest(Digest.of(MANIFEST)).toString(), "{}");

        assertThat(settle(keeper).orElseThrow().what()).contains("manifest");
        orders.keepManifest(host, MANIFEST);
        assertThat(settle(keeper)).isEmpty();
    }
}
