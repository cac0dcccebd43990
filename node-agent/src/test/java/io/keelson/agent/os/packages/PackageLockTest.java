package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.LinuxHost;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own locks, of the kind that dpkg, apt and rpm take. */
@EnabledOnOs(OS.LINUX)
class PackageLockTest {
    @TempDir
    Path directory;

    @Test
    void namesWhoHoldsALockAndNobodyAfterwards() throws IOException {
        var file = directory.toRealPath().resolve("lock-frontend");
        var locks = List.of(directory.resolve("other"), file);
        try (var host = new LinuxHost()) {
            try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
                assertThat(PackageLock.holder(host, locks))
                        .hasValueSatisfying(who -> assertThat(who)
                                .contains("(pid " + ProcessHandle.current().pid() + ")"));
                assertThat(PackageLock.holder(host, List.of(directory.resolve("other"))))
                        .isEmpty();
            }
            assertThat(PackageLock.holder(host, locks)).isEmpty();
        }
    }
}
