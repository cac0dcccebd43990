package io.keelson.apiproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
    private static final Endpoint A = Endpoint.parse("192.0.2.1:6443");
    private static final Endpoint B = Endpoint.parse("192.0.2.2:6443");
    private static final Endpoint C = Endpoint.parse("192.0.2.3:6443");

    private final Upstreams upstreams = new Upstreams(2);

    @Test
    void takesTurns() {
        upstreams.replace(List.of(A, B, C));

        assertThat(upstreams.candidates()).containsExactly(A, B, C);
        assertThat(upstreams.candidates()).containsExactly(B, C, A);
        assertThat(upstreams.candidates()).containsExactly(C, A, B);
    }

    @Test
    void triesTheOneThatFailedLast() {
        upstreams.replace(List.of(A, B, C));
        upstreams.failed(A);

        assertThat(upstreams.candidates()).containsExactly(B, C, A);
    }

    @Test
    void doubtsAnUpstreamThatRefusesClientsButCallsItDeadOnlyByHealthChecks() {
        upstreams.replace(List.of(A, B));
        upstreams.doubt(A);
        upstreams.doubt(A);

        assertThat(upstreams.candidates()).containsExactly(B, A);
        assertThat(upstreams.failed(A)).isFalse();
        assertThat(upstreams.failed(A)).isTrue();
    }

    @Test
    void callsAnUpstreamDeadOnceAfterEnoughFailuresInARow() {
        upstreams.replace(List.of(A));

        assertThat(upstreams.failed(A)).isFalse();
        assertThat(upstreams.failed(A)).isTrue();
        assertThat(upstreams.failed(A)).isFalse();
        assertThat(upstreams.succeeded(A)).isTrue();
        assertThat(upstreams.failed(A)).isFalse();
    }

    @Test
    void forgetsWhatLeftAndRemembersWhatStayed() {
        upstreams.replace(List.of(A, B));
        upstreams.failed(A);
        upstreams.failed(B);
        upstreams.replace(List.of(B, C));

        assertThat(upstreams.candidates()).containsExactly(C, B);
        assertThat(upstreams.failed(A)).isFalse();
    }

    @Test
    void hasNoCandidatesWithoutConfiguration() {
        assertThat(upstreams.candidates()).isEmpty();
    }

    @Test
    void refusesWhatIsNoConfiguration() {
        for (var text : List.of(
                "",
                "{}",
                "[]",
                "{\"v\":2,\"upstreams\":[]}",
                "{\"v\":1,\"upstreams\":[\"a.example:1\"]}",
                "{\"v\":1,\"upstreams\":[\"192.0.2.1:0\"]}",
                "{\"v\":1,\"upstreams\":[],\"x\":1}",
                "{\"v\":1,\"upstreams\":[]} {}")) {
            assertThatThrownBy(() -> Configuration.parse(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
