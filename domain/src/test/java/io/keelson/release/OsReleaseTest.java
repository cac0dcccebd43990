package io.keelson.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OsReleaseTest {
    @ParameterizedTest
    @CsvSource({
        "debian, 12, debian, 12, true",
        "rocky, 9, rocky, 9.4, true",
        "rocky, 9.4, rocky, 9.4, true",
        "rocky, 9.4, rocky, 9.5, false",
        "rocky, 9, rocky, 95, false",
        "rocky, 9.4, rocky, 9, false",
        "rocky, 9, almalinux, 9.4, false",
    })
    void coversTheSameReleaseAndThoseBelowIt(String id, String version, String host, String hosts, boolean covered) {
        assertThat(new OsRelease(id, version).covers(new OsRelease(host, hosts)))
                .isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "Debian GNU/Linux 12 (bookworm), debian 12",
        "Ubuntu 24.04.1 LTS, ubuntu 24.04.1",
        "Rocky Linux 9.4 (Blue Onyx), rocky 9.4",
        "Red Hat Enterprise Linux 9.4 (Plow), rhel 9.4",
    })
    void isReadFromThePrettyName(String name, String release) {
        assertThat(OsRelease.ofPrettyName(name)).map(OsRelease::toString).contains(release);
    }

    @Test
    void isNotGuessedFromAnotherName() {
        assertThat(OsRelease.ofPrettyName("Debian GNU/Linux trixie/sid")).isEmpty();
        assertThat(OsRelease.ofPrettyName("Ubuntuish 24.04")).isEmpty();
        assertThat(OsRelease.ofPrettyName("")).isEmpty();
    }

    @Test
    void refusesWhatNoOsReleaseFileSays() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OsRelease("Debian", "12"));
        assertThatIllegalArgumentException().isThrownBy(() -> new OsRelease("debian", "12/../13"));
    }
}
