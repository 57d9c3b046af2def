package io.segwatch.launcher;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.segwatch.role.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

@AnalyzeClasses(
        packages = "io.segwatch",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {
    /** Other modules' test helpers lie in jars when the modules are packaged. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

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
                    "io.segwatch.failure..",
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
    static final ArchRule whatHappensOnACameraKnowsNoKafka = noClasses()
            .that()
            .resideInAPackage("io.segwatch.topology.camera..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "io.segwatch.kafka..")
            .because("it is the same live, after a restart, in a backtest and in a test: event time in, facts out");

    @ArchTest
    static final ArchRule onlyOnePackageMakesKafkaClients = noClasses()
            .that()
            .resideOutsideOfPackage("io.segwatch.kafka..")
            .should()
            .callConstructorWhere(target(owner(assignableTo(Consumer.class).or(assignableTo(Producer.class)))))
            .because("every client has the same settings, and every reader the same policy for failures");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.segwatch.(**)").should().beFreeOfCycles();

    /** Contracts, the Kafka kit and the model are made to be used from many places. */
    private static final Set<String> OPEN = Set.of("contracts", "kafka", "inference.model");

    private static final int MAX_DOORS = 3;

    @ArchTest
    static void aPackageHasFewDoors(JavaClasses classes) {
        Map<String, List<String>> doors = classes.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getPackageName().startsWith("io.segwatch.v1"))
                // Kafka Streams makes these by their names.
                .filter(type -> type.getAllRawInterfaces().stream()
                        .noneMatch(of -> of.getPackageName().startsWith("org.apache.kafka.streams")))
                .collect(groupingBy(
                        type -> type.getPackageName().substring("io.segwatch.".length()),
                        TreeMap::new,
                        mapping(JavaClass::getSimpleName, toList())));
        doors.keySet().removeAll(OPEN);
        doors.values().removeIf(types -> types.size() <= MAX_DOORS);
        assertThat(doors)
                .as("packages with more than %d public types", MAX_DOORS)
                .isEmpty();
    }

    @ArchTest
    static void aNameIsUsedOnce(JavaClasses classes) {
        Map<String, List<String>> names = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getPackageName().startsWith("io.segwatch.v1"))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getSimpleName, TreeMap::new, mapping(JavaClass::getName, toList())));
        names.values().removeIf(types -> types.size() == 1);
        assertThat(names).as("types of the same name").isEmpty();
    }

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
