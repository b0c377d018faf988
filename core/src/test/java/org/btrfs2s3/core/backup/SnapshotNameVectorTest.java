package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class SnapshotNameVectorTest {

  @TestFactory
  Stream<DynamicTest> namesSnapshotsAsThePythonToolDoes() throws IOException {
    return VectorCases.tests("a_snapshot_names", SnapshotNameVectorTest::check);
  }

  private static void check(JsonNode vector) {
    String path = vector.get("source_path").textValue();
    String base = path.substring(path.lastIndexOf('/') + 1);
    String name =
        SnapshotName.of(
            base,
            VectorCases.ctime(vector),
            VectorCases.ctransid(vector),
            ZoneId.of(vector.get("tz").textValue()));

    assertThat(name).isEqualTo(vector.get("name").textValue());
    assertThat(SnapshotName.matches(base, name)).isTrue();
  }
}
