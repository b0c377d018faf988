package org.btrfs2s3.core.backup;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.DynamicTest;

/**
 * The conformance vectors of one name: those in the test resources, and those in every matching
 * file of the directory that the system property {@code btrfs2s3.vectors} names.
 */
final class VectorCases {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private VectorCases() {}

  /** One dynamic test per case. */
  static Stream<DynamicTest> tests(String name, Consumer<JsonNode> check) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = VectorCases.class.getResourceAsStream("/vectors/" + name + ".json")) {
      addTests(tests, name, MAPPER.readTree(in), check);
    }
    for (Path file : furtherFiles(name)) {
      addTests(tests, file.getFileName().toString(), MAPPER.readTree(file.toFile()), check);
    }
    return tests.stream();
  }

  private static void addTests(
      List<DynamicTest> tests, String origin, JsonNode file, Consumer<JsonNode> check) {
    for (JsonNode vector : file.get("cases")) {
      String title = origin + " " + tests.size() + " " + vector.path("note").asText();
      tests.add(DynamicTest.dynamicTest(title, () -> check.accept(vector)));
    }
  }

  private static List<Path> furtherFiles(String name) throws IOException {
    String directory = System.getProperty("btrfs2s3.vectors", "");
    if (directory.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files
          .filter(file -> file.getFileName().toString().matches(name + ".*\\.json"))
          .sorted()
          .toList();
    }
  }

  static BackupIdentity identity(JsonNode info) {
    String sendParent = info.get("send_parent_uuid").textValue();
    return new BackupIdentity(
        UUID.fromString(info.get("uuid").textValue()),
        UUID.fromString(info.get("parent_uuid").textValue()),
        sendParent == null ? null : UUID.fromString(sendParent),
        ctransid(info),
        ctime(info));
  }

  static Ctransid ctransid(JsonNode node) {
    return new Ctransid(node.get("ctransid").bigIntegerValue());
  }

  /** To the nanosecond. */
  static Instant ctime(JsonNode node) {
    BigDecimal seconds = node.get("ctime").decimalValue();
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    BigDecimal nanos = seconds.subtract(whole).movePointRight(9).setScale(0, RoundingMode.FLOOR);
    return Instant.ofEpochSecond(whole.longValueExact(), nanos.longValueExact());
  }
}
