package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class HeldBackOutputTest {

  @Property(seed = "1")
  void passesOnAllButTheLastBytes(
      @ForAll @Size(max = 20) List<byte @Size(max = 30) []> chunks,
      @ForAll @IntRange(min = 1, max = 15) int held)
      throws IOException {
    var all = new ByteArrayOutputStream();
    var passed = new ByteArrayOutputStream();
    var output = new HeldBackOutput(passed, held);

    for (byte[] chunk : chunks) {
      output.write(chunk);
      all.write(chunk);
      int expected = Math.max(0, all.size() - held);
      assertThat(passed.toByteArray()).isEqualTo(Arrays.copyOf(all.toByteArray(), expected));
    }

    output.release();
    assertThat(passed.toByteArray()).isEqualTo(all.toByteArray());
  }
}
