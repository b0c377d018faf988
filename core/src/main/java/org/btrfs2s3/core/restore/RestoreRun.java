package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.StorageFault;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Executes a plan: makes every member available to its children, then publishes those that are
 * wanted. What it received and could not publish, or what is send parent of what failed, it leaves
 * for the next run.
 */
final class RestoreRun {

  private final Btrfs btrfs;
  private final Path target;
  private final Path hidden;
  private final Lending lending;
  private final Receiver receiver;
  private final Staging staging;
  private final Leftovers leftovers;
  private final RestoreListener listener;
  private final List<Failure> failures = new ArrayList<>();
  private final FailedMembers failed = new FailedMembers();

  /** Of what can be a send parent: its true UUID, and the received UUID that it has now. */
  private final Map<UUID, UUID> available = new HashMap<>();

  RestoreRun(
      Btrfs btrfs,
      Path target,
      Receiver receiver,
      Staging staging,
      Leftovers leftovers,
      RestoreListener listener) {
    this.btrfs = btrfs;
    this.target = target;
    this.hidden = PrivateDirectory.in(target);
    this.lending = new Lending(btrfs, hidden);
    this.receiver = receiver;
    this.staging = staging;
    this.leftovers = leftovers;
    this.listener = listener;
  }

  /**
   * @param writable what a writable snapshot of the only selected one is called; null for none
   */
  RestoreReport execute(RestorePlan plan, boolean verifyFirst, @Nullable String writable)
      throws InterruptedException {
    plan.passedOver().forEach(one -> listener.on(new RestoreEvent.PassedOver(one)));
    plan.there().forEach(member -> listener.on(new RestoreEvent.AlreadyThere(member)));
    plan.unrestorable()
        .forEach(message -> failures.add(new Failure(Failure.Kind.BROKEN_BACKUP, message)));
    try {
      for (var member : plan.members()) {
        supply(member, verifyFirst);
      }
    } catch (InterruptedException | RuntimeException e) {
      dropAllBut(staging.all()).ifPresent(e::addSuppressed);
      keep(staging.all()).ifPresent(e::addSuppressed);
      throw e;
    }
    var publication = new Publication(btrfs, hidden, target, staging, this::fail, listener);
    var restored = publication.publish(this::dropUnneeded);
    try {
      publication.deleteHidden();
    } catch (BtrfsException e) {
      failures.add(untidy(e));
    }
    var made = Stream.concat(restored.stream(), plan.there().stream()).toList();
    var snapshot = writable == null ? null : writable(plan, made, writable);
    keep(staging.all()).map(this::untidy).ifPresent(failures::add);
    return new RestoreReport(restored, plan.there(), snapshot, failures);
  }

  private void supply(RestoreMember member, boolean verifyFirst) throws InterruptedException {
    var uuid = member.backup().uuid();
    try {
      switch (member.supply()) {
        case Supply.Fetched _ -> fetch(member, verifyFirst);
        case Supply.Restored _ ->
            available.put(uuid, lending.lend(member, target.resolve(member.finalName())));
        case Supply.Finished left -> {
          staging.adopt(new ReceivedMember(member, left.hidden(), left.id()));
          available.put(uuid, left.id());
          listener.on(new RestoreEvent.GoneOn(member, PrivateDirectory.shown(left.hidden())));
        }
        case Supply.Trusted trusted -> {
          available.put(uuid, lending.lend(member, trusted.subvolume()));
          listener.on(new RestoreEvent.Trusting(member, trusted.subvolume()));
        }
      }
    } catch (IOException e) {
      fail(member, e);
    }
  }

  private void fetch(RestoreMember member, boolean verifyFirst)
      throws IOException, InterruptedException {
    var parent = member.backup().identity().sendParent();
    if (parent != null && !available.containsKey(parent)) {
      fail(member, failed.withoutParent(member, parent));
      return;
    }
    var alternatives = member.alternatives();
    for (int i = 0; ; i++) {
      try {
        fetchOne(alternatives.get(i), verifyFirst);
        return;
      } catch (IOException e) {
        var failure = FailedMembers.failure(alternatives.get(i), e);
        if (i + 1 == alternatives.size() || !mayBeOfObject(failure)) {
          throw e;
        }
        listener.on(new RestoreEvent.OtherTried(alternatives.get(i + 1), failure));
      }
    }
  }

