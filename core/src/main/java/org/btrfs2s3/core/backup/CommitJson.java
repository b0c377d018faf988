package org.btrfs2s3.core.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;

/** {@link CommitDocument} as JSON, in UTF-8. Members that it does not know are ignored. */
public final class CommitJson {

  private static final int VERSION = 1;

  /** Whatever follows the document, or contradicts itself in it, is damage. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private CommitJson() {}

  public static byte[] write(CommitDocument document) {
    var root = MAPPER.createObjectNode();
    var identity = document.identity();
    var sendParent = identity.sendParent();
    root.put("version", VERSION)
        .put("uuid", identity.uuid().toString())
        .put("source", identity.source().toString())
        .put("send_parent", sendParent == null ? null : sendParent.toString())
        .put("ctransid", identity.ctransid().value())
        .put("ctime", identity.ctime().toString())
        .put("attempt", document.attempt().id())
        .put("encoding", document.encoding())
        .put("send_options", document.sendOptions())
        .put("segment_size", document.segmentBytes())
        .put("raw_length", document.rawLength())
        .put("raw_sha256", document.rawSha256());
    var recipients = root.putArray("recipients");
    document.recipients().forEach(recipients::add);
    var segments = root.putArray("segments");
    for (var segment : document.segments()) {
      segments
          .addObject()
          .put("name", segment.name())
          .put("size", segment.content().size())
          .put("sha256", segment.content().sha256())
          .put("raw_offset", segment.rawOffset())
          .put("raw_length", segment.rawLength());
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can always be written", e);
    }
  }

  /**
   * Reads a document, of whatever origin.
   *
   * @throws IOException if it is none, or one of another version; the message says why
   */
  public static CommitDocument read(byte[] json) throws IOException {
    var root = MAPPER.readTree(json);
    try {
      if (number(root, "version") != VERSION) {
        throw new IOException("commit object of version " + root.get("version"));
      }
      return document(root);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException("damaged commit object: " + e.getMessage(), e);
    }
  }

  private static CommitDocument document(JsonNode root) {
    var sendParent = root.get("send_parent");
    var identity =
        new BackupIdentity(
            UUID.fromString(text(root, "uuid")),
            UUID.fromString(text(root, "source")),
            sendParent == null || sendParent.isNull() ? null : UUID.fromString(sendParent.asText()),
            new Ctransid(new BigInteger(required(root, "ctransid").asText())),
            Instant.parse(text(root, "ctime")));
    List<String> recipients = new ArrayList<>();
    required(root, "recipients").forEach(recipient -> recipients.add(recipient.asText()));
    List<CommitDocument.Segment> segments = new ArrayList<>();
    required(root, "segments").forEach(segment -> segments.add(segment(segment)));
    return new CommitDocument(
        identity,
        new Attempt(text(root, "attempt")),
        text(root, "encoding"),
        recipients,
        text(root, "send_options"),
        number(root, "segment_size"),
        segments,
        number(root, "raw_length"),
        text(root, "raw_sha256"));
  }

  private static CommitDocument.Segment segment(JsonNode json) {
    return new CommitDocument.Segment(
        text(json, "name"),
        new StoredContent(number(json, "size"), text(json, "sha256")),
        number(json, "raw_offset"),
        number(json, "raw_length"));
  }

  private static String text(JsonNode json, String name) {
    return required(json, name).asText();
  }

  private static long number(JsonNode json, String name) {
    var number = required(json, name);
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
      throw new IllegalArgumentException("no whole number: " + name);
    }
    return number.asLong();
  }

  private static JsonNode required(JsonNode json, String name) {
    var member = json.get(name);
    if (member == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return member;
  }
}
