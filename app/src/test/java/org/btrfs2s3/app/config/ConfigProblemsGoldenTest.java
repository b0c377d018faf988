package org.btrfs2s3.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said about files: {@code problems.txt} has a name, a file and the expected output for
 * each case. {@code -Dbtrfs2s3.golden.update=true} writes the output anew, to be read as a diff.
 */
final class ConfigProblemsGoldenTest {

  private static final Path GOLDEN =
      Path.of("src/test/resources/org/btrfs2s3/app/config/problems.txt");

  @TempDir private static Path directory = Path.of("");

  private record Case(String name, String yaml, String expected) {

    static Case parse(String block) {
      int yaml = block.indexOf('\n') + 1;
      int expected = block.indexOf("\n>>>\n", yaml) + 5;
      return new Case(
          block.substring(0, yaml).strip(),
          block.substring(yaml, expected - 4),
          block.substring(expected));
    }

    String format(String output) {
      return "=== " + name + "\n" + yaml + ">>>\n" + output;
    }
  }

  @BeforeAll
  static void updateIfAsked() throws IOException {
    if (Boolean.getBoolean("btrfs2s3.golden.update")) {
      var updated = new StringBuilder();
      for (Case c : cases()) {
        updated.append(c.format(output(c)));
      }
      Files.writeString(GOLDEN, updated);
    }
  }

  @TestFactory
  Stream<DynamicTest> saysWhatIsWrongAndWhere() throws IOException {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
  }

  @Test
  void saysTheSameInATurkishLocale() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      for (Case c : cases()) {
        check(c);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static void check(Case c) throws IOException {
    assertThat(output(c)).isEqualTo(c.expected());
  }

  private static List<Case> cases() throws IOException {
    return Stream.of(Files.readString(GOLDEN).split("(?m)^=== "))
        .filter(block -> !block.isEmpty())
        .map(Case::parse)
        .toList();
  }

  private static String output(Case c) throws IOException {
    Path file = Files.writeString(directory.resolve("config.yaml"), c.yaml());
    List<String> lines = new ArrayList<>();
    try {
      Configuration read = ConfigurationReader.read(file, ZoneOffset.UTC);
      lines.add("OK");
      read.warnings().forEach(w -> lines.add("warning: " + w.describe(file)));
      read.updateErrors().forEach(e -> lines.add("no update: " + e.describe(file)));
    } catch (ConfigException e) {
      lines.add(String.valueOf(e.getMessage()));
    }
    return (String.join("\n", lines) + "\n").replace(directory + "/", "");
  }
}
