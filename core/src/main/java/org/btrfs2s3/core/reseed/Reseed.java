package org.btrfs2s3.core.reseed;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.RemoteException;

/**
 * Copies backups from one remote to another, parents first. A run that was killed is followed by
 * another one, which finds by the listing what is there (invariant 4).
 */
public final class Reseed {
  /** Nothing visible is overwritten (invariant 11). */
  static final String WAY_OUT =
      "run again; what is damaged there is in the way until you delete it";

  private final ReseedSetup setup;
  private final Btrfs btrfs;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  public Reseed(ReseedSetup setup, Btrfs btrfs, InstantSource clock) {
    this.setup = setup;
    this.btrfs = btrfs;
    this.clock = clock;
    this.nanoTime = System::nanoTime;
  }

  /**
   * What is wanted.
   *
   * @param reencode whether backups are decoded and encoded anew
   */
  public record Options(ReseedScope scope, boolean reencode) {}

  /** What a run would do. Takes no lock and changes nothing (invariant 5). */
  public ReseedPlan pretend(Options options) throws RemoteException, InterruptedException {
    return plan(Remotes.list(setup), options);
  }

  /**
   * Copies what is not there, and looks at the result. One backup's failure leaves those alone that
   * do not need it.
   *
   * @throws LockedException if another run is uploading one of the sources: nothing was copied
   * @throws RemoteException if one of the remotes cannot be listed
   */
  public ReseedReport run(Options options, ReseedListener listener)
      throws IOException, LockedException, InterruptedException {
    try (var locks = new SourceLocks(btrfs, setup.sources())) {
      Remotes remotes;
      ReseedPlan plan;
      do {
        remotes = Remotes.list(setup);
        plan = plan(remotes, options);
        // Before the locks were held, an update may have uploaded, or deleted, some of it.
      } while (locks.add(plan.wanted()));
      plan.sources().stream()
          .filter(source -> !locks.holds(source))
          .forEach(source -> listener.on(new ReseedEvent.SourceElsewhere(source)));
      new LeftBehind(setup.from().id(), remotes.fromCatalog())
          .notes(options.scope(), plan)
          .forEach(note -> listener.on(new ReseedEvent.Note(note)));
      setup.from().reader().unlockFor(plan.toBeCopied());
      return new ReseedRun(setup, remotes, plan, options, finalCheck(listener), listener, nanoTime)
          .run(clock.instant().getEpochSecond());
    }
  }

  private FinalCheck finalCheck(ReseedListener listener) {
    return new FinalCheck(
        setup.to(),
        btrfs,
        setup.sources(),
        WAY_OUT,
        event -> listener.on(new ReseedEvent.Verifying(event)));
  }

  private ReseedPlan plan(Remotes remotes, Options options) {
    var plan =
        ReseedPlanner.plan(
            setup.from().id(),
            remotes.fromCatalog(),
            remotes::bytes,
            remotes.toCatalog(),
            options.scope(),
            way(options));
    if (!options.reencode()) {
      return plan;
    }
    List<Failure> problems = new ArrayList<>(plan.problems());
    Set<UUID> refused = new HashSet<>();
    var signatures = new Signatures(setup);
    for (var source : plan.sources()) {
      if (setup.entries().encoding(source).isEmpty()) {
        problems.add(unknownEncoding(source));
      }
      signatures
          .refusal(source)
          .ifPresent(
              refusal -> {
                problems.add(refusal);
                refused.add(source);
              });
    }
    var items =
        plan.items().stream()
            .filter(
                item ->
                    item.way() == Way.ALREADY_THERE || !refused.contains(item.identity().source()))
            .toList();
    return new ReseedPlan(items, problems);
  }

  private Failure unknownEncoding(UUID source) {
    return new Failure(
        Failure.Kind.LOCAL,
        ("source %s: how its backups are to be encoded is not known: no upload entry for remote %s"
                + " is its own, and the others do not agree")
            .formatted(source, setup.to().id()));
  }

  private Way way(Options options) {
    if (options.reencode()) {
      return Way.REENCODED;
    }
    return ServerCopies.arePossible(setup) ? Way.SERVER_SIDE_COPY : Way.STREAMED;
  }
}
