package dev.tocsin;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.InstantSource;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "dev.tocsin", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.tocsin.(**)").should().beFreeOfCycles();

    // RE2 is a pure library, and a matcher means what RE2 says it means.
    @ArchTest
    static final ArchRule DOMAIN_IS_PURE = classes()
            .that()
            .resideInAPackage("..domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tocsin.domain..",
                    "java.lang..",
                    "java.util..",
                    "java.math..",
                    "java.time..",
                    "org.jspecify..",
                    "com.google.re2j..");

    @ArchTest
    static final ArchRule DOMAIN_NEVER_ASKS_THE_TIME = noClasses()
            .that()
            .resideInAPackage("..domain..")
            .should()
            .callMethodWhere(target(nameMatching("now|currentTimeMillis|nanoTime")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(InstantSource.class);

    @ArchTest
    static final ArchRule SQL_STAYS_IN_STRESS_AND_LEDGER = noClasses()
            .that()
            .resideOutsideOfPackages("..stress..", "dev.tocsin.ledger..", "..lab..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..");

    @ArchTest
    static final ArchRule KUBERNETES_STAYS_IN_CLUSTER = noClasses()
            .that()
            .resideOutsideOfPackages("..cluster..", "..lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule ROUTES_STAY_AT_THE_HTTP_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages("..http..", "..webhook..", "..runs..", "..app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.ext.web..");

    @ArchTest
    static final ArchRule COMMAND_LINE_STAYS_IN_CLI = noClasses()
            .that()
            .resideOutsideOfPackages("..cli..", "..lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_LAB = noClasses()
            .that()
            .resideOutsideOfPackage("..lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..lab..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_ENDS_THE_PROGRAM =
            noClasses().that().resideOutsideOfPackage("..cli..").should().callMethod(System.class, "exit", int.class);

    /** A test that is skipped proves nothing, and looks like one that passed. */
    @ArchTest
    static void noTestCanSkipItself(JavaClasses ours) {
        var tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("dev.tocsin");
        assertThat(tests).hasSizeGreaterThan(100);
        noClasses()
                .should()
                .dependOnClassesThat(nameMatching("org\\.junit\\.jupiter\\.api\\.(condition\\..*|Disabled|Assumptions)"
                        + "|org\\.assertj\\.core\\.api\\.Assumptions|org\\.opentest4j\\.TestAbortedException"))
                .check(tests);
    }

    /** But for the package that ANTLR generates, which knows nothing of JSpecify. */
    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses all) {
        assertThat(all.stream()
                        .map(each -> each.getPackage())
                        .filter(each -> !each.getName().equals("dev.tocsin.promql.grammar"))
                        .distinct())
                .as("packages that hold classes")
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class), "are @NullMarked");
    }

    /** A rule over classes that are not there would pass for ever. */
    @ArchTest
    static void theRulesSeeTheCode(JavaClasses all) {
        assertThat(all).hasSizeGreaterThan(150);
        assertThat(all.stream().map(each -> each.getPackage()).map(JavaPackage::getName))
                .contains("dev.tocsin.domain.run", "dev.tocsin.stress", "dev.tocsin.cluster", "dev.tocsin.lab");
    }
}
