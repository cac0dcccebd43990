package io.keelson.cli.release.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.Programs;
import io.keelson.problem.ProblemCode;
import io.keelson.release.OsPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Levels of packages of a real repository, resolved by the real dnf. */
class DnfResolutionTest {
    @TempDir
    Path directory;

    private RpmRepository repository;

    @BeforeEach
    void make() throws IOException {
        repository = new RpmRepository(directory);
    }

    @AfterEach
    void leave() {
        repository.close();
    }

    private void offers(Path... packages) throws IOException {
        for (var each : packages) {
            repository.offer(repository.signed("ours", each));
        }
        repository.index();
    }

    @Test
    void resolvesWhatTheBaseHasInLowerVersionsAndWritesItDown() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"), repository.rpm("kernel", "1"));
        offers(
                repository.rpm("tool", "2", "Requires: needed >= 2"),
                repository.rpm("needed", "2"),
                repository.rpm("kernel", "2"),
                repository.rpm("stranger", "2"),
                repository.rpm("wanted", "0^2026+1~rc"));
        var level = repository.level("packages: [wanted]\n", "");

        assertThat(repository.build(level, "one").packages())
                .extracting(each -> each.name() + " " + each.version())
                .containsExactly("kernel 2-1", "needed 2-1", "tool 2-1", "wanted 0^2026+1~rc-1");
        assertThat(level.lock())
                .content()
                .contains("/tool-2-1.noarch.rpm\n", "/wanted-0%5E2026%2B1~rc-1.noarch.rpm\n")
                .doesNotContain("stranger");

        // What is in the repository later is no matter to what was written down.
        offers(repository.rpm("tool", "3"));
        repository.build(level, "two");
        assertThat(repository.manifest("two")).isEqualTo(repository.manifest("one"));

