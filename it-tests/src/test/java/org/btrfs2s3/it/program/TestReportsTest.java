package org.btrfs2s3.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What continuous integration tells of the tests that failed, where nobody sees their reports. */
class TestReportsTest {
  private static final Path SCRIPT = Path.of("..", "scripts", "TestReports.java").toAbsolutePath();
  private static final String SECRET = "correct horse";

  @TempDir private Path directory = Path.of("");

  private Result judge(String... cases) throws IOException {
    Path reports = Files.createDirectories(directory.resolve("module/target/surefire-reports"));
    Files.writeString(
        reports.resolve("TEST-some.Test.xml"),
        "<testsuite name='some.Test'>" + String.join("", cases) + "</testsuite>");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return Program.bash("cd \"$1\"; shift; exec \"$@\"", directory, java, SCRIPT, "no Docker")
        .withEnvironment("SOME_PASSPHRASE", SECRET)
        .run();
  }

  private static String test(String name, String inside) {
    return "<testcase classname='some.Test' name='" + name + "'>" + inside + "</testcase>";
  }

  @Test
  void aFailureIsToldWithItsCauseOnOneLine() throws IOException {
    String late = "x".repeat(1000);
    String stdout =
        judge(
                test("good", ""),
                test("skipped", "<skipped message='no Docker here'/>"),
                test(
                    "bad",
                    "<failure message='&#10;Expecting actual:&#10;  &#x9b;31m " + SECRET + "'/>"),
                test("long", "<error message='begins " + late + " to be empty'>at</error>"),
                test(
                    "silent",
                    "<error type='java.io.IOException'>java.io.IOException&#10;at" + "</error>"))
            .expect(1)
            .stdout();

    assertThat(stdout.lines().filter(line -> !line.isBlank()))
        .hasSize(4)
        .contains(
            "FAILED: some.Test bad: Expecting actual: ?31m ***",
            "FAILED: some.Test silent: java.io.IOException")
        .anyMatch(line -> line.matches("FAILED: some.Test long: begins x+ … x+ to be empty"))
        .allMatch(line -> line.length() < 350)
        .last()
        .isEqualTo("1 passed, 3 failed, 1 skipped");
  }

  @Test
  void nothingIsToldWhereNothingFailed() throws IOException {
    assertThat(judge(test("good", "")).expect(0).stdout().strip())
        .isEqualTo("1 passed, 0 failed, 0 skipped");
    assertThat(judge(test("skipped", "<skipped message='why'/>")).expect(1).stdout())
        .contains("FAILED: some.Test skipped: skipped, but this machine can run it: why");
  }
}
