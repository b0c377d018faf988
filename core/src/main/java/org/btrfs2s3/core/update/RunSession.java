package org.btrfs2s3.core.update;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UnavailableSource;
import org.btrfs2s3.core.run.LockedException;
import org.jspecify.annotations.Nullable;

/** The sources, locks and remotes that a run works with; closes them all. */
final class RunSession implements AutoCloseable {

  private final UpdateSetup setup;
  private final Machine machine;
  private final Locks locks;
  private final Map<UUID, SourceSession> sources = new LinkedHashMap<>();
  private final Map<UUID, DirectoryLock> uploadLocks = new LinkedHashMap<>();
  private final List<UnavailableSource> unavailable = new ArrayList<>();
  private final Map<RemoteId, RemoteSession> remotes = new LinkedHashMap<>();

  private RunSession(
      UpdateSetup setup, Machine machine, Locks locks, Map<RemoteId, Set<UUID>> damaged) {
    this.setup = setup;
    this.locks = locks;
    this.machine = machine;
    setup
        .remotes()
        .forEach(
            remote ->
                remotes.put(
                    remote.id(),
                    new RemoteSession(
                        remote, machine.clock(), damaged.getOrDefault(remote.id(), Set.of()))));
  }

  /**
   * What to lock against other runs.
   *
   * @param uploads whether to take the upload locks of the sources
   * @param patience how long to wait for the snapshots directories; null to lock none of them,
   *     because nothing will be changed
   */
  record Locks(boolean uploads, @Nullable Duration patience) {}

  static RunSession open(UpdateSetup setup, Machine machine, Locks locks) {
    return open(setup, machine, locks, Map.of());
  }

  /**
   * @param damaged backups whose content is damaged, which no listing shows
   */
  static RunSession open(
      UpdateSetup setup, Machine machine, Locks locks, Map<RemoteId, Set<UUID>> damaged) {
    var session = new RunSession(setup, machine, locks, damaged);
    setup.sources().forEach(session::add);
    return session;
  }

  private void add(SourceSetup source) {
    try {
      var info = machine.btrfs().inspect(source.path());
      // The directory must exist, or no other source would be served: all are locked together.
      var place = SnapshotsPlace.of(source);
      if (info.receivedUuid() != null) {
        refuse(
            source,
            "it is a received subvolume, and a stream of its snapshots would carry the identity "
                + info.receivedUuid()
                + " instead of its own; back up a writable snapshot of it instead");
      } else if (sources.containsKey(info.uuid())) {
        refuse(source, "it is the same subvolume as " + session(info.uuid()).setup().path());
      } else {
        boolean mayUpload = !locks.uploads() || tryUploadLock(info.uuid(), source.path());
        sources.put(
            info.uuid(), new SourceSession(source, machine.btrfs(), info.uuid(), mayUpload, place));
      }
    } catch (IOException e) {
      refuse(source, String.valueOf(e.getMessage()));
    }
  }

  private void refuse(SourceSetup source, String reason) {
    unavailable.add(new UnavailableSource(source.path().toString(), reason));
  }

  private boolean tryUploadLock(UUID uuid, Path root) throws IOException {
    var lock = DirectoryLock.tryLock(root);
    lock.ifPresent(held -> uploadLocks.put(uuid, held));
    return lock.isPresent();
  }

  /**
   * Keeps other runs from uploading a source.
   *
   * @throws LockedException if another run is uploading it
   */
  synchronized void requireUploadLock(UUID source) throws IOException, LockedException {
    var path = session(source).setup().path();
    if (!uploadLocks.containsKey(source) && !tryUploadLock(source, path)) {
      throw new LockedException("source " + path + ": another run is uploading it");
    }
  }

  boolean isSource(UUID uuid) {
    return sources.containsKey(uuid);
  }

  /** The key that signs a source's backups on a remote; null if none does, or it is not here. */
  @Nullable SigningKey signer(UUID source, RemoteId remote) {
    return isSource(source)
        ? session(source).setup().targets().stream()
            .filter(target -> target.remote().equals(remote))
            .findFirst()
            .map(target -> target.encoding().signer())
            .orElse(null)
        : null;
  }

