package dev.pipit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The invariants of ARCHITECTURE.md, each a test whose name is the sentence there. */
class ArchitectureTest {
    private static final JavaClasses PIPIT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.pipit");

    /** From the ground up: a package may use those before it, never those after it. */
    private static final List<String> ROWS =
            List.of(
                    "driver",
                    "board",
                    "time",
                    "json",
                    "mqtt",
                    "telemetry",
                    "monitor",
                    "spool",
                    "sampling",
                    "command",
                    "actuation",
                    "config",
                    "uplink",
                    "agent",
                    "cli");

    @Test
    void arrowsPointTowardsTheGroundOnly() {
        for (int row = 0; row < ROWS.size(); row++) {
            String[] above =
                    ROWS.subList(row + 1, ROWS.size()).stream()
                            .map(name -> "dev.pipit." + name + "..")
                            .toArray(String[]::new);
            if (above.length > 0) {
                hold(
                        noClasses()
                                .that()
                                .resideInAPackage("dev.pipit." + ROWS.get(row) + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(above));
            }
        }
    }

    @Test
    void thePacketAndSessionLayersUseNoSocketFileThreadOrClock() {
        hold(
                noClasses()
                        .that()
                        .resideInAnyPackage("dev.pipit.mqtt.packet..", "dev.pipit.mqtt.session..")
                        .should()
                        .dependOnClassesThat(
                                anyOf(
                                        "java.net.",
                                        "java.nio.file.",
                                        "java.nio.channels.",
                                        "java.io.File",
                                        "java.io.RandomAccessFile",
                                        "java.io.Input",
                                        "java.io.Data",
                                        "java.time.Clock",
                                        "java.lang.Thread",
                                        "java.util.concurrent.",
                                        "javax.net.")));
        hold(
                noClasses()
                        .that()
                        .resideInAnyPackage("dev.pipit.mqtt.packet..", "dev.pipit.mqtt.session..")
                        .should()
                        .callMethod(System.class, "nanoTime")
                        .orShould()
                        .callMethod(System.class, "currentTimeMillis"));
    }

    @Test
    void theMqttClientKnowsNothingOfSensorsSpoolOrTelemetry() {
        hold(
                noClasses()
                        .that()
                        .resideInAPackage("dev.pipit.mqtt..")
                        .should()
                        .dependOnClassesThat(
                                DescribedPredicate.describe(
                                        "are pipit's outside mqtt",
                                        other ->
                                                other.getPackageName().startsWith("dev.pipit.")
                                                        && !other.getPackageName()
                                                                .startsWith("dev.pipit.mqtt"))));
    }

    @Test
    void theSpoolKnowsNothingOfMqtt() {
        hold(
                noClasses()
                        .that()
                        .resideInAPackage("dev.pipit.spool..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.pipit.mqtt.."));
    }

    @Test
    void aDriverNeverSeesAnotherDriver() {
        hold(slices().matching("dev.pipit.driver.(*)..").should().notDependOnEachOther());
    }

    @Test
    void onlyBoardBuildsAContextOrNamesAProvider() {
        hold(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.pipit.board..")
                        .should()
                        .dependOnClassesThat(
                                anyOf(
                                        "com.pi4j.Pi4J",
                                        "com.pi4j.context.",
                                        "com.pi4j.provider.",
                                        "com.pi4j.plugin.")));
    }

    @Test
    void onlyActuationWritesAnOutput() {
        hold(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("dev.pipit.actuation..", "dev.pipit.driver..")
                        .should()
                        .callMethod(dev.pipit.driver.ActuatorDriver.class, "write", long.class));
    }

    @Test
    void onlyAgentPutsThePartsTogether() {
        hold(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "dev.pipit.agent..", "dev.pipit.sampling..", "dev.pipit.cli..")
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("dev.pipit.sampling.BusSampler"));
    }

    @Test
    void onlyCliPrintsOrExits() {
        hold(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.pipit.cli..")
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .orShould()
                        .accessField(System.class, "in")
                        .orShould()
                        .callMethod(System.class, "exit", int.class)
                        .orShould()
                        .callMethod(Runtime.class, "halt", int.class));
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        hold(
                classes()
                        .that()
                        .resideInAPackage("dev.pipit..")
                        .should(
                                com.tngtech.archunit.lang.conditions.ArchConditions.be(
                                        DescribedPredicate.describe(
                                                "in a null-marked package",
                                                (JavaClass type) ->
                                                        type.getPackage()
                                                                .isAnnotatedWith(
                                                                        "org.jspecify.annotations.NullMarked")))));
    }

    private static DescribedPredicate<JavaClass> anyOf(String... prefixes) {
        return DescribedPredicate.describe(
                "are named " + String.join(" or ", prefixes),
                type -> {
                    for (String prefix : prefixes) {
                        if (type.getFullName().startsWith(prefix)) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    /** Packages come one by one: a rule about one that is empty holds. */
    private static void hold(ArchRule rule) {
        rule.allowEmptyShould(true).check(PIPIT);
    }
}
