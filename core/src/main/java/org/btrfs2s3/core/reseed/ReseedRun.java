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
import org.btrfs2s3.core.pipeline.PipelineException;
import org.btrfs2s3.core.pipeline.RateLimit;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.store.RemoteException;

/** Executes a plan, one backup after the other, and looks at the result. */
final class ReseedRun {
  private final ReseedSetup setup;
  private final Remotes remotes;
  private final ReseedPlan plan;
  private final FinalCheck finalCheck;
  private final ReseedListener listener;
  private final LongSupplier nanoTime;
  private final ServerCopies serverCopies;
  private final Set<ReseedScope.Id> failed = new HashSet<>();
  private final Map<ReseedItem, BackupTransfer.Transferred> copied = new LinkedHashMap<>();

  /** Those that were signed where they come from, and are not where they go. */
  private final Set<ReseedItem> unsigned = new HashSet<>();

  /** Those that somebody else stored meanwhile. */
  private final Set<ReseedItem> redundant = new HashSet<>();

  private final List<Failure> failures = new ArrayList<>();

  ReseedRun(
      ReseedSetup setup,
      Remotes remotes,
      ReseedPlan plan,
      FinalCheck finalCheck,
      ReseedListener listener,
      LongSupplier nanoTime) {
    this.setup = setup;
    this.remotes = remotes;
    this.plan = plan;
    this.finalCheck = finalCheck;
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
        checkDifferent(item);
      } else {
        copyUnlessParentFailed(item);
      }
    }
    var expected = expected();
    FinalReport check = null;
    if (!expected.isEmpty()) {
      listener.on(new ReseedEvent.FinalCheck());
      check = finalCheck.run(expected, chance);
      failures.addAll(check.failures());
    }
    Map<ReseedItem, Assurance> known = new LinkedHashMap<>();
    copied.forEach((item, transferred) -> known.put(item, transferred.assurance()));
    unsigned.retainAll(copied.keySet());
    long bytes = copied.values().stream().mapToLong(t -> t.there().size()).sum();
    boolean succeeded = !expected.isEmpty() || (plan.items().isEmpty() && failures.isEmpty());
    return new ReseedReport(plan, known, unsigned, bytes, check, succeeded, failures);
  }

  /** It may have been uploaded by itself, so that it need not be equal to be whole. */
  private void checkDifferent(ReseedItem item) throws InterruptedException {
    var there = item.there();
    if (there == null || !item.differs()) {
      return;
    }
    var doubt = finalCheck.doubt(there);
    if (doubt.isPresent()) {
      fail(
          item,
          new Failure(
              Failure.Kind.REMOTE,
              "remote %s: %s has %d bytes, not %d as on %s, and %s; it is left as it is: %s"
                  .formatted(
                      setup.to().id(),
                      there.key(),
                      there.size(),
                      item.bytes(),
                      setup.from().id(),
                      doubt.get(),
                      Reseed.WAY_OUT)));
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
    if (new Signatures(setup).areLost(item)) {
      unsigned.add(item);
      listener.on(new ReseedEvent.SignatureLost(item));
    }
    var transferred = transfer(item).run();
    remotes.requireStillThere(identity, ancestors);
    remotes.add(transferred.there());
    if (transferred.redundant()) {
      redundant.add(item);
      listener.on(new ReseedEvent.Redundant(item));
      return;
    }
    copied.put(item, transferred);
    listener.on(
        new ReseedEvent.Committed(item, transferred.there().size(), transferred.assurance()));
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
          remotes, new Transcoding(setup, item.from(), encoding, limit, meter::moved));
    }
    var objects = new ObjectCopy(setup, item.from(), serverCopies, limit, meter::moved);
    return new PlainCopy(setup, remotes, item.from(), objects);
  }

  private Failure failure(ReseedItem item, IOException e) {
    var cause = e instanceof PipelineException && e.getCause() instanceof IOException c ? c : e;
    var message =
        "backup %s: %s"
            .formatted(
                item.identity().uuid(), Objects.requireNonNullElse(e.getMessage(), e.toString()));
    if (!(cause instanceof RemoteException remote)) {
      return new Failure(
          Failure.Kind.REMOTE,
          message + "; " + item.from().key() + " on " + setup.from().id() + " was not copied");
    }
    return switch (remote.kind()) {
      case NOT_FOUND, DENIED, TRANSIENT -> new Failure(Failure.Kind.REMOTE_AWAY, message);
      case CONFLICT, INTEGRITY, FROZEN, REFUSED -> new Failure(Failure.Kind.REMOTE, message);
    };
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
      var transferred = copied.get(item);
      if (transferred != null) {
        long bytes = item.way() == Way.REENCODED ? transferred.there().size() : item.bytes();
        brought.add(new Expected.Brought(transferred.there(), bytes));
      } else if (redundant.contains(item)) {
        there.add(item.identity());
      } else if (item.there() != null && !failed.contains(ReseedScope.Id.of(item.identity()))) {
        there.add(item.there().identity());
      }
    }
    return new Expected(brought, there);
  }
}
