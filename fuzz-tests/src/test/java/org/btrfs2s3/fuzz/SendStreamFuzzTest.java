package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamRewriter;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;

/** What {@code btrfs receive} is given as root has passed the verifier. */
final class SendStreamFuzzTest {

  private static final int HEADER = 17;
  private static final int COMMAND_HEADER = 10;
  private static final UUID OTHER = new UUID(7, 8);
  private static final UUID OTHER_PARENT = new UUID(9, 10);

  @FuzzTest(maxDuration = "10s")
  void isVerifiedOrRefused(byte[] bytes) throws IOException {
    byte[] stream = withChecksums(bytes);
    StreamIdentity identity;
    try {
      identity = verify(stream, stream.length);
    } catch (SendStreamException refused) {
      return;
    }
    assertThat(verify(stream, 1)).isEqualTo(identity);
    var rewritten = verify(rewrite(stream, identity), 1000);
    assertThat(rewritten.uuid()).isEqualTo(OTHER);
    assertThat(rewritten.parentUuid())
        .isEqualTo(identity.parentUuid() == null ? null : OTHER_PARENT);
  }

  /** What a fuzzer could hardly guess. */
  private static byte[] withChecksums(byte[] bytes) {
    byte[] fixed = bytes.clone();
    var buffer = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEADER;
    while (at + COMMAND_HEADER <= fixed.length) {
      int body = buffer.getInt(at);
      if (body < 0 || body > fixed.length - at - COMMAND_HEADER) {
        break;
      }
      buffer.putInt(at + 6, 0);
      var crc = new CRC32C();
      crc.update(new byte[] {-1, -1, -1, -1});
      crc.update(fixed, at, COMMAND_HEADER + body);
      buffer.putInt(at + 6, ~(int) crc.getValue());
      at += COMMAND_HEADER + body;
    }
    return fixed;
  }

  private static StreamIdentity verify(byte[] stream, int chunk) throws SendStreamException {
    var verifier = SendStreamVerifier.inspecting();
    for (int from = 0; from < stream.length; from += chunk) {
      verifier.update(stream, from, Math.min(chunk, stream.length - from));
    }
    return verifier.finish();
  }

  private static byte[] rewrite(byte[] stream, StreamIdentity identity) throws IOException {
    Map<UUID, UUID> substitutes = new HashMap<>();
    UUID parent = identity.parentUuid();
    if (parent != null) {
      substitutes.put(parent, OTHER_PARENT);
    }
    substitutes.put(identity.uuid(), OTHER);
    var out = new ByteArrayOutputStream();
    var rewriter = new SendStreamRewriter(identity, "hidden", substitutes, out);
    rewriter.update(stream, 0, stream.length);
    rewriter.finish();
    return out.toByteArray();
  }
}
