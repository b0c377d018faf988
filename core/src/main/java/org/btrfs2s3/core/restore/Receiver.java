package org.btrfs2s3.core.restore;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.pipeline.Pipeline;
import org.btrfs2s3.core.sendstream.SendStreamRewriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.ObjectKey;

/**
 * Receives one backup under a hidden name and a random identity, so that {@code btrfs receive} can
 * find no other send parent than the one that this restore made.
 */
final class Receiver {

  static final String HIDDEN_PREFIX = ".btrfs2s3-restoring.";

  /** Enough for the first bytes by which a format is known, and for few system calls. */
  private static final int BUFFER_BYTES = 1 << 16;

  private final Btrfs btrfs;
  private final BackupStore store;
  private final ObjectDecoder decoder;
  private final Path target;

  Receiver(Btrfs btrfs, BackupStore store, ObjectDecoder decoder, Path target) {
    this.btrfs = btrfs;
    this.store = store;
    this.decoder = decoder;
    this.target = target;
  }

  /** A received member and how long its send stream was, in bytes. */
  record Result(ReceivedMember member, long streamBytes) {}

  /**
   * @param ancestors of everything that is there to be a send parent: its true UUID, and the
   *     received UUID that it has now
   */
  Result receive(RestoreMember member, Map<UUID, UUID> ancestors)
      throws IOException, InterruptedException {
    var id = UUID.randomUUID();
    var hidden = EntryName.of(HIDDEN_PREFIX + id);
    var identity = member.backup().identity();
    Map<UUID, UUID> substitutes = new HashMap<>(ancestors);
    substitutes.put(identity.uuid(), id);
    long bytes = 0;
    try (var sink = btrfs.receive(target)) {
      var rewriter =
          new SendStreamRewriter(
              new StreamIdentity(identity.uuid(), identity.ctransid(), identity.sendParent()),
              hidden.toString(),
              substitutes,
              sink);
      for (var key : member.backup().contentKeys()) {
        bytes += decode(member, key, rewriter);
      }
      // Only now, after the last byte was decrypted and authenticated, is END passed on.
      rewriter.finish();
      sink.finish();
    }
    inspect(member, hidden, id);
    return new Result(new ReceivedMember(member, hidden, id), bytes);
  }

  /** An object of a backup holds the whole stream, or the next piece of it. */
  private long decode(RestoreMember member, ObjectKey key, SendStreamRewriter rewriter)
      throws IOException, InterruptedException {
    try (var object = new BufferedInputStream(store.open(key, 0), BUFFER_BYTES)) {
      return Pipeline.run(object, decoder.stages(member.backup(), object), rewriter::update).out();
    }
  }

  private void inspect(RestoreMember member, EntryName hidden, UUID id) throws BtrfsException {
    var info = btrfs.inspect(target, hidden);
    var ctransid = member.backup().identity().ctransid();
    if (!id.equals(info.receivedUuid()) || !ctransid.equals(info.stransid()) || !info.readOnly()) {
      throw new BtrfsException(
          "btrfs receive ended well, but left " + hidden + " in another state than it should be",
          "",
          null);
    }
  }
}