        Files.delete(level.lock());
        assertThat(repository.build(level, "three").packages())
                .extracting(OsPackage::version)
                .contains("3-1");
    }

    /** Whatever is set up there: what is left out, other repositories, aliases, variables, plugins. */
    @Test
    void isNotImpressedByTheMachineOnWhichItRuns() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        offers(repository.rpm("tool", "2"));
        var machine = Files.createDirectories(directory.resolve("machine"));
        for (var each : List.of("aliases.d", "vars", "plugins", "modules.d", "protected.d")) {
            Files.createDirectories(machine.resolve(each));
        }
        Files.writeString(machine.resolve("aliases.d/x.conf"), "[aliases]\nupgrade=help\n");
        Files.writeString(machine.resolve("vars/releasever"), "8");
        Files.writeString(
                machine.resolve("dnf.conf"),
                "[main]\nexcludepkgs=*\n[x]\nname=x\nbaseurl=file:///nowhere\nenabled=1\n");
        Programs there = (argv, limit) -> {
            var command = new ArrayList<>(List.of(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount --bind \"$0\" /etc/dnf && exec \"$@\"",
                    machine.toString()));
            command.addAll(argv);
            return repository.programs().run(command, limit);
        };

        assertThat(repository.build(repository.level("", ""), "one", there).packages())
                .extracting(OsPackage::version)
                .containsExactly("2-1");
    }

    @Test
    void refusesPackagesThatNobodyHasSigned() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        repository.offer(repository.signed("ours", repository.rpm("tool", "2", "Requires: needed")));
        repository.offer(repository.rpm("needed", "2"));
        repository.index();

        var level = repository.level("", "");
        repository.refused(ProblemCode.RELEASE_SOURCE_UNAVAILABLE, "needed-2-1.noarch.rpm", level);

        assertThat(level.lock()).doesNotExist();
        assertThat(directory.resolve("one")).doesNotExist();
    }

    /** Also if it is a key that the base has, and if metadata are signed by the right one. */
    @Test
    void refusesPackagesThatSomebodyElseHasSigned() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        repository.baseTrusts("other");
        repository.offer(repository.signed("other", repository.rpm("tool", "2")));
        repository.index();
        repository.signIndex("ours");

        var level = repository.level("", "repo_gpgcheck=1\n");
        repository.refused(ProblemCode.RELEASE_SOURCE_UNAVAILABLE, "tool-2-1.noarch.rpm", level);
        assertThat(level.lock()).doesNotExist();
    }

    @Test
    void refusesMetadataThatAreToBeSignedAndAreNot() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        offers(repository.rpm("tool", "2"));
        var level = repository.level("", "repo_gpgcheck=1\n");

        repository.refused(ProblemCode.RELEASE_SOURCE_UNAVAILABLE, "GPG signature is not available", level);
        repository.signIndex("other");
        repository.refused(ProblemCode.RELEASE_SOURCE_UNAVAILABLE, "signature verification error", level);

        repository.signIndex("ours");
        assertThat(repository.build(level, "one").packages()).hasSize(1);
    }

    @Test
    void refusesWhatIsNotThere() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        offers(repository.rpm("tool", "2"));
        repository.refused(
                ProblemCode.RELEASE_PACKAGES_INCOMPLETE, "nowhere", repository.level("required: [nowhere]\n", ""));
        var gone = "[gone]\nbaseurl=file:///nowhere\nskip_if_unavailable=1\ngpgkey=ours.asc\n";
        repository.refused(ProblemCode.RELEASE_SOURCE_UNAVAILABLE, "cannot be read", repository.level("", gone));

        offers(repository.rpm("tool", "3", "Requires: missing >= 7"));
        repository.refused(ProblemCode.RELEASE_PACKAGES_INCOMPLETE, "missing >= 7", repository.level("", ""));
    }

    @Test
    void staysInTheStreamsThatTheBaseHas() throws IOException {
        repository.baseHas(repository.rpm("node", "18.1", "ModularityLabel: node:18:1:abc"));
        offers(
                repository.rpm("node", "18.2", "ModularityLabel: node:18:2:abc"),
                repository.rpm("node", "20.1", "ModularityLabel: node:20:1:abc"));
        repository.indexModules("node", "18=18.2", "20=20.1");

        assertThat(repository.build(repository.level("", ""), "one").packages())
                .extracting(OsPackage::version)
                .containsExactly("18.2-1");
    }

    @ParameterizedTest
    @CsvSource({
        "gpgcheck=0, packages that are not checked",
        "gpgcheck=perhaps, neither 1 nor 0",
        "repo_gpgcheck=ture, neither 1 nor 0",
        "enabled=0, no repository is enabled",
        "gpgkey=https://t.invalid/key, is there twice",
        "sslclientkey=/etc/key, option sslclientkey is not supported",
        "[two], has no gpgkey",
        "'[two]\ngpgkey=https://t.invalid/key', is no file",
        "'[two]\ngpgkey=gone.asc', gone.asc is not there",
        "'[two]\ngpgkey=level.yaml', is no public key",
        "[main], 'is main, or there twice'",
        "[one], 'is main, or there twice'",
        "nonsense, no [id] and no option=value",
    })
    void refusesRepositoriesThatNobodyVouchesForOrThatAreNotUnderstood(String lines, String word) throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        offers(repository.rpm("tool", "2"));

        var level = repository.level(
                "", lines.replace("[two]\n", "[two]\nbaseurl=file://" + directory + "/repository\n") + "\n");

        repository.refused(ProblemCode.RELEASE_DESCRIPTION_INVALID, word, level);
        assertThat(level.lock()).doesNotExist();
    }

    @Test
    void namesTheProgramThatIsMissing() throws IOException {
        repository.baseHas(repository.rpm("tool", "1"));
        Programs withoutDnf = (argv, limit) -> argv.contains("dnf")
                ? new Programs.Result(127, "", "env: dnf: No such file or directory")
                : repository.programs().run(argv, limit);
        var level = repository.level("", "");

        RpmRepository.refused(
                ProblemCode.RELEASE_TOOL_MISSING, "no dnf", () -> repository.build(level, "one", withoutDnf));
    }

    @Test
    void refusesABaseThatIsNoDatabase() throws IOException {
        Files.createDirectories(directory.resolve("base"));

        RpmRepository.refused(
                ProblemCode.RELEASE_DESCRIPTION_INVALID, "no package database", () -> repository.level("", ""));
    }
}
