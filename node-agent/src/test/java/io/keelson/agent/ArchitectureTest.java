package io.keelson.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions inside the agent. */
@AnalyzeClasses(packages = "io.keelson", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String[] STEPS = {
        "io.keelson.agent.kubernetes..",
        "io.keelson.agent.etcd..",
        "io.keelson.agent.os..",
        "io.keelson.agent.network..",
        "io.keelson.agent.leave.."
    };

    @ArchTest
    static final ArchRule hostKnowsNobodyInTheAgent = noClasses()
            .that()
            .resideInAPackage("io.keelson.agent.host..")
            .should()
            .dependOnClassesThat(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("io.keelson.agent..")
                            .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                                            "io.keelson.agent.host.."))));

    @ArchTest
    static final ArchRule planKnowsOnlyHostAndDomain = classes()
            .that()
            .resideInAPackage("io.keelson.agent.plan..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.keelson.agent.plan..",
                    "io.keelson.agent.host..",
                    "io.keelson.fleet..",
                    "io.keelson.problem..",
                    "io.keelson.release..",
                    "io.keelson.durable..",
                    "com.fasterxml.jackson..",
                    "java..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule sessionAloneKnowsTheWire = noClasses()
            .that()
            .resideOutsideOfPackages("io.keelson.agent.session..", "io.keelson.proto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.keelson.proto.agent..", "io.keelson.proto.enrolment..", "io.keelson.proto.operator..");

    @ArchTest
    static final ArchRule callsAreMadeBySessionAndPortsAlone = noClasses()
            .that()
            .resideOutsideOfPackages("io.keelson.agent.session..", "io.keelson.agent.host..", "io.keelson.proto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "io.keelson.proto.etcd..");

    @ArchTest
    static final ArchRule stepsDoNotKnowWhoOrdersThem = noClasses()
            .that()
            .resideInAnyPackage(STEPS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.keelson.agent.session..", "io.keelson.agent.artifact..");

    @ArchTest
    static final ArchRule artifactDoesNotKnowTheSession = noClasses()
            .that()
            .resideInAPackage("io.keelson.agent.artifact..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keelson.agent.session..");

    @ArchTest
    static final ArchRule nothingDependsOnTheProcess = noClasses()
            .that()
            .resideOutsideOfPackage("io.keelson.agent")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keelson.agent");

    @ArchTest
    static final ArchRule onlyTheHostPackageSpeaksToSystemd = noClasses()
            .that()
            .resideOutsideOfPackage("io.keelson.agent.host..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.freedesktop..");

    @ArchTest
    static final ArchRule theBalancerIsAProgramOfItsOwn = noClasses()
            .that()
            .resideInAPackage("io.keelson.apiproxy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keelson.agent..");

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.keelson.agent.(**)..").should().beFreeOfCycles();
}
