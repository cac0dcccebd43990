package io.keelson.trust;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * {@code bundle -> trust -> pki -> domain}, and everybody may write durably. Trust decides what may run, so it leans on
 * as little as it can.
 */
@AnalyzeClasses(
        packages = {"io.keelson.trust", "io.keelson.durable"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PLATFORM = {
        "java..", "javax.crypto..", "javax.net.ssl..", "javax.security.auth.x500..", "org.jspecify.annotations.."
    };
    private static final String[] DOMAIN = {"io.keelson.release..", "io.keelson.problem..", "io.keelson.fleet.."};

    @ArchTest
    static final ArchRule durableKnowsNobody = classes()
            .that()
            .resideInAPackage("io.keelson.durable..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(PLATFORM, "io.keelson.durable.."));

    @ArchTest
    static final ArchRule trustKnowsOnlyTheDomain = classes()
            .that()
            .resideInAPackage("io.keelson.trust..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(
                    with(PLATFORM, DOMAIN),
                    "io.keelson.trust..",
                    "io.keelson.durable..",
                    "com.fasterxml.jackson.core..",
                    "org.bouncycastle..",
                    "com.github.luben.zstd.."));

    @ArchTest
    static final ArchRule pkiKnowsNothingOfReleases = noClasses()
            .that()
            .resideInAPackage("io.keelson.trust.pki..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keelson.trust", "io.keelson.trust.bundle..", "io.keelson.durable..");

    @ArchTest
    static final ArchRule verifyingKnowsNothingOfUnpacking = noClasses()
            .that()
            .resideInAPackage("io.keelson.trust")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keelson.trust.bundle..");

    @ArchTest
    static final ArchRule onlyTheVerifierMakesVerifiedManifests = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ManifestVerifier.class.getName())
            .should()
            .callConstructor(
                    VerifiedManifest.class,
                    io.keelson.release.BundleManifest.class,
                    io.keelson.release.Digest.class,
                    byte[].class);

    @ArchTest
    static final ArchRule nobodyUsesJavaSerialisation =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream");

    private static String[] with(String[] some, String... more) {
        var all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
