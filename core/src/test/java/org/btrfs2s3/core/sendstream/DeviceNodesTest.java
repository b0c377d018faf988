package org.btrfs2s3.core.sendstream;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.sendstream.SendStreamWriter.Attributes;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** Which nodes are refused where nothing keeps a stream from devices. (Invariant 10.) */
final class DeviceNodesTest {

  private static final UUID ID = new UUID(1, 1);
  private static final StreamIdentity IDENTITY = new StreamIdentity(ID, Ctransid.ofKernel(5), null);
  private static final DeviceNodes REFUSED = new DeviceNodes("ask the owner");
  private static final int MKNOD = 5;
  private static final long BLOCK = 0060644;
  private static final long CHARACTER = 0020644;

  private static void rewrite(DeviceNodes nodes, long mode, long device) throws IOException {
    var node = new Attributes().add(15, "größe").add(3, 257).add(8, device).add(5, mode);
    var stream =
        SendStreamWriter.v1().begin("data", IDENTITY).command(MKNOD, node).end().toByteArray();
    var rewriter =
        new SendStreamRewriter(
            IDENTITY, "new", Map.of(ID, ID), nodes, OutputStream.nullOutputStream());
    rewriter.update(stream, 0, stream.length);
    rewriter.finish();
  }

  @Test
  void nodesOfDevicesAreRefusedByNameAndNumber() {
    assertThatThrownBy(() -> rewrite(REFUSED, BLOCK, 0x801))
        .isInstanceOf(DeviceNodeException.class)
        .hasMessageContaining("größe")
        .hasMessageContaining("8:1")
        .hasMessageEndingWith("ask the owner");
    assertThatThrownBy(() -> rewrite(REFUSED, CHARACTER, 0x10300100))
        .hasMessageContaining("1:66304");
  }

  @Test
  void whiteoutsAreNoDevices() {
    assertThatCode(() -> rewrite(REFUSED, CHARACTER, 0)).doesNotThrowAnyException();
  }

  @Test
  void anyNodeIsMadeWhereItDoesNoHarm() {
    assertThatCode(() -> rewrite(DeviceNodes.ALLOWED, BLOCK, 0x801)).doesNotThrowAnyException();
  }
}
