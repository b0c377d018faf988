package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.sendstream.SendStreamRewriter;
import org.btrfs2s3.core.sendstream.SendStreamVerifier;
import org.btrfs2s3.core.sendstream.StreamIdentity;

/**
 * Receives one backup under a hidden name and a random identity, so that {@code btrfs receive} can
 * find no other send parent than the one that this restore made.
 */
final class Receiver {

  private final Btrfs btrfs;
  private final ContentReader reader;
  private final Path directory;
  private final Confinement confinement;
  private final DeviceShield shield;
  private final Seal seal;

  /**
   * @param directory the private one
   */
  Receiver(
      Btrfs btrfs,
      ContentReader reader,
      Path directory,
      Confinement confinement,
      DeviceShield shield,
      Seal seal) {
    this.btrfs = btrfs;
    this.reader = reader;
    this.directory = directory;
    this.confinement = confinement;
    this.shield = shield;
    this.seal = seal;
  }

  /** A new name to receive a backup under. */
  HiddenName nameFor(RestoreMember member) {
    return HiddenName.unfinished(member.backup().uuid(), seal);
  }

  /**
   * Reads a backup to its end and receives nothing.
   *
   * @return bytes of its send stream
   */
  long verify(RestoreMember member) throws IOException, InterruptedException {
    var verifier = SendStreamVerifier.expecting(streamIdentity(member));
    long bytes = reader.read(member.backup(), verifier::update);
    verifier.finish();
    return bytes;
  }

  private static StreamIdentity streamIdentity(RestoreMember member) {
    var identity = member.backup().identity();
    return new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent());
  }

  /** A received member and how long its send stream was, in bytes. */
  record Result(ReceivedMember member, long streamBytes) {}

  /**
   * Receives a backup. What it leaves under the name when it fails is the caller's.
   *
   * @param ancestors of everything that is there to be a send parent: its true UUID, and the
   *     received UUID that it has now
   * @param behind is told of what was handed to {@code btrfs receive}
   */
  Result receive(
      RestoreMember member, HiddenName name, Map<UUID, UUID> ancestors, WriteBehind behind)
      throws IOException, InterruptedException {
    try {
      long bytes = pour(member, name, ancestors, behind);
      inspect(member, name);
      confinement.requireKept();
      return new Result(new ReceivedMember(member, name.entry(), name.id()), bytes);
    } catch (IOException e) {
      throw afterFailure(e);
    }
  }

  /** A stream that is refused may have done its work before. */
  private IOException afterFailure(IOException failure) {
    try {
      confinement.requireKept();
      return failure;
    } catch (IOException e) {
      e.addSuppressed(failure);
      return e;
    }
  }

  private long pour(
      RestoreMember member, HiddenName name, Map<UUID, UUID> ancestors, WriteBehind behind)
      throws IOException, InterruptedException {
    Map<UUID, UUID> substitutes = new HashMap<>(ancestors);
    substitutes.put(member.backup().uuid(), name.id());
    try (var sink = btrfs.receive(directory, shield.access())) {
      var rewriter =
          new SendStreamRewriter(
              streamIdentity(member), name.toString(), substitutes, shield.nodes(), sink);
      long bytes =
          reader.read(
              member.backup(),
              (piece, offset, length) -> {
                rewriter.update(piece, offset, length);
                behind.received(length);
              });
      // Only now, after the last byte was decrypted and authenticated, is END passed on.
      rewriter.finish();
      sink.finish();
      return bytes;
    }
  }

  private void inspect(RestoreMember member, HiddenName hidden) throws BtrfsException {
    var info = btrfs.inspect(directory, hidden.entry());
    var ctransid = member.backup().identity().ctransid();
    if (!hidden.id().equals(info.receivedUuid())
        || !ctransid.equals(info.stransid())
        || !info.readOnly()) {
      throw new BtrfsException(
          "btrfs receive ended well, but left " + hidden + " in another state than it should be",
          "",
          null);
    }
  }
}
