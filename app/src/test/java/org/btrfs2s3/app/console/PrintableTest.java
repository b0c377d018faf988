package org.btrfs2s3.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.store.Listing;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.StoredObject;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.Test;

/** Names in a bucket cannot play with the terminal. */
final class PrintableTest {

  @Test
  void showsWhatDoesNotShow() {
    assertThat(Printable.line("a\u001b[2J\r\nb\u009b\u202ec\u2028\ud800"))
        .isEqualTo("a\\u001b[2J\\u000d\\u000ab\\u009b\\u202ec\\u2028\\ud800");
  }

  @Test
  void leavesOtherTextAlone() {
    var text = "data Größe 数据 😀 └─ \\u001b";

    assertThat(Printable.line(text)).isEqualTo(text);
  }

  @Test
  void keepsTheLinesOfLongerTexts() {
    assertThat(Printable.text("one\ntwo\u0007")).isEqualTo("one\ntwo\\u0007");
    assertThat(Printable.text("one\n\tindented")).isEqualTo("one\n  indented");
    assertThat(Printable.line("one\ttwo")).isEqualTo("one\\u0009two");
  }

  @Test
  void aListingHasNoControlCharacters() {
    var time = Instant.parse("2026-01-31T12:00:00Z");
    var identity =
        new BackupIdentity(new UUID(0, 1), new UUID(0, 99), null, Ctransid.ofKernel(1), time);
    var key = BackupKey.encode("data\u001b[31m", identity, ZoneOffset.UTC, List.of());
    var objects =
        List.of(
            new StoredObject(new ObjectKey(key), 1, time, null),
            new StoredObject(new ObjectKey("folder\u0007/" + key), 1, time, null));

    var lines = new RemoteListing("r", "/mnt", new Listing(objects, null)).lines(ZoneOffset.UTC);

    assertThat(lines).noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    assertThat(lines).anyMatch(line -> line.contains("data\\u001b[31m"));
    assertThat(lines).anyMatch(line -> line.contains("folder\\u0007/"));
  }
}
