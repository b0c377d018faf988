package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.sendstream.DeviceNodeException;
import org.btrfs2s3.core.store.RemoteException;

/** What could not be restored, each with the reason. For one thread. */
final class FailedMembers {

  private final Map<RestoreMember, Failure> failures = new LinkedHashMap<>();

  void add(RestoreMember member, Failure failure) {
    failures.put(member, failure);
  }

  /** What they would have been received against. */
  Set<UUID> sendParents() {
    return failures.keySet().stream()
        .flatMap(member -> Stream.ofNullable(member.backup().identity().sendParent()))
        .collect(Collectors.toSet());
  }

  /**
   * The failure of who lacks a send parent that has failed, or was lost: it is of the same kind.
   */
  Failure withoutParent(RestoreMember member, UUID parent) {
    var kind =
        failures.entrySet().stream()
            .filter(entry -> entry.getKey().backup().uuid().equals(parent))
            .map(entry -> entry.getValue().kind())
            .findFirst()
            .orElse(Failure.Kind.BROKEN_BACKUP);
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
