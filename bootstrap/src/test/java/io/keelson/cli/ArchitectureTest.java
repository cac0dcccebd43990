package io.keelson.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Commands stand on what they share: {@code repository -> client -> context -> output}. Groups of commands do not know each other,
 * nobody knows the entry, and only the first server and the keeper of its etcd touch the host.
 */
@AnalyzeClasses(packages = "io.keelson.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule directions = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("entry")
            .definedBy("io.keelson.cli")
            .layer("fleet")
            .definedBy("io.keelson.cli.fleet..")
            .layer("host")
            .definedBy("io.keelson.cli.host..")
            .layer("node")
            .definedBy("io.keelson.cli.node..")
            .layer("pool")
            .definedBy("io.keelson.cli.pool..")
            .layer("etcd")
            .definedBy("io.keelson.cli.etcd..")
            .layer("server")
            .definedBy("io.keelson.cli.server..")
            .layer("bundle")
            .definedBy("io.keelson.cli.bundle..")
            .layer("trust")
            .definedBy("io.keelson.cli.trust..")
            .layer("release")
            .definedBy("io.keelson.cli.release..")
            .layer("firstserver")
            .definedBy("io.keelson.cli.firstserver..")
            .layer("keeper")
            .definedBy("io.keelson.cli.keeper..")
            .layer("repository")
            .definedBy("io.keelson.cli.repository..")
            .layer("client")
            .definedBy("io.keelson.cli.client..")
            .layer("context")
            .definedBy("io.keelson.cli.context..")
            .layer("output")
            .definedBy("io.keelson.cli.output..")
            .whereLayer("entry")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("fleet")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("host")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("node")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("pool")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("etcd")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("server")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("bundle")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("trust")
            .mayOnlyBeAccessedByLayers("entry")
            .whereLayer("release")
            .mayOnlyBeAccessedByLayers("bundle")
            .whereLayer("firstserver")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("keeper")
            .mayOnlyBeAccessedByLayers("server", "firstserver")
            .whereLayer("repository")
            .mayOnlyBeAccessedByLayers("trust", "bundle", "firstserver")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers(
                    "fleet", "host", "node", "pool", "etcd", "server", "bundle", "trust", "firstserver", "repository")
            .whereLayer("context")
            .mayOnlyBeAccessedByLayers(
                    "entry",
                    "client",
                    "fleet",
                    "host",
                    "node",
                    "pool",
                    "etcd",
                    "server",
                    "bundle",
                    "trust",
                    "firstserver")
            .whereLayer("output")
            .mayOnlyBeAccessedByLayers(
                    "entry", "context", "fleet", "host", "node", "pool", "etcd", "server", "bundle", "trust");

    @ArchTest
    static final ArchRule onlyTheFirstServerAndItsKeeperUseTheAgentsSteps = noClasses()
            .that(resideInAPackage("io.keelson.cli..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(
                            resideInAPackage("io.keelson.cli.firstserver.."))))
            .and()
            .resideOutsideOfPackages(
                    "io.keelson.cli.server..",
                    "io.keelson.cli.keeper..",
                    "io.keelson.cli.release.os..",
                    "io.keelson.cli.bundle..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keelson.agent..");

    /** Whoever builds a level runs the packages' own programs, by the agent's port to them. */
    @ArchTest
    static final ArchRule buildersUseTheAgentsPortsAlone = noClasses()
            .that()
            .resideInAnyPackage("io.keelson.cli.release.os..", "io.keelson.cli.bundle..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.keelson.agent..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(
                            resideInAPackage("io.keelson.agent.host.."))));

    @ArchTest
    static final ArchRule onlyTheClientSpeaksGrpc = noClasses()
            .that()
            .resideOutsideOfPackage("io.keelson.cli.client..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);
}
