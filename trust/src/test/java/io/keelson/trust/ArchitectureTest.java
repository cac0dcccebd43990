package io.keelson.trust;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * {@code bundle -> trust -> pki -> domain}, and everybody may write durably and read strict JSON. Beside them stands The
 * Update Framework: {@code tuf.client, tuf.repository -> tuf.metadata -> tuf.key, tuf.content}, and the client knows ports to {@code
 * tuf.store} and {@code tuf.fetch}; client and writer meet in
 * files only. Trust decides what may run, so it leans on as little as it can.
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
    static final ArchRule jsonKnowsNobody = classes()
            .that()
            .resideInAPackage("io.keelson.trust.json..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(PLATFORM, "io.keelson.trust.json..", "com.fasterxml.jackson.core.."));

    @ArchTest
    static final ArchRule tufKnowsNothingOfBundles = noClasses()
            .that()
            .resideInAPackage("io.keelson.trust.tuf..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keelson.trust", "io.keelson.trust.bundle..", "io.keelson.trust.signing..");

    @ArchTest
    static final ArchRule tufIsLayered = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("client")
            .definedBy("io.keelson.trust.tuf.client..")
            .layer("repository")
            .definedBy("io.keelson.trust.tuf.repository..")
            .layer("metadata")
            .definedBy("io.keelson.trust.tuf.metadata..")
            .layer("key")
            .definedBy("io.keelson.trust.tuf.key..")
            .layer("content")
            .definedBy("io.keelson.trust.tuf.content..")
            .layer("ports")
            .definedBy("io.keelson.trust.tuf.store..", "io.keelson.trust.tuf.fetch..")
            .whereLayer("ports")
            .mayOnlyBeAccessedByLayers("client")
            .whereLayer("client")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("repository")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("metadata")
            .mayOnlyBeAccessedByLayers("client", "repository")
            .whereLayer("key")
            .mayOnlyBeAccessedByLayers("client", "repository", "metadata")
            .whereLayer("content")
            .mayOnlyBeAccessedByLayers("client", "repository", "metadata");

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
