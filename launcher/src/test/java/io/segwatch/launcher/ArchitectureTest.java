package io.segwatch.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.segwatch.role.Role;

@AnalyzeClasses(packages = "io.segwatch", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule rolesMeetOnlyInContracts = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("messages")
            .definedBy("io.segwatch.v1..")
            .layer("contracts")
            .definedBy(
                    "io.segwatch.contracts..",
                    "io.segwatch.kafka..",
                    "io.segwatch.role..",
                    "io.segwatch.secrets..",
                    "io.segwatch.config..")
            .layer("broker")
            .definedBy("io.segwatch.broker..")
            .layer("ingest")
            .definedBy("io.segwatch.ingest..")
            .layer("inference")
            .definedBy("io.segwatch.inference..")
            .layer("topology")
            .definedBy("io.segwatch.topology..")
            .layer("delivery")
            .definedBy("io.segwatch.delivery..")
            .layer("dashboard")
            .definedBy("io.segwatch.dashboard..")
            .layer("launcher")
            .definedBy("io.segwatch.launcher..")
            .whereLayer("launcher")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("ingest")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("inference")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("topology")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("dashboard")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("broker")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("contracts")
            .mayOnlyAccessLayers("messages")
            .because("everything else depends on the contracts");

    @ArchTest
    static final ArchRule contractsNameNoKafkaClient = noClasses()
            .that()
            .resideInAPackage("io.segwatch.contracts..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "io.segwatch.kafka..", "io.segwatch.role..", "io.segwatch.secrets..")
            .because("any program may use them, whatever it speaks to Kafka with");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.segwatch.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyRoleIsNamedAsOne =
            classes().that().implement(Role.class).should().haveSimpleNameEndingWith("Role");

    @ArchTest
    static final ArchRule nothingIsCalledAfterItsShapeRatherThanItsPurpose = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..manager..", "..impl..")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Utils");
}
