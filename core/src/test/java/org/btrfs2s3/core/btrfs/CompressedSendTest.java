package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompressedSendTest {

  private static final List<String> NEW_TOOL = List.of("echo", "--proto N  --compressed-data");
  private static final List<String> OLD_TOOL = List.of("echo", "--no-data");

  @TempDir private Path directory = Path.of("");

  private Path kernel(String version) throws IOException {
    return Files.writeString(directory.resolve("send_stream_version"), version + "\n");
  }

  @Test
  void isThereIfKernelAndToolKnowIt() throws IOException {
    for (String version : List.of("2", "3")) {
      var support = new CompressedSend(kernel(version), NEW_TOOL);
      assertThatCode(support::requireSupport).doesNotThrowAnyException();
    }
  }

  @Test
  void saysThatTheKernelIsTooOld() throws IOException {
    for (Path kernel : List.of(kernel("1"), directory.resolve("missing"))) {
      assertThatThrownBy(() -> new CompressedSend(kernel, NEW_TOOL).requireSupport())
          .isInstanceOf(BtrfsException.class)
          .hasMessageContaining("this kernel cannot, Linux 6.0 can");
    }
  }

  @Test
  void saysThatTheToolIsTooOld() throws IOException {
    Path kernel = kernel("2");

    assertThatThrownBy(() -> new CompressedSend(kernel, OLD_TOOL).requireSupport())
        .isInstanceOf(BtrfsException.class)
        .hasMessageContaining("this btrfs-progs cannot, 5.19 can");
  }
}
