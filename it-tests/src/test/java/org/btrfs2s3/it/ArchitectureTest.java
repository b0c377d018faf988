package org.btrfs2s3.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.NewObject;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house: which package may use which. A package that is not listed here may not exist. */
class ArchitectureTest {
  private static final String POLICY = "org.btrfs2s3.policy";
  private static final String BACKUP = "org.btrfs2s3.core.backup";
  private static final String LINUX = "org.btrfs2s3.core.linux";
  private static final String SEND_STREAM = "org.btrfs2s3.core.sendstream";
  private static final String STORE = "org.btrfs2s3.core.store";
  private static final String CATALOG = "org.btrfs2s3.core.catalog";
  private static final String PLAN = "org.btrfs2s3.core.plan";
  private static final String EXPLAIN = "org.btrfs2s3.core.explain";

  /** Besides itself, the JDK and the libraries, a package may use these of ours. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry(POLICY, Set.of()),
          Map.entry(BACKUP, Set.of(POLICY)),
          Map.entry(LINUX, Set.of()),
          Map.entry("org.btrfs2s3.core.btrfs", Set.of(POLICY, BACKUP, LINUX)),
          Map.entry(SEND_STREAM, Set.of(POLICY)),
          Map.entry("org.btrfs2s3.core.pipeline", Set.of(SEND_STREAM, POLICY)),
          Map.entry(STORE, Set.of(POLICY, BACKUP, LINUX)),
          Map.entry(CATALOG, Set.of(POLICY, BACKUP, STORE)),
          Map.entry(PLAN, Set.of(POLICY, BACKUP, STORE, CATALOG)),
          Map.entry(
              "org.btrfs2s3.core.content",
              Set.of(POLICY, BACKUP, STORE, CATALOG, "org.btrfs2s3.core.pipeline")),
          Map.entry(
              "org.btrfs2s3.core.inventory",
              Set.of(POLICY, BACKUP, STORE, CATALOG, SEND_STREAM, "org.btrfs2s3.core.content")),
          Map.entry(EXPLAIN, Set.of(POLICY, BACKUP, STORE, CATALOG, PLAN)),
          Map.entry("org.btrfs2s3.core.run", Set.of()),
          Map.entry("org.btrfs2s3.core.update", Set.of(POLICY, "org.btrfs2s3.core..")),
          Map.entry("org.btrfs2s3.core.restore", Set.of(POLICY, "org.btrfs2s3.core..")),
          Map.entry("org.btrfs2s3.core.verify", Set.of(POLICY, "org.btrfs2s3.core..")),
          Map.entry("org.btrfs2s3.core.reseed", Set.of(POLICY, "org.btrfs2s3.core..")),
          Map.entry("org.btrfs2s3.s3", Set.of(POLICY, "org.btrfs2s3.core..")),
          Map.entry("org.btrfs2s3.app..", Set.of("org.btrfs2s3..")));

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ArchitectureTest::isProduction)
          .importPackages("org.btrfs2s3");

  private static boolean isProduction(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  @Test
  void seesTheProductionCodeAndOnlyIt() {
    assertThat(PRODUCTION.stream().map(JavaClass::getPackageName))
        .contains(POLICY, BACKUP)
        .doesNotContain("org.btrfs2s3.it");
  }

  @Test
  void everyPackageHasItsPlace() {
    classes()
        .should(resideIn(MAY_USE.keySet()))
        .because("a new package needs a line in the table of what it may use")
        .check(PRODUCTION);
  }

  @TestFactory
  Stream<DynamicTest> packageUsesOnlyWhatItMay() {
    return MAY_USE.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> mayUse(entry.getKey(), entry.getValue()).check(PRODUCTION)));
  }

  /** The twin of the rules: they do see a forbidden use. */
  @Test
  void ruleFailsOnForbiddenUse() {
    assertThatThrownBy(() -> mayUse(BACKUP, Set.of()).check(PRODUCTION))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(POLICY);
    assertThatThrownBy(() -> only("java.util..", POLICY).check(PRODUCTION))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void policyUsesTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage(POLICY)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(POLICY, "java..", "org.jspecify.annotations"))
        .check(PRODUCTION);
  }

  @Test
  void systemCallsUseTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage(LINUX)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(LINUX, "java..", "org.jspecify.annotations"))
        .allowEmptyShould(true)
        .check(PRODUCTION);
  }

  @Test
  void planKnowsObjectsByTheirNamesOnly() {
    noClasses()
        .that()
        .resideInAPackage(PLAN)
        .should()
        .dependOnClassesThat(
            resideInAPackage(STORE)
                .and(DescribedPredicate.not(HasName.Predicates.name(STORE + ".ObjectKey")))
                .and(DescribedPredicate.not(HasName.Predicates.name(STORE + ".UnfinishedUpload"))))
        .allowEmptyShould(true)
        .check(PRODUCTION);
  }

  @Test
  void foreignFunctionsStayWithTheSystemCalls() {
    // Elsewhere only memory: the pipeline gives zstd buffers that it can free at a known time.
    noClasses()
        .that()
        .resideOutsideOfPackage(LINUX)
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.lang.foreign..")
                .and(DescribedPredicate.not(HasName.Predicates.name("java.lang.foreign.Arena")))
                .and(
                    DescribedPredicate.not(
                        HasName.Predicates.name("java.lang.foreign.MemorySegment"))))
        .check(PRODUCTION);
  }

  @Test
  void awsStaysBehindTheStore() {
    only("software.amazon..", "org.btrfs2s3.s3").check(PRODUCTION);
  }

  @Test
  void compressionAndEncryptionStayInThePipeline() {
    only("org.bouncycastle..", "org.btrfs2s3.core.pipeline").check(PRODUCTION);
    only("com.github.luben..", "org.btrfs2s3.core.pipeline").check(PRODUCTION);
  }

  @Test
  void commandLineAndFormatsOfFilesStayInTheApp() {
    only("picocli..", "org.btrfs2s3.app..").check(PRODUCTION);
    // The commit object of a segmented backup is JSON, too.
    noClasses()
        .that()
        .resideOutsideOfPackages("org.btrfs2s3.app..", BACKUP)
        .should()
        .dependOnClassesThat(resideInAPackage("com.fasterxml.."))
        .check(PRODUCTION);
    only("org.yaml..", "org.btrfs2s3.app..").check(PRODUCTION);
    only("me.tongfei..", "org.btrfs2s3.app.console").check(PRODUCTION);
  }

  @Test
  void updatesKnowNoOtherUseCase() {
    noClasses()
        .that()
        .resideInAPackage("org.btrfs2s3.core.update")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.btrfs2s3.core.restore",
                "org.btrfs2s3.core.verify",
                "org.btrfs2s3.core.reseed"))
        .check(PRODUCTION);
  }

  @Test
  void decidingCodeHasNoEffects() {
    noClasses()
        .that()
        .resideInAnyPackage(POLICY, CATALOG, PLAN, EXPLAIN)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io..",
                    "java.net..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.util.concurrent..",
                    "org.slf4j..")
                .or(
                    DescribedPredicate.describe(
                        "are clocks, threads, processes or random",
                        type ->
                            type.isAssignableTo(Clock.class)
                                || type.isAssignableTo(Thread.class)
                                || type.isAssignableTo(Process.class)
                                || type.isAssignableTo(ProcessBuilder.class)
                                || type.isAssignableTo(Random.class))))
        .orShould()
        .accessTargetWhere(isAmbient())
        .check(PRODUCTION);
  }

  @Test
  void nothingBelowTheAppUsesTheDefaultZoneOrLocale() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.btrfs2s3.app..")
        .should()
        .callMethod(ZoneId.class, "systemDefault")
        .orShould()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(PRODUCTION);
  }

  /** Invariant 11: nothing visible is overwritten, but by a repair. */
  @Test
  void onlyRepairsReplaceObjects() {
    onlyKnowReplacing(
            STORE + ".NewObject$Predecessor",
            // A backup that repair makes anew under its key; its commit object; and the signature
            // of a commit object, which is no backup.
            "org.btrfs2s3.core.update.RemoteUpload",
            "org.btrfs2s3.core.update.CommitRepair",
            "org.btrfs2s3.core.content.CommitObject",
            "org.btrfs2s3.core.content.CommitSignature",
            // The stores, which do it.
            STORE + ".StagedFile",
            "org.btrfs2s3.s3.S3PendingObject")
        .check(PRODUCTION);
    assertThatThrownBy(() -> onlyKnowReplacing(STORE + ".NewObject$Predecessor").check(PRODUCTION))
        .as("the twin: the rule sees who does")
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("RemoteUpload")
        .hasMessageContaining("CommitSignature");
  }

  private static ArchRule onlyKnowReplacing(String... classes) {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "are not allowed to replace objects",
                type -> !Set.of(classes).contains(type.getName())))
        .should()
        .accessField(NewObject.Predecessor.class, "REPLACED")
        .orShould()
        .callMethod(NewObject.Predecessor.class, "values")
        .orShould()
        .callMethod(NewObject.Predecessor.class, "valueOf", String.class);
  }

  private static ArchRule mayUse(String user, Set<String> used) {
    String[] allowed = Stream.concat(Stream.of(user), used.stream()).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(user)
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.btrfs2s3..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        // Packages appear with the features that need them.
        .allowEmptyShould(true);
  }

  private static ArchRule only(String library, String user) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(user)
        .should()
        .dependOnClassesThat(resideInAPackage(library));
  }

  private static DescribedPredicate<JavaAccess<?>> isAmbient() {
    return DescribedPredicate.describe(
        "asks the clock, the environment or chance",
        access -> {
          AccessTarget target = access.getTarget();
          JavaClass owner = target.getOwner();
          return (owner.getPackageName().equals("java.time") && target.getName().equals("now"))
              || (owner.isEquivalentTo(UUID.class) && target.getName().equals("randomUUID"))
              || (owner.isEquivalentTo(System.class)
                  && Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "out", "err")
                      .contains(target.getName()));
        });
  }

  private static ArchCondition<JavaClass> resideIn(Set<String> packages) {
    return ArchConditions.resideInAnyPackage(packages.toArray(String[]::new));
  }
}
