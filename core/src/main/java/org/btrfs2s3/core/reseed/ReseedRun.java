package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/** Executes a plan, one backup after the other, and looks at the result. */
final class ReseedRun {
  private final ReseedSetup setup;
  private final Remotes remotes;
  private final ReseedPlan plan;
  private final Reseed.Options options;
  private final CopyCheck copyCheck;
  private final FinalCheck finalCheck;
  private final ReseedListener listener;
  private final LongSupplier nanoTime;
  private final ServerCopies serverCopies;
  private final Set<ReseedScope.Id> failed = new HashSet<>();
  private final Map<ReseedItem, Brought> copied = new LinkedHashMap<>();

  /** Those that were signed where they come from, and are not where they go. */
  private final Set<ReseedItem> unsigned = new HashSet<>();

  /** Those that somebody else stored meanwhile. */
  private final Set<ReseedItem> redundant = new HashSet<>();

  private final List<Failure> failures = new ArrayList<>();

  /**
   * A backup that was copied.
   *
   * @param from what it was made of
   */
  private record Brought(ReseedItem from, BackupTransfer.Transferred transferred) {
    /** That its content should have there. */
    long contentBytes() {
      return from.way() == Way.REENCODED ? transferred.there().size() : from.from().size();
    }

    /** That were stored. */
    long storedBytes() {
      return from.way() == Way.REENCODED ? transferred.there().size() : from.bytes();
    }
  }

  ReseedRun(
      ReseedSetup setup,
      Remotes remotes,
      ReseedPlan plan,
      Reseed.Options options,
      FinalCheck finalCheck,
      ReseedListener listener,
      LongSupplier nanoTime) {
    this.setup = setup;
    this.remotes = remotes;
    this.plan = plan;
    this.options = options;
    this.finalCheck = finalCheck;
    this.copyCheck = new CopyCheck(setup, finalCheck);
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.serverCopies = new ServerCopies(setup, listener);
  }

  /**
   * Runs to its end.
   *
   * @param chance decides which backup is read once more at the end
   */
  ReseedReport run(long chance) throws InterruptedException {
    failures.addAll(plan.problems());
    for (var item : plan.items()) {
      if (item.way() == Way.ALREADY_THERE) {
        compare(item);
      } else {
        copyUnlessParentFailed(item);
      }
    }
    compareCopies();
    var expected = expected();
    FinalReport check = null;
    if (!expected.isEmpty()) {
      listener.on(new ReseedEvent.FinalCheck());
      check = finalCheck.run(expected, chance);
      failures.addAll(check.failures());
    }
    Map<ReseedItem, Assurance> known = new LinkedHashMap<>();
    copied.forEach((item, brought) -> known.put(item, brought.transferred().assurance()));
    unsigned.retainAll(copied.keySet());
    long bytes = copied.values().stream().mapToLong(Brought::storedBytes).sum();
    boolean succeeded = !expected.isEmpty() || (plan.items().isEmpty() && failures.isEmpty());
    return new ReseedReport(plan, known, unsigned, bytes, check, succeeded, failures);
  }

  private void compare(ReseedItem item) throws InterruptedException {
    try {
      requireAlike(item, item.from(), Objects.requireNonNull(item.there()));
    } catch (IOException e) {
      fail(item, failure(item, e));
    }
  }

  private void compareCopies() throws InterruptedException {
    try {
      for (var made : copied.entrySet()) {
        var brought = made.getValue();
        requireAlike(made.getKey(), brought.from().from(), brought.transferred().there());
      }
    } catch (IOException e) {
      // One message for all: they have one reason, mostly.
      failures.add(
          new Failure(
              Failure.Kind.REMOTE_AWAY,
              "remote %s: the copies could not be compared with the originals: %s"
                  .formatted(setup.to().id(), e.getMessage())));
    }
  }

  private void requireAlike(ReseedItem item, StoredBackup original, StoredBackup there)
      throws IOException, InterruptedException {
    if (options.reencode()) {
      return; // No two that were encoded anew are alike.
    }
    var objection = copyCheck.objection(original, there).orElse(null);
    if (objection == null) {
      return;
    }
    if (objection.isProven()) {
      fail(item, new Failure(Failure.Kind.REMOTE, objection.message()));
    } else {
      listener.on(new ReseedEvent.Note(objection.message()));
    }
  }

  private void copyUnlessParentFailed(ReseedItem item) throws InterruptedException {
    var identity = item.identity();
    var parent = identity.sendParent();
    if (parent != null && failed.contains(new ReseedScope.Id(identity.source(), parent))) {
      failed.add(ReseedScope.Id.of(identity));
      listener.on(new ReseedEvent.Skipped(item, "its send parent " + parent + " was not copied"));
      return;
    }
    try {
      copy(item);
    } catch (IOException e) {
      fail(item, failure(item, e));
    } catch (RuntimeException e) {
      // A defect, or a key that cannot be written: what else is to be copied goes on.
      fail(item, new Failure(Failure.Kind.LOCAL, "unexpected failure: " + e));
    }
  }

