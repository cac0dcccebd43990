package io.keelson;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The domain is values and pure decisions: it knows nobody, reads no clock, and does no I/O. */
@AnalyzeClasses(packages = "io.keelson", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsNobody = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.keelson.drain..",
                    "io.keelson.workload..",
                    "io.keelson.etcd..",
                    "io.keelson.pool..",
                    "io.keelson.fleet..",
                    "io.keelson.release..",
                    "io.keelson.problem..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule doesNoInputOrOutput = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net.http..",
                    "java.util.concurrent..",
                    "java.util.logging..")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    @ArchTest
    static final ArchRule takesTimeAsAnArgument = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule resolvesNoNames = noClasses()
            .should()
            .callMethod(java.net.InetAddress.class, "getByName", String.class)
            .orShould()
            .callMethod(java.net.InetAddress.class, "getAllByName", String.class);

    @ArchTest
    static final ArchRule problemsKnowNothingElse = noClasses()
            .that()
            .resideInAPackage("io.keelson.problem")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keelson.fleet..", "io.keelson.release..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.keelson.(*)..").should().beFreeOfCycles();
}
