package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Levels on a host with the real dnf and rpm, and packages that the real rpmbuild has made. */
class RealDnfTest {
    @TempDir
    Path directory;

    private DnfHost on;

    @BeforeEach
    void requireMachine() throws IOException {
        on = new DnfHost(directory);
    }

    @Test
    void bringsWhatIsThereToTheLevelWithWhatItNeedsAndNothingElse() throws IOException {
        on.has(on.rpm("before", "app", "1"), on.rpm("before", "newer", "9"));
        var level = on.level(
                "b",
                on.rpm("b", "app", "2", "Requires: needed >= 2"),
                on.rpm("b", "needed", "2"),
                on.rpm("b", "stranger", "2"),
                on.rpm("b", "newer", "2"));

        assertThat(on.become(level)).isEmpty();

        assertThat(on.installed()).isEqualTo("app 2 needed 2 newer 9");
        assertThat(on.shell("cat", "/opt/app/file")).isEqualTo("2\n");
        assertThat(directory.resolve("notes/os-level.json")).content().contains("\"level\":\"b\"");
        assertThat(Levels.reboot(on.steps(level)).observe(on.host)).isInstanceOf(Satisfied.class);
        assertThat(on.shell("dnf", "history", "info", "last"))
                .as("dnf knows of it")
                .contains("app-2-1");
    }

    @Test
    void aScriptThatFailsIsNamedAndALaterLevelReplacesIt() throws IOException {
        on.has(on.rpm("before", "shell", "1", "Provides: /bin/sh"), on.rpm("before", "app", "1"));
        var broken = on.level("b", on.rpm("b", "app", "2", "%pre\necho no such wheel >&2; exit 3", new String[0]));

        on.refused(ProblemCode.HOST_PACKAGE_FAILED, broken, "app");
        assertThat(on.installed()).isEqualTo("app 1 shell 1");

        var mended = on.level("c", on.rpm("c", "app", "3"));
        assertThat(on.become(mended)).isEmpty();
        assertThat(on.installed()).isEqualTo("app 3 shell 1");
    }

    @Test
    void bringsWhatIsOfAStreamThatTheHostHasEnabled() throws IOException {
        on.has(on.rpm("before", "app", "1"));
        var architecture = on.shell("rpm", "--eval", "%{_arch}").strip();
        var enabled = on.host.path("/etc/dnf/modules.d/app.module");
        Files.createDirectories(enabled.getParent());
        Files.writeString(enabled, "[app]\nname=app\nstream=1\nprofiles=\nstate=enabled\n");
        var known = directory.resolve("root/var/lib/dnf/modulefailsafe/app:1:" + architecture + ".yaml");
        Files.createDirectories(known.getParent());
        Files.writeString(known, """
                ---
                document: modulemd
                version: 2
                data:
                  name: app
                  stream: "1"
                  version: 1
                  context: abc
                  arch: %s
                  summary: test
                  description: test
                  license:
                    module: [none]
                  artifacts:
                    rpms: [app-0:1-1.noarch]
                ...
                """.formatted(architecture));

        assertThat(on.become(on.level("b", on.rpm("b", "app", "2")))).isEmpty();

        assertThat(on.installed()).isEqualTo("app 2");
    }
}
