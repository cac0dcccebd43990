package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.RevokeHostRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevokeHostTest {
    @TempDir
    Path directory;

    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws IOException {
        fixture = new OperatorFixture(directory);
        fixture.enrol("w-1@z1");
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private static RevokeHostRequest host(String name) {
        return RevokeHostRequest.newBuilder().setName(name).build();
    }

    @Test
    void revokesAHostOnceAndSaysWhoDidIt() {
        var unused = fixture.operator.revokeHost(host("w-1"));
        var again = fixture.operator.revokeHost(host("w-1"));

        assertThat(again).isEqualTo(unused);
        assertThat(fixture.hosts.find(new HostId("w-1")).orElseThrow().revoked())
                .isTrue();
        assertThat(fixture.json("host", "w-1")).contains("Revoked");
        var entries = fixture.audit.entries().stream()
                .filter(entry -> entry.action().equals("host.revoke"))
                .toList();
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().actor()).startsWith("operator:");
        assertThat(entries.getFirst().subject()).isEqualTo("w-1");
    }

    @Test
    void refusesAHostThatThereIsNotAndANameThatNoHostHas() {
        for (var name : new String[] {"w-99", "", "No Name"}) {
            var refused =
                    catchThrowableOfType(StatusRuntimeException.class, () -> fixture.operator.revokeHost(host(name)));
            assertThat(codes(refused))
                    .as(name)
                    .containsExactly(name.equals("w-99") ? "HOST_UNKNOWN" : "RESOURCE_NOT_FOUND");
        }
    }
}
