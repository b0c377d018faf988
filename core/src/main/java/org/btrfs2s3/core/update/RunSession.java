package org.btrfs2s3.core.update;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.plan.Observation;
import org.btrfs2s3.core.plan.ObservedRemote;
import org.btrfs2s3.core.plan.ObservedSource;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.plan.UnavailableSource;

/** The sources, locks and remotes that a run works with; closes them all. */
final class RunSession implements AutoCloseable {

  private final UpdateSetup setup;
  private final Machine machine;
  private final Map<UUID, SourceSession> sources = new LinkedHashMap<>();
  private final Map<UUID, DirectoryLock> uploadLocks = new LinkedHashMap<>();
  private final List<UnavailableSource> unavailable = new ArrayList<>();
  private final Map<RemoteId, RemoteSession> remotes = new LinkedHashMap<>();

  private RunSession(UpdateSetup setup, Machine machine) {
    this.setup = setup;
    this.machine = machine;
    setup
        .remotes()
        .forEach(remote -> remotes.put(remote.id(), new RemoteSession(remote, machine.clock())));
  }

  /**
   * @param lock whether to take the upload locks; without them nothing may be changed
   */
  static RunSession open(UpdateSetup setup, Machine machine, boolean lock) {
    var session = new RunSession(setup, machine);
    setup.sources().forEach(source -> session.add(source, lock));
    return session;
  }

  private void add(SourceSetup source, boolean lock) {
    try {
      var info = machine.btrfs().inspect(source.path());
      // Must exist, or it could not be locked, and no other source would be served either.
      DirectoryLock.idOf(source.snapshots());
      if (info.receivedUuid() != null) {
        refuse(
            source,
            "it is a received subvolume, and a stream of its snapshots would carry the identity "
                + info.receivedUuid()
                + " instead of its own; back up a writable snapshot of it instead");
      } else if (sources.containsKey(info.uuid())) {
        refuse(source, "it is the same subvolume as " + session(info.uuid()).setup().path());
      } else {
        boolean mayUpload = !lock || tryUploadLock(info.uuid(), source.path());
        sources.put(
            info.uuid(), new SourceSession(source, machine.btrfs(), info.uuid(), mayUpload));
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

  List<Path> snapshotsDirectories() {
    return sources.values().stream().map(source -> source.setup().snapshots()).toList();
  }

  /** Everything; the remotes are listed side by side. */
  Observation observe() throws InterruptedException {
    return observe(List.copyOf(sources.values()), List.copyOf(remotes.values()));
  }

  /** One source and its remotes. */
  Observation observe(SourceSession source) throws InterruptedException {
    var targets = source.setup().targets().stream().map(t -> remote(t.remote())).toList();
    return observe(List.of(source), targets);
  }

  private Observation observe(List<SourceSession> which, List<RemoteSession> where)
      throws InterruptedException {
    List<ObservedSource> observed = new ArrayList<>();
    var unobservable = new ArrayList<>(unavailable);
    for (var source : which) {
      try {
        observed.add(source.observe());
      } catch (BtrfsException e) {
        unobservable.add(
            new UnavailableSource(
                source.setup().path().toString(), String.valueOf(e.getMessage())));
      }
    }
    var listed = listAll(where);
    return new Observation(
        machine.clock().instant(),
        setup.zone(),
        machine.clockSynchronized().getAsBoolean(),
        observed,
        unobservable,
        listed);
  }

  private static List<ObservedRemote> listAll(List<RemoteSession> where)
      throws InterruptedException {
    var tasks = where.stream().map(remote -> (Callable<ObservedRemote>) remote::observe).toList();
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

  /** Lets other runs upload a source. */
  void releaseUploadLock(UUID source) {
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
