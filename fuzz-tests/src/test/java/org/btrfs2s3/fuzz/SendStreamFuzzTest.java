package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.sendstream.DeviceNodes;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.SendStreamRewriter;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;

/** What {@code btrfs receive} is given as root has passed the verifier. */
final class SendStreamFuzzTest {

  private static final UUID OTHER = new UUID(7, 8);
  private static final UUID OTHER_PARENT = new UUID(9, 10);

  @FuzzTest(maxDuration = "10s")
  void isVerifiedOrRefused(byte[] bytes) throws IOException {
    byte[] stream = Checksums.corrected(bytes);
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
    var rewriter =
        new SendStreamRewriter(identity, "hidden", substitutes, DeviceNodes.ALLOWED, out);
    rewriter.update(stream, 0, stream.length);
    rewriter.finish();
    return out.toByteArray();
  }
}
