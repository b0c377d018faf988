package org.btrfs2s3.it.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.backup.Attempt;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.Upload;
import org.btrfs2s3.it.s3.Bucket;
import org.btrfs2s3.it.s3.S3Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code gc} and {@code abandon} on real servers: only what is ours goes (invariant 10). */
class CleaningTest {
  private static final String UNPARSABLE = "holiday.ctim2026.jpg";
  private static final UUID STRANGER = new UUID(1, 66);

  /**
   * A bucket with a backup and what is none.
   *
   * @param backup the key of the backup
   * @param ours its identity
   */
  private record Scene(Lab lab, Bucket bucket, Program program, String backup, BackupIdentity ours)
      implements AutoCloseable {

    static Scene on(S3Engine engine) throws IOException {
      Bucket bucket = engine.orSkip().newBucket();
      Lab lab = Lab.create();
      Program program =
          lab.program(
              ConfigFile.inZone(Lab.ZONE)
                  .s3Remote("cloud", bucket)
                  .source(lab.source(), lab.snapshots(), Upload.to("cloud", Lab.POLICY)));
      lab.write("file", "content");
      program.with("update", "--force").run().expect(0);
      String backup = bucket.keys().getFirst();
      BackupIdentity ours = BackupKey.decode(backup).backup().orElseThrow().identity();
      return new Scene(lab, bucket, program, backup, ours);
    }

    BackupIdentity theirs() {
      return new BackupIdentity(new UUID(1, 1), STRANGER, null, ours.ctransid(), ours.ctime());
    }

    /** Leaves uploads and segments of our source, of another one, and of nobody. */
    Scene litter() {
      for (String key :
          List.of(segment(ours, 1, 0), segment(ours, 1, 1), segment(theirs(), 2, 0))) {
        bucket.put(key, new byte[10]);
      }
      bucket.put(UNPARSABLE, new byte[10]);
      bucket.beginUpload(segment(ours, 1, 2));
      bucket.beginUpload(segment(theirs(), 2, 1));
      bucket.beginUpload(UNPARSABLE);
      return this;
    }

    /** What is not ours is there, and nothing else but the backup. */
    void requireOnlyOursGone() {
      assertThat(bucket.keys())
          .containsExactlyInAnyOrder(backup, segment(theirs(), 2, 0), UNPARSABLE);
      assertThat(bucket.unfinishedUploads())
          .containsExactlyInAnyOrder(segment(theirs(), 2, 1), UNPARSABLE);
    }

    @Override
    public void close() throws IOException {
      try (lab;
          bucket) {
        // Closes both, whatever fails.
      }
    }
  }

  private static String segment(BackupIdentity identity, int attempt, int number) {
    return BackupKey.encodeSegment(
        "data", identity, ZoneOffset.UTC, Attempt.of(attempt), number, List.of(".zst"));
  }

  @ParameterizedTest
  @EnumSource
  void gcRemovesWhatIsOursOnly(S3Engine engine) throws IOException {
    try (Scene scene = Scene.on(engine).litter()) {
      var keys = scene.bucket().keys();
      String pretended = scene.program().with("gc", "--pretend").run().expect(0).stdout();

      // Invariant 5.
      assertThat(scene.bucket().keys()).isEqualTo(keys);
      assertThat(scene.bucket().unfinishedUploads()).hasSize(3);
      assertThat(pretended)
          .contains("source " + scene.lab().source(), segment(scene.ours(), 1, 2), "20 B")
          .doesNotContain(STRANGER.toString());

      scene.program().with("gc").run().expect(0);

      scene.requireOnlyOursGone();
      assertThat(scene.program().with("gc").run().expect(0).stdout())
          .contains("nothing to be removed");
      // What others left is of today.
      scene.program().with("gc", "--foreign", "--older-than", "1d").run().expect(0);
      scene.requireOnlyOursGone();
    }
  }

  @Test
  void updateRemovesTheSame() throws IOException {
    try (Scene scene = Scene.on(S3Engine.S3PROXY).litter()) {
      scene.program().with("update", "--force").run().expect(0);

      scene.requireOnlyOursGone();
    }
  }

  @Test
  void abandonGivesUpOneUpload() throws IOException {
    try (Scene scene = Scene.on(S3Engine.S3PROXY).litter()) {
      Program abandon = scene.program().with("abandon");
      UUID theirSnapshot = scene.theirs().uuid();
      assertThat(abandon.with("--foreign", theirSnapshot).run().expect(12).stderr())
          .as("there is no terminal")
          .contains("--force");
      abandon = abandon.with("--force");
      abandon.with(theirSnapshot).run().expect(1);
      assertThat(scene.bucket().keys()).hasSize(5);

      abandon.with("--foreign", theirSnapshot).run().expect(0);

      assertThat(scene.bucket().keys())
          .hasSize(4)
          .noneMatch(key -> key.contains(STRANGER.toString()));
      assertThat(scene.bucket().unfinishedUploads()).hasSize(2);
      assertThat(abandon.with(scene.ours().uuid()).run().expect(0).stderr())
          .contains(scene.backup());
      assertThat(scene.bucket().keys()).containsExactlyInAnyOrder(scene.backup(), UNPARSABLE);
      assertThat(scene.bucket().unfinishedUploads()).containsExactly(UNPARSABLE);
      abandon.with(scene.ours().uuid()).run().expect(1);
    }
  }

  @Test
  void neitherTouchesASourceThatIsBeingUploaded() throws IOException {
    try (Scene scene = Scene.on(S3Engine.S3PROXY).litter()) {
      var keys = scene.bucket().keys();
      var source = scene.lab().source();
      Program program = scene.program();
      try (DirectoryLock lock = DirectoryLock.tryLock(source).orElseThrow()) {
        assertThat(lock.id()).isNotNull();
        for (Program refused :
            List.of(program.with("gc"), program.with("abandon", scene.ours().uuid()))) {
          assertThat(refused.run().expect(11).stderr()).contains(source.toString());
        }
        program.with("gc", "--pretend").run().expect(0);
      }
      assertThat(scene.bucket().keys()).isEqualTo(keys);
      assertThat(scene.bucket().unfinishedUploads()).hasSize(3);
    }
  }

  @Test
  void duplicatesGoOnlyIfConfirmed() throws IOException {
    try (Scene scene = Scene.on(S3Engine.S3PROXY)) {
      Bucket bucket = scene.bucket();
      bucket.put("z/" + scene.backup(), bucket.get(scene.backup()));
      Program gc = scene.program().with("gc", "--duplicates");
      assertThat(gc.run().expect(12).stderr()).contains("--force");
      assertThat(bucket.keys()).hasSize(2);

      String json = gc.with("--force", "--json").run().expect(0).stdout();

      var action = new ObjectMapper().readTree(json).get("actions").get(0);
      assertThat(action.get("cause").asText()).isEqualTo("duplicate");
      assertThat(bucket.keys()).containsExactly(scene.backup());
      scene
          .program()
          .with("restore", "--remote", "cloud", "--to", scene.lab().newTarget(), "--latest")
          .run()
          .expect(0);
    }
  }
}
