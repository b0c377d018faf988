package org.btrfs2s3.core.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.btrfs2s3.core.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryEntryTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void tellsWhatLstatTells() throws IOException {
    sh(
        """
        printf content >"$(printf 'f\\377')"; ln "$(printf 'f\\377')" other
        chmod 4751 other; touch -d '1969-12-31 23:59:58.999999995 UTC' other
        ln -s "$(printf 'to\\377')" link; mkfifo fifo; mkdir dir
        """);
    try (var open = Directory.open(directory)) {
      var file = new DirectoryEntry(open, new byte[] {'f', (byte) 0xff});
      var status = file.status();
      assertThat(status.type()).isEqualTo(FileType.FILE);
      assertThat(status.permissions()).isEqualTo(04751);
      assertThat(status.links()).isEqualTo(2);
      assertThat(status.size()).isEqualTo(7);
      assertThat(status.modified()).isEqualTo(Instant.ofEpochSecond(-2, 999_999_995));
      assertThat(status.id()).isEqualTo(entry(open, "other").status().id());
      try (var content = file.open()) {
        assertThat(content.readAllBytes()).asString().isEqualTo("content");
      }
      assertThat(entry(open, "link").status().type()).isEqualTo(FileType.SYMLINK);
      assertThat(entry(open, "link").target()).containsExactly('t', 'o', 0xff);
      assertThat(entry(open, "fifo").status().type()).isEqualTo(FileType.FIFO);
      assertThat(entry(open, "dir").status().type()).isEqualTo(FileType.DIRECTORY);
      assertThat(entry(open, ".").status().id()).isEqualTo(open.id());
      assertThatThrownBy(() -> entry(open, "none").status())
          .isInstanceOf(SystemCallException.class)
          .hasMessageContaining("ENOENT");
      assertThatThrownBy(() -> entry(open, "link").open()).isInstanceOf(SystemCallException.class);
    }
  }

  @Test
  void tellsExtendedAttributes() throws IOException {
    sh("setfattr -n user.a -v x . ; setfattr -n user.none . ; ln -s . link");
    try (var open = Directory.open(directory)) {
      var attributes = entry(open, ".").attributes();
      assertThat(attributes.keySet()).contains("user.a", "user.none");
      assertThat(attributes.get("user.a")).containsExactly('x');
      assertThat(attributes.get("user.none")).isEmpty();
      assertThat(entry(open, "link").attributes())
          .as("of the link itself")
          .doesNotContainKey("user.a");
    }
  }

  private void sh(String script) throws IOException {
    Command.run("bash", "-ec", "cd \"$0\"\n" + script, directory.toString());
  }

  private static DirectoryEntry entry(Directory open, String name) {
    return new DirectoryEntry(open, name.getBytes(StandardCharsets.UTF_8));
  }
}