  /** A stream that cannot be applied fails here, too, as {@code btrfs receive} finds out. */
  private static boolean mayBeOfObject(Failure failure) {
    return switch (failure.kind()) {
      case ENCODING, REMOTE -> true;
      case LOCAL -> !StorageFault.isTold(failure.message());
      default -> false;
    };
  }

  private void fetchOne(RestoreMember member, boolean verifyFirst)
      throws IOException, InterruptedException {
    listener.on(new RestoreEvent.Fetching(member));
    if (verifyFirst) {
      listener.on(new RestoreEvent.Verified(member, receiver.verify(member)));
    }
    var result = receive(member);
    staging.add(result.member(), result.streamBytes());
    available.put(member.backup().uuid(), result.member().id());
    listener.on(new RestoreEvent.Received(member, result.streamBytes()));
    try {
      staging.checkpointIfDue();
    } catch (BtrfsException e) {
      giveUpPending(e);
    }
  }

  /**
   * What is left of a backup that failed is deleted at once: it may be what filled the disk, so
   * that nothing else could be written either.
   */
  private Receiver.Result receive(RestoreMember member) throws IOException, InterruptedException {
    var name = receiver.nameFor(member);
    try {
      return receiveWritingBehind(member, name);
    } catch (IOException e) {
      try {
        leftovers.delete(name.entry());
      } catch (BtrfsException untidy) {
        e.addSuppressed(untidy);
      }
      throw e;
    }
  }

  private Receiver.Result receiveWritingBehind(RestoreMember member, HiddenName name)
      throws IOException, InterruptedException {
    var behind = staging.writeBehind();
    Receiver.Result result;
    Optional<BtrfsException> lostWrite;
    try {
      result = receiver.receive(member, name, available, behind);
    } finally {
      // However it ended: what was received before may be what was not written.
      lostWrite = behind.finish();
      lostWrite.ifPresent(this::giveUpPending);
    }
    if (lostWrite.isPresent()) {
      throw lostWrite.get();
    }
    return result;
  }

  private void giveUpPending(BtrfsException cause) {
    for (var lost : staging.giveUpPending()) {
      available.remove(lost.member().backup().uuid());
      fail(lost.member(), cause);
    }
  }

  private @Nullable String writable(RestorePlan plan, List<RestoreMember> restored, String name) {
    var selected = WritableName.subject(plan);
    var uuid = selected.backup().uuid();
    // By its UUID: another object of it may have taken its place.
    if (restored.stream().noneMatch(member -> member.backup().uuid().equals(uuid))) {
      return null; // Why, its own failure says.
    }
    try {
      if (!WritableName.isMade(btrfs, target, plan, name)) {
        WritableName.create(btrfs, target, selected.finalName(), name);
      }
      listener.on(new RestoreEvent.Writable(name));
      return name;
    } catch (BtrfsException e) {
      failures.add(new Failure(Failure.Kind.LOCAL, String.valueOf(e.getMessage())));
      return null;
    }
  }

  /**
   * Leaves only what is going to be published, or is send parent of what the next run has to fetch.
   */
  private void dropUnneeded() {
    var parents = failed.sendParents();
    var needed =
        staging.all().stream()
            .filter(one -> one.member().wanted() || parents.contains(one.member().backup().uuid()))
            .toList();
    dropAllBut(needed).map(this::untidy).ifPresent(failures::add);
  }

  private Optional<BtrfsException> dropAllBut(List<ReceivedMember> needed) {
    staging.retain(needed);
    try {
      leftovers.deleteAllBut(
          needed.stream().map(ReceivedMember::hidden).collect(Collectors.toSet()));
      return Optional.empty();
    } catch (BtrfsException e) {
      return Optional.of(e);
    }
  }

  /** Makes durable what has no final name, so that the next run can go on with it. */
  private Optional<BtrfsException> keep(List<ReceivedMember> left) {
    Optional<BtrfsException> failure = Optional.empty();
    try {
      staging.checkpoint(left);
    } catch (BtrfsException e) {
      failure = Optional.of(e);
    }
    var names = staging.finishedNames();
    if (!names.isEmpty()) {
      listener.on(new RestoreEvent.HiddenKept(names));
    }
    return failure;
  }

  private Failure untidy(BtrfsException cause) {
    return RestoreReport.untidy(target, cause);
  }

  private void fail(RestoreMember member, IOException cause) {
    fail(member, FailedMembers.failure(member, cause));
  }

  private void fail(RestoreMember member, Failure failure) {
    failed.add(member, failure);
    failures.add(failure);
    listener.on(new RestoreEvent.Failed(member, failure));
  }
}