  List<RemoteSession> remotes() {
    return List.copyOf(remotes.values());
  }

  SourceSession session(UUID source) {
    var session = sources.get(source);
    if (session == null) {
      throw new IllegalArgumentException("not a source of this run: " + source);
    }
    return session;
  }

  RemoteSession remote(RemoteId id) {
    var session = remotes.get(id);
    if (session == null) {
      throw new IllegalArgumentException("not a remote of this run: " + id);
    }
    return session;
  }

  /** Keeps other runs from observing and changing the snapshots of all sources. */
  SnapshotsLock lockSnapshots() throws IOException, LockedException, InterruptedException {
    return lockSnapshots(List.copyOf(sources.values()));
  }

  /** The same for some sources. */
  SnapshotsLock lockSnapshots(List<SourceSession> which)
      throws IOException, LockedException, InterruptedException {
    var patience = locks.patience();
    return SnapshotsLock.acquire(
        patience == null ? List.of() : which.stream().map(s -> s.setup().snapshots()).toList(),
        patience == null ? Duration.ZERO : patience);
  }

  /** Everything; the remotes are listed side by side. */
  Observation observe() throws IOException, LockedException, InterruptedException {
    return observe(List.copyOf(sources.values()), List.copyOf(remotes.values()), locks.uploads());
  }

  /** Everything, and what uploads were begun on the remotes, whoever is to be kept from them. */
  Observation observeWithUploads() throws IOException, LockedException, InterruptedException {
    return observe(List.copyOf(sources.values()), List.copyOf(remotes.values()), true);
  }

  /** One source and its remotes. */
  Observation observe(SourceSession source)
      throws IOException, LockedException, InterruptedException {
    var targets = source.setup().targets().stream().map(t -> remote(t.remote())).toList();
    return observe(List.of(source), targets, false);
  }

  /**
   * @param uploads whether to look for interrupted uploads: not while this run is uploading itself
   */
  private Observation observe(List<SourceSession> which, List<RemoteSession> where, boolean uploads)
      throws IOException, LockedException, InterruptedException {
    // Before the lock is taken: a remote may take minutes to answer.
    var listed = listAll(where, uploads);
    List<ObservedSource> observed = new ArrayList<>();
    var unobservable = new ArrayList<>(unavailable);
    try (var _ = lockSnapshots(which)) {
      for (var source : which) {
        try {
          observed.add(source.observe());
        } catch (BtrfsException e) {
          unobservable.add(
              new UnavailableSource(
                  source.setup().path().toString(), String.valueOf(e.getMessage())));
        }
      }
    }
    return new Observation(
        machine.clock().instant(),
        setup.zone(),
        machine.clockSynchronized().getAsBoolean(),
        observed,
        unobservable,
        listed);
  }

  private static List<ObservedRemote> listAll(List<RemoteSession> where, boolean uploads)
      throws InterruptedException {
    var tasks =
        where.stream()
            .map(remote -> (Callable<ObservedRemote>) () -> remote.observe(uploads))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<ObservedRemote> listed = new ArrayList<>();
      for (var future : threads.invokeAll(tasks)) {
        listed.add(future.get());
      }
      return listed;
    } catch (ExecutionException e) {
      throw new IllegalStateException("listing a remote failed unexpectedly", e.getCause());
    }
  }

  /** Removes what killed runs left, where that is no object. A remote that is away is left. */
  void tidyRemotes() throws InterruptedException {
    for (var remote : remotes.values()) {
      remote.tidy();
    }
  }

  /** Lets other runs upload a source. */
  synchronized void releaseUploadLock(UUID source) {
    var lock = uploadLocks.remove(source);
    if (lock != null) {
      lock.close();
    }
  }

  @Override
  public void close() {
    try {
      remotes.values().forEach(RemoteSession::close);
    } finally {
      List.copyOf(uploadLocks.keySet()).forEach(this::releaseUploadLock);
    }
  }
}
