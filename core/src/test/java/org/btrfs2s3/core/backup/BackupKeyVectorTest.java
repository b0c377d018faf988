package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the Python tool reads and writes: its buckets must work unchanged. */
final class BackupKeyVectorTest {

  @TestFactory
  Stream<DynamicTest> decodesWhatThePythonToolDecodes() throws IOException {
    return VectorCases.tests("a_key_decode", BackupKeyVectorTest::checkDecoding);
  }

  private static void checkDecoding(JsonNode vector) {
    ParsedKey parsed = BackupKey.decode(vector.get("key").textValue());
    if (vector.get("ok").booleanValue()) {
      assertThat(parsed).isInstanceOf(ParsedKey.Known.class);
      assertThat(((ParsedKey.Known) parsed).identity())
          .isEqualTo(VectorCases.identity(vector.get("info")));
    } else {
      assertThat(parsed).isNotInstanceOf(ParsedKey.Known.class);
    }
  }

  @TestFactory
  Stream<DynamicTest> encodesAsThePythonToolDoes() throws IOException {
    return VectorCases.tests("a_key_encode", BackupKeyVectorTest::checkEncoding);
  }

  private static void checkEncoding(JsonNode vector) {
    String base = vector.get("base").textValue();
    BackupIdentity identity = VectorCases.identity(vector.get("info"));
    if (BackupKey.ZERO.equals(identity.sendParent())) {
      // All zero in a key means that there is none.
      identity =
          new BackupIdentity(
              identity.uuid(), identity.source(), null, identity.ctransid(), identity.ctime());
    }
    ZoneId zone = ZoneId.of(vector.get("tz").textValue());
    String expected = vector.get("key").textValue();

    assertThat(BackupKey.format(base, identity, zone)).isEqualTo(expected);
    String key = BackupKey.encode(base, identity, zone, List.of());
    if (vector.has("raises")) {
      // The Python tool cannot read this key of its own; ours must be readable.
      assertThat(BackupKey.decode(expected)).isInstanceOf(ParsedKey.Foreign.class);
    } else {
      assertThat(key).isEqualTo(expected);
    }
    assertThat(((ParsedKey.Known) BackupKey.decode(key)).identity()).isEqualTo(identity);
  }
}
