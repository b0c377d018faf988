package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/** Executes a plan: receives every member, then finishes those that are wanted. */
final class RestoreRun {

  private final Btrfs btrfs;
  private final Path target;
  private final Receiver receiver;
  private final RestoreListener listener;
  private final List<ReceivedMember> received = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();

  /** Of what can be a send parent: its true UUID, and the received UUID that it has now. */
  private final Map<UUID, UUID> available = new HashMap<>();

  RestoreRun(Btrfs btrfs, Path target, Receiver receiver, RestoreListener listener) {
    this.btrfs = btrfs;
    this.target = target;
    this.receiver = receiver;
    this.listener = listener;
  }

  RestoreReport execute(RestorePlan plan) throws InterruptedException {
    plan.unrestorable()
        .forEach(message -> failures.add(new Failure(Failure.Kind.BROKEN_BACKUP, message)));
    for (var member : plan.members()) {
      if (member.reused()) {
        available.put(member.backup().uuid(), member.backup().uuid());
      } else {
        receive(member);
      }
    }
    return new RestoreReport(finish(), failures);
  }

  private void receive(RestoreMember member) throws InterruptedException {
    var parent = member.backup().identity().sendParent();
    if (parent != null && !available.containsKey(parent)) {
      fail(
          member,
          new Failure(
              Failure.Kind.REMOTE,
              member.backup().key() + ": its send parent could not be restored"));
      return;
    }
    listener.on(new RestoreEvent.Fetching(member));
    try {
      var result = receiver.receive(member, available);
      received.add(result.member());
      available.put(member.backup().uuid(), result.member().id());
      listener.on(new RestoreEvent.Received(member, result.streamBytes()));
    } catch (IOException e) {
      fail(member, failure(member, e));
    }
  }

  private static Failure failure(RestoreMember member, IOException e) {
    var cause = e instanceof PipelineException && e.getCause() != null ? e.getCause() : e;
    var kind =
        switch (cause) {
          case RemoteException remote ->
              switch (remote.kind()) {
                case TRANSIENT, DENIED -> Failure.Kind.REMOTE_AWAY;
                case NOT_FOUND, CONFLICT, INTEGRITY, FROZEN, REFUSED -> Failure.Kind.REMOTE;
              };
          case BtrfsException _ -> Failure.Kind.LOCAL;
          default -> Failure.Kind.ENCODING;
        };
    return new Failure(kind, "cannot restore " + member.backup().key() + ": " + e.getMessage());
  }

  /** Durable before it is visible: the true identities, one sync for all, then the names. */
  private List<RestoreMember> finish() {
    List<ReceivedMember> identified = new ArrayList<>();
    for (var one : received) {
      if (one.member().wanted() && identify(one)) {
        identified.add(one);
      }
    }
    if (identified.isEmpty() || !sync(identified)) {
      return List.of();
    }
    return identified.stream().filter(this::publish).map(ReceivedMember::member).toList();
  }

  private boolean identify(ReceivedMember one) {
    var identity = one.member().backup().identity();
    try {
      btrfs.setReceived(target, one.hidden(), identity.uuid(), identity.ctransid());
      return true;
    } catch (BtrfsException e) {
      fail(one.member(), failure(one.member(), e));
      return false;
    }
  }

  private boolean sync(List<ReceivedMember> identified) {
    try {
      btrfs.sync(target);
      return true;
    } catch (BtrfsException e) {
      identified.forEach(one -> fail(one.member(), failure(one.member(), e)));
      return false;
    }
  }

  private boolean publish(ReceivedMember one) {
    try {
      btrfs.rename(target, one.hidden(), EntryName.of(one.member().finalName()));
      listener.on(new RestoreEvent.Restored(one.member()));
      return true;
    } catch (BtrfsException e) {
      fail(one.member(), failure(one.member(), e));
      return false;
    }
  }

  private void fail(RestoreMember member, Failure failure) {
    failures.add(failure);
    listener.on(new RestoreEvent.Failed(member, failure));
  }
}
