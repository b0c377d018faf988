package org.btrfs2s3.policy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * One conformance case of the project's own resources, or of the directory named by the system
 * property {@code btrfs2s3.vectors}.
 *
 * @param deviation the reason why the project wants another result, from {@code deviations.json};
 *     empty if it does not
 * @param bundled whether it is one of the project's own, where each deviation must be listed
 */
record VectorCase(String id, JsonNode json, String deviation, boolean bundled) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  static List<VectorCase> all(String kind) throws IOException {
    List<VectorCase> cases = new ArrayList<>();
    addAll(cases, resource(kind + ".json"), deviations(kind), true);
    String directory = System.getProperty("btrfs2s3.vectors", "");
    if (!directory.isEmpty()) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(Path.of(directory), kind + "*.json")) {
        for (Path file : files) {
          addAll(cases, file, Map.of(), false);
        }
      }
    }
    return cases;
  }

  private static void addAll(
      List<VectorCase> cases, Path file, Map<String, String> deviations, boolean bundled)
      throws IOException {
    Map<String, String> unused = new TreeMap<>(deviations);
    for (JsonNode json : JSON.readTree(file.toFile()).get("cases")) {
      String id = id(json);
      String deviation = deviations.getOrDefault(id, "");
      unused.remove(id);
      cases.add(new VectorCase(id, json, deviation, bundled));
    }
    if (!unused.isEmpty()) {
      throw new IllegalStateException("deviations without a case: " + unused.keySet());
    }
  }

  private static String id(JsonNode json) {
    if (json.has("id")) {
      return json.get("id").asText();
    }
    if (json.has("input")) {
      return json.get("input").toString();
    }
    String time = json.get(json.has("now") ? "now" : "timestamp").asText();
    return json.get("tz").asText() + " " + time + " " + json.get("policy").asText();
  }

  private static Map<String, String> deviations(String kind) throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    for (JsonNode deviation : JSON.readTree(resource("deviations.json").toFile())) {
      if (deviation.get("vectors").asText().equals(kind)) {
        deviation
            .get("cases")
            .forEach(id -> reasons.put(id.asText(), deviation.get("reason").asText()));
      }
    }
    return reasons;
  }

  private static Path resource(String name) {
    try {
      URI uri = VectorCase.class.getResource("/vectors/" + name).toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  boolean deviates() {
    return !deviation.isEmpty();
  }

  ZoneId zone() {
    return ZoneId.of(json.get("tz").asText());
  }

  PreservationPolicy policy() {
    return PreservationPolicy.parse(json.get("policy").asText());
  }

  Instant instant(String field) {
    return instant(json.get(field));
  }

  static Instant instant(JsonNode epochSeconds) {
    BigDecimal seconds = epochSeconds.decimalValue();
    return Instant.EPOCH
        .plusSeconds(seconds.toBigInteger().longValueExact())
        .plusNanos(seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
  }

  static Interval interval(JsonNode startAndEnd) {
    return new Interval(instant(startAndEnd.get(0)), instant(startAndEnd.get(1)));
  }

  static List<Interval> intervals(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(VectorCase::interval).toList();
  }

  /** A time span as the vectors have it: without its timeframe, and perhaps empty. */
  record Interval(Instant start, Instant end) {

    static Interval of(TimeSpan span) {
      return new Interval(span.start(), span.end());
    }

    Duration length() {
      return Duration.between(start, end);
    }

    static List<Interval> of(Iterable<TimeSpan> spans) {
      return StreamSupport.stream(spans.spliterator(), false).map(Interval::of).toList();
    }
  }
}
