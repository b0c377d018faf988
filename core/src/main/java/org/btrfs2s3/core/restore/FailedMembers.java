package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.DeviceNodeException;
import org.btrfs2s3.core.store.RemoteException;

/** What could not be restored, and of what that is a failure. For one thread. */
final class FailedMembers {

  /** Of what kind the failure of each backup is. */
  private final Map<UUID, Failure.Kind> kinds = new HashMap<>();

  private final Set<UUID> sendParents = new HashSet<>();

  void add(RestoreMember member, Failure failure) {
    kinds.putIfAbsent(member.backup().uuid(), failure.kind());
    var parent = member.backup().identity().sendParent();
    if (parent != null) {
      sendParents.add(parent);
    }
  }

  /** What they would have been received against. */
  Set<UUID> sendParents() {
    return sendParents;
  }

  /**
   * The failure of who lacks a send parent that has failed, or was lost: it is of the same kind.
   */
  Failure withoutParent(RestoreMember member, UUID parent) {
    var kind = kinds.getOrDefault(parent, Failure.Kind.BROKEN_BACKUP);
    return failure(member, kind, "its send parent " + parent + " could not be restored");
  }

  /** What an exception means for a member. */
  static Failure failure(RestoreMember member, IOException e) {
    var cause = e instanceof PipelineException && e.getCause() != null ? e.getCause() : e;
    var kind =
        switch (cause) {
          case RemoteException remote ->
              remote.isAway() ? Failure.Kind.REMOTE_AWAY : Failure.Kind.REMOTE;
          case BtrfsException _, DeviceNodeException _ -> Failure.Kind.LOCAL;
          default -> Failure.Kind.ENCODING;
        };
    return failure(member, kind, Objects.requireNonNullElse(e.getMessage(), e.toString()));
  }

  private static Failure failure(RestoreMember member, Failure.Kind kind, String words) {
    var others =
        member.others().stream()
            .filter(other -> !other.key().equals(member.backup().key()))
            .map(other -> "; another object of the same snapshot is " + other.key())
            .collect(Collectors.joining());
    return new Failure(kind, "cannot restore " + member.backup().key() + ": " + words + others);
  }
}