  private void copy(ReseedItem item) throws IOException, InterruptedException {
    var identity = item.identity();
    listener.on(new ReseedEvent.Started(item));
    var ancestors = remotes.ancestors(identity);
    var brought = bring(item);
    var transferred = brought.transferred();
    remotes.requireStillThere(identity, ancestors);
    remotes.add(transferred.there());
    if (transferred.redundant()) {
      copyCheck.requireRight(transferred.there());
      redundant.add(item);
      listener.on(new ReseedEvent.Redundant(item));
      return;
    }
    copied.put(item, brought);
    listener.on(
        new ReseedEvent.Committed(item, transferred.there().size(), transferred.assurance()));
    if (!item.others().isEmpty() && transferred.assurance() != Assurance.STREAM) {
      listener.on(new ReseedEvent.OtherIgnored(item));
    }
  }

  /** From the first object that it can be made of. */
  private Brought bring(ReseedItem item) throws IOException, InterruptedException {
    var alternatives = item.alternatives();
    for (int i = 0; ; i++) {
      var one = alternatives.get(i);
      try {
        if (new Signatures(setup).areLost(one)) {
          unsigned.add(item);
          listener.on(new ReseedEvent.SignatureLost(one));
        }
        return new Brought(one, transfer(one).run());
      } catch (IOException e) {
        if (!isOfObject(e) || i + 1 == alternatives.size()) {
          throw e;
        }
        unsigned.remove(item);
        listener.on(new ReseedEvent.OtherTried(alternatives.get(i + 1), failure(one, e)));
      }
    }
  }

  /** Not of what it is copied to, nor of the way there. */
  private static boolean isOfObject(IOException e) {
    return !(cause(e) instanceof RemoteException remote)
        || remote.kind() == RemoteException.Kind.INTEGRITY
        || remote.kind() == RemoteException.Kind.NOT_FOUND;
  }

  private BackupTransfer transfer(ReseedItem item) throws IOException {
    var meter = new Meter(item, listener, nanoTime);
    var source = item.identity().source();
    var rate = setup.entries().bytesPerSecond(source);
    var limit = rate.isPresent() ? new RateLimit(rate.getAsLong()) : null;
    if (item.way() == Way.REENCODED) {
      var encoding =
          setup
              .entries()
              .encoding(source)
              .orElseThrow(() -> new IOException("how it is to be encoded is not known"));
      return new Reencoding(
          remotes,
          new Transcoding(setup, item.from(), encoding, limit, meter::moved),
          note -> listener.on(new ReseedEvent.Note(note)));
    }
    var copies = item.way() == Way.SERVER_SIDE_COPY ? serverCopies : null;
    var objects = new ObjectCopy(setup, item.from(), copies, limit, meter::moved);
    return new PlainCopy(setup, remotes, item.from(), objects);
  }

  private Failure failure(ReseedItem item, IOException e) {
    // What a remote says must not look like a failure of the stage that happened to write to it.
    var told = cause(e) instanceof RemoteException remote ? remote : e;
    var message =
        "backup %s: %s"
            .formatted(
                item.identity().uuid(),
                Objects.requireNonNullElse(told.getMessage(), told.toString()));
    if (!(told instanceof RemoteException remote)) {
      return new Failure(
          Failure.Kind.REMOTE,
          "%s; %s on %s was not copied; btrfs2s3 verify --remote %s --level data tells more of it"
              .formatted(message, item.from().key(), setup.from().id(), setup.from().id()));
    }
    return switch (remote.kind()) {
      case NOT_FOUND, DENIED, TRANSIENT -> new Failure(Failure.Kind.REMOTE_AWAY, message);
      case CONFLICT, INTEGRITY, FROZEN, REFUSED -> new Failure(Failure.Kind.REMOTE, message);
    };
  }

  private static IOException cause(IOException e) {
    return e instanceof PipelineException && e.getCause() instanceof IOException cause ? cause : e;
  }

  private void fail(ReseedItem item, Failure failure) {
    failed.add(ReseedScope.Id.of(item.identity()));
    failures.add(failure);
    listener.on(new ReseedEvent.Failed(item, failure));
  }

  /**
   * What should be there now. Sizes are those of the originals where these were copied, and what
   * was written where they were encoded anew.
   */
  private Expected expected() {
    List<Expected.Brought> brought = new ArrayList<>();
    Set<BackupIdentity> there = new HashSet<>();
    for (var item : plan.items()) {
      var made = copied.get(item);
      if (made != null) {
        brought.add(new Expected.Brought(made.transferred().there(), made.contentBytes()));
      } else if (redundant.contains(item)) {
        there.add(item.identity());
      } else if (item.there() != null && !failed.contains(ReseedScope.Id.of(item.identity()))) {
        there.add(item.there().identity());
      }
    }
    return new Expected(brought, there);
  }
}
