package org.btrfs2s3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.backup.CommitJson;

/** A commit object may be damaged, or be somebody else's. */
final class CommitFuzzTest {

  @FuzzTest(maxDuration = "10s")
  void isReadOrRefused(byte[] json) throws IOException {
    CommitDocument document;
    try {
      document = CommitJson.read(json);
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
      return;
    }
    assertThat(CommitJson.read(CommitJson.write(document))).isEqualTo(document);
  }
}
