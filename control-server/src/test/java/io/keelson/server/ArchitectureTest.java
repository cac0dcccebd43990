package io.keelson.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.keelson.server.secrets.SealedEntries;
import io.keelson.trust.secret.SecretBox;
import java.time.Instant;

/**
 * The directions of the server: api to rollout and poolrollout to desired to store; session to desired and observed, and to the
 * director, who signs what is desired; rollout to fleet; api and session to repository, which knows content.
 * Never the reverse: the watch closes the loop.
 */
@AnalyzeClasses(packages = "io.keelson.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] DECIDERS = {
        "io.keelson.server.api..",
        "io.keelson.server.rollout..",
        "io.keelson.server.poolrollout..",
        "io.keelson.server.authorityrotation..",
        "io.keelson.server.session..",
        "io.keelson.server.kubetunnel..",
        "io.keelson.server.drill..",
        "io.keelson.server.offsite..",
        "io.keelson.server.fleet.."
    };

    @ArchTest
    static final ArchRule storeKnowsNobody = noClasses()
            .that()
            .resideInAPackage("..server.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..server.api..",
                    "..server.rollout..",
                    "..server.fleet..",
                    "..server.session..",
                    "..server.desired..",
                    "..server.observed..",
                    "..server.departures..",
                    "..server.enrolment..",
                    "..server.content..",
                    "..server.repository..",
                    "..server.director..",
                    "..server.clusterpki..",
                    "..server.authority..",
                    "..server.authorityrotation..",
                    "..server.pool..",
                    "..server.poolrollout..",
                    "..server.secrets..",
                    "..server.leader..",
                    "..server.audit..",
                    "..server.wire..");

    @ArchTest
    static final ArchRule onlyTheStoreKnowsEtcd = noClasses()
            .that()
            .resideOutsideOfPackage("..server.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.etcd..", "io.vertx..");

    @ArchTest
    static final ArchRule onlyItsOwnPackageKnowsTheClientOfClusters = noClasses()
            .that()
            .resideOutsideOfPackage("..server.kubernetes..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..");

    /** Whoever empties nodes is told what to do, and does not look at the fleet or the store. */
    @ArchTest
    static final ArchRule drainsKnowTheClustersApiAlone = noClasses()
            .that()
            .resideInAPackage("..server.drain..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "of the server's other packages",
                    each -> each.getPackageName().startsWith("io.keelson.server.")
                            && !each.getPackageName().equals("io.keelson.server.drain")
                            && !each.getPackageName().equals("io.keelson.server.kubernetes")));

    /** What is done at a cluster's API comes by the rollout's own port; whether a node is empty is all that it hears. */
    @ArchTest
    static final ArchRule rolloutsReachClustersByTheirOwnPort = noClasses()
            .that()
            .resideInAPackage("..server.rollout..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "of clusters' APIs, but for the answer",
                    each -> each.getPackageName().equals("io.keelson.server.kubernetes")
                            || each.getPackageName().equals("io.keelson.server.drain")
                                    && !each.getName().startsWith("io.keelson.server.drain.Emptying$")
                                    && !each.getName().equals("io.keelson.server.drain.Emptying")));

    @ArchTest
    static final ArchRule onlyTheEdgesKnowTheWire = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "..server.api..",
                    "..server.session..",
                    "..server.director..",
                    "..server.peer..",
                    "..server.enrolment..",
                    "..server.wire..",
                    "..server.listen..",
                    // As a client of the etcd that it restores.
                    "..server.drill..",
                    "io.keelson.server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keelson.proto..", "io.grpc..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule desiredAndObservedKnowNoneOfThoseWhoUseThem = noClasses()
            .that()
            .resideInAnyPackage("..server.desired..", "..server.observed..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DECIDERS);

    @ArchTest
    static final ArchRule desiredDoesNotKnowObserved = noClasses()
            .that()
            .resideInAPackage("..server.desired..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..server.observed..");

    @ArchTest
    static final ArchRule observedDoesNotKnowDesired = noClasses()
            .that()
            .resideInAPackage("..server.observed..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..server.desired..");

    @ArchTest
    static final ArchRule rolloutDoesNotKnowTheApiNorTheSessions = noClasses()
            .that()
            .resideInAPackage("..server.rollout..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.api..", "..server.session..", "..server.kubetunnel..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule poolsAreCarriedOutWithoutTheApiAndTheSessions = noClasses()
            .that()
            .resideInAPackage("..server.poolrollout..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.api..", "..server.rollout..", "..server.session..", "..server.kubetunnel..");

    /** What is written of pools is a foundation; the fleet's picture has it, and whoever decides stands above. */
    @ArchTest
    static final ArchRule recordsOfPoolsKnowNobodyWhoDecides = noClasses()
            .that()
            .resideInAPackage("..server.pool")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DECIDERS);

    @ArchTest
    static final ArchRule theFleetsPictureDecidesNothing = noClasses()
            .that()
            .resideInAPackage("..server.fleet..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..server.api..",
                    "..server.rollout..",
                    "..server.poolrollout..",
                    "..server.session..",
                    "..server.kubetunnel..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule sessionsKnowNeitherOperatorsNorRollouts = noClasses()
            .that()
            .resideInAPackage("..server.session..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..server.api..",
                    "..server.rollout..",
                    "..server.authorityrotation..",
                    "..server.fleet..",
                    "..server.kubetunnel..");

    @ArchTest
    static final ArchRule foundationsKnowNobodyAbove = noClasses()
            .that()
            .resideInAnyPackage(
                    "..server.enrolment..",
                    "..server.authority..",
                    "..server.departures..",
                    "..server.peer..",
                    "..server.content..",
                    "..server.repository..",
                    "..server.director..",
                    "..server.clusterpki..",
                    "..server.secrets..",
                    "..server.snapshots..",
                    "..server.audit..",
                    "..server.leader..",
                    "..server.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DECIDERS);

    /** What is an order's content is decided before it is signed; who releases does not order. */
    @ArchTest
    static final ArchRule directorAndRepositoryDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage("..server.director..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.repository..", "..server.content..", "..server.observed..");

    @ArchTest
    static final ArchRule secretsDoNotKnowWhoseTheyAre = noClasses()
            .that()
            .resideInAPackage("..server.secrets..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..server.clusterpki..", "..server.authority..", "..server.enrolment..");

    /** Whoever seals on its own stores what no rotation finds. */
    @ArchTest
    static final ArchRule onlySecretsSealAndOpen = noClasses()
            .that()
            .resideOutsideOfPackage("..server.secrets..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(SecretBox.class);

    @ArchTest
    static void everyKindOfSealedEntryIsRotated(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(each -> !each.isInterface() && each.isAssignableTo(SealedEntries.class))
                        .map(JavaClass::getName))
                .containsExactlyInAnyOrderElementsOf(OperatorWiring.SEALED.stream()
                        .map(each -> each.getClass().getName())
                        .toList());
    }

    @ArchTest
    static final ArchRule noPackageDependsOnItself =
            slices().matching("io.keelson.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule timeComesFromAClock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
