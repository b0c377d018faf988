package org.btrfs2s3.it.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.update.Approval;
import org.btrfs2s3.core.update.Machine;
import org.btrfs2s3.core.update.RemoteSetup;
import org.btrfs2s3.core.update.RunReport;
import org.btrfs2s3.core.update.SourceSetup;
import org.btrfs2s3.core.update.TargetSetup;
import org.btrfs2s3.core.update.Update;
import org.btrfs2s3.core.update.UpdateOptions;
import org.btrfs2s3.core.update.UpdateSetup;
import org.btrfs2s3.core.update.UploadOptions;
import org.btrfs2s3.policy.Ctransid;
import org.btrfs2s3.policy.PreservationPolicy;

/**
 * An update that uploads one full backup, with everything on its way replaceable.
 *
 * @param send what {@code btrfs send} does
 * @param store put in front of the remote's own
 */
record Uploading(ScriptedSend.Script send, Encoding encoding, UnaryOperator<BackupStore> store) {
  static final ZoneId ZONE = ZoneId.of("America/St_Johns");

  static final BackupIdentity IDENTITY =
      new BackupIdentity(
          UUID.fromString("11111111-1111-4111-8111-111111111111"),
          UUID.fromString("22222222-2222-4222-8222-222222222222"),
          null,
          Ctransid.ofKernel(42),
          Instant.parse("2026-01-31T12:00:00Z"));

  static final StreamIdentity STREAM_IDENTITY =
      new StreamIdentity(IDENTITY.uuid(), IDENTITY.ctransid(), null);

  /** A part of S3 and a bit more, and not to be compressed. */
  static final byte[] STREAM = SendStreamWriter.stream("snapshot", STREAM_IDENTITY, noise());

  private static final String BASE = "data";
  private static final RemoteId REMOTE = new RemoteId("remote");
  private static final Instant NOW = IDENTITY.ctime().plus(Duration.ofHours(1));

  static Uploading healthy(Encoding encoding) {
    return new Uploading(ScriptedSend.Script.successful(STREAM), encoding, store -> store);
  }

  Uploading sending(ScriptedSend.Script other) {
    return new Uploading(other, encoding, store);
  }

  Uploading encodedBy(Encoding other) {
    return new Uploading(send, other, store);
  }

  Uploading through(UnaryOperator<BackupStore> other) {
    return new Uploading(send, encoding, other);
  }

  /** The key that the backup has if it succeeds. */
  ObjectKey key() {
    return new ObjectKey(BackupKey.encode(BASE, IDENTITY, ZONE, encoding.keySuffixes()));
  }

  /** Runs the update in an empty directory. */
  RunReport run(StoreKind.Remote remote, Path work) throws Exception {
    Path source = Files.createDirectories(work.resolve("source"));
    Path snapshots = Files.createDirectories(work.resolve("snapshots"));
    TargetSetup target =
        new TargetSetup(REMOTE, PreservationPolicy.parse("1y"), encoding, UploadOptions.DEFAULT);
    UpdateSetup setup =
        new UpdateSetup(
            ZONE,
            List.of(new SourceSetup(source, snapshots, BASE, false, List.of(target))),
            List.of(new RemoteSetup(REMOTE, () -> store.apply(remote.open()))),
            "test");
    Machine machine =
        new Machine(new OneSnapshot(BASE, IDENTITY, send), InstantSource.fixed(NOW), () -> true);
    return new Update(setup, machine)
        .run(new UpdateOptions(true, false, Duration.ofMinutes(1)), new Yes(), event -> {});
  }

  /** What stages make of bytes. */
  static byte[] flow(InputStream bytes, List<Stage> stages)
      throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Pipeline.run(bytes, stages, out::write);
    return out.toByteArray();
  }

  private static byte[] noise() {
    byte[] content = new byte[StoreKind.PART_BYTES + (300 << 10)];
    new Random(1).nextBytes(content);
    return content;
  }

  private static final class Yes implements Approval {
    @Override
    public boolean approve(Plan plan) {
      return true;
    }

    @Override
    public boolean approveChanged(Plan plan) {
      return true;
    }
  }
}
