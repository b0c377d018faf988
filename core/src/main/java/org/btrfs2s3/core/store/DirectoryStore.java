package org.btrfs2s3.core.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.store.RemoteException.Kind;

/**
 * A remote in a directory: each regular file directly in it is an object, its name the key ({@link
 * FileName} has the exceptions). A marker file tells the directory from the mount point of a disk
 * that is away; it is looked for with every request.
 *
 * <p>What is written lies in {@code .tmp/} until it is committed, metadata in {@code .meta/}. The
 * file and its name are on the disk when commit returns. Processes may share a directory.
 *
 * <p>Memory: at most 1 MiB for each thread that writes or reads, besides what callers hold.
 */
public final class DirectoryStore implements BackupStore {

  /** Its presence is enough. */
  static final String MARKER = "btrfs2s3-remote";

  private static final String MARKER_TEXT =
      "This directory is a remote of btrfs2s3. Without this file it counts as not mounted.\n";

  private final RemoteDirectory remote;
  private final boolean writable;
  private final Set<StagedFile> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private DirectoryStore(RemoteDirectory remote, boolean writable) {
    this.remote = remote;
    this.writable = writable;
  }

  /** A store that needs its marker. Nothing is looked at yet. */
  public static DirectoryStore at(Path directory) {
    return at(directory, Placement.RENAME);
  }

  /** As if the ways of naming a file that come before this one did not exist. */
  static DirectoryStore at(Path directory, Placement firstPlacement) {
    var remote =
        new RemoteDirectory(
            directory.toAbsolutePath(), RemoteDirectory.MARKER_ONLY, firstPlacement);
    return new DirectoryStore(remote, true);
  }

  /**
   * A store for commands that only read: it needs its marker or at least one backup.
   *
   * @param isBackup whether an object's key is that of a backup
   */
  public static DirectoryStore readOnlyAt(Path directory, Predicate<ObjectKey> isBackup) {
    var remote = new RemoteDirectory(directory.toAbsolutePath(), isBackup, Placement.RENAME);
    return new DirectoryStore(remote, false);
  }

  /**
   * Makes a directory a remote, durably. It is created if need be, but not those above it. Does
   * nothing to one that is a remote already.
   */
  public static void createMarker(Path directory) throws RemoteException {
    try {
      StagingDirectory.createIfMissing(directory);
      Files.writeString(
          directory.resolve(MARKER),
          MARKER_TEXT,
          UTF_8,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Directory.sync(directory);
      Directory.sync(directory.resolve(".."));
    } catch (FileAlreadyExistsException itIsARemote) {
      // Nothing to do.
    } catch (IOException e) {
      throw FileFailure.sorted("make a remote", directory, e);
    }
  }

  /** The file that holds an object, for somebody who reads it without this program. */
  public static Optional<Path> fileOf(Path directory, ObjectKey key) throws IOException {
    var path = directory.toAbsolutePath();
    return new RemoteDirectory(path, any -> true, Placement.RENAME).find(key).map(ObjectFile::path);
  }

  @Override
  public String location() {
    return remote.path().toString();
  }

  @Override
  public Listing list() throws RemoteException, InterruptedException {
    return attempt("list the objects", this::listing);
  }

  private Listing listing() throws IOException {
    // First, so that what is committed meanwhile is not taken for lost.
    var described = Sidecar.keys(remote.path());
    var listing = remote.list();
    listing.objects().forEach(object -> described.remove(object.key()));
    described.removeIf(key -> UnplacedObject.isAllThatTellsOf(key, remote.path()));
    return new Listing(listing.objects(), null, listing.secondFiles(), List.copyOf(described));
  }

  @Override
  public Optional<ObjectDetails> find(ObjectKey key) throws RemoteException, InterruptedException {
    return attempt("look up " + key, () -> details(key));
  }

  @Override
  public PendingObject create(NewObject object) throws RemoteException, InterruptedException {
    requireWritable();
    var staged = attempt("begin " + object.key(), () -> stage(object));
    pending.add(staged);
    if (closed) {
      staged.close();
      throw new IllegalStateException("the store is closed: " + location());
    }
    return staged;
  }

  @Override
  public InputStream open(ObjectKey key, long offset) throws RemoteException, InterruptedException {
    return attempt("open " + key, () -> stream(key, offset));
  }

  @Override
  public DeleteReport delete(Collection<ObjectKey> keys)
      throws RemoteException, InterruptedException {
    requireWritable();
    return attempt("delete objects", () -> deleteEach(keys));
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads() throws RemoteException, InterruptedException {
    return attempt("list unfinished uploads", this::abandoned);
  }

  @Override
  public void abort(UnfinishedUpload upload) throws RemoteException, InterruptedException {
    requireWritable();
    attempt("drop the unfinished upload of " + upload.key(), () -> drop(upload));
  }

  /** What writing does, too, which may not happen for a long time. */
  @Override
  public void tidy() throws RemoteException, InterruptedException {
    requireWritable();
    attempt("remove what killed runs left", this::removeAbandoned);
  }

  private boolean removeAbandoned() throws IOException, InterruptedException {
    remote.requirePresence();
    StagingDirectory.removeAbandoned(remote);
    return true;
  }

  @Override
  public void close() {
    closed = true;
    List.copyOf(pending).forEach(StagedFile::close);
  }

  private Optional<ObjectDetails> details(ObjectKey key) throws IOException {
    var file = remote.find(key);
    if (file.isEmpty()) {
      remote.requirePresence();
      return Optional.empty();
    }
    var metadata = Sidecar.read(remote.path(), file.get().name());
    return Optional.of(new ObjectDetails(file.get().object(), metadata));
  }

  private StagedFile stage(NewObject object) throws IOException, InterruptedException {
    remote.requirePresence();
    if (object.predecessor() == NewObject.Predecessor.NONE) {
      remote.requireAbsence(object.key());
    }
    StagingDirectory.removeAbandoned(remote);
    return StagedFile.create(remote, object, pending::remove);
  }

  private InputStream stream(ObjectKey key, long offset) throws IOException {
    var file = remote.find(key);
    if (file.isEmpty()) {
      remote.requirePresence();
      throw new RemoteException(Kind.NOT_FOUND, "there is no object " + key + " in " + location());
    }
    return ObjectFileStream.open(file.get().path(), offset);
  }

  private DeleteReport deleteEach(Collection<ObjectKey> keys) throws IOException {
    remote.requirePresence();
    var deleted = new ArrayList<ObjectKey>();
    var failed = new LinkedHashMap<ObjectKey, RemoteException>();
    for (var key : keys) {
      try {
        delete(key);
        deleted.add(key);
      } catch (IOException e) {
        failed.put(key, FileFailure.sorted("delete " + key, remote.path(), e));
      }
    }
    return new DeleteReport(deleted, failed);
  }

  /**
   * Durable before the next key's: a parent must not be gone while its child is still there. A
   * second file of the key stays, and is the object from then on: nobody has looked at it before.
   */
  private void delete(ObjectKey key) throws IOException {
    var file = remote.find(key);
    if (file.isPresent()) {
      // What is left after a kill must not tell of an object that is gone.
      Sidecar.delete(remote.path(), file.get().name());
      Files.deleteIfExists(file.get().path());
      Directory.sync(remote.path());
    }
    remote.requirePresence();
  }

  private List<UnfinishedUpload> abandoned() throws IOException {
    remote.requirePresence();
    return StagingDirectory.abandoned(remote.path());
  }

  private boolean drop(UnfinishedUpload upload) throws IOException, InterruptedException {
    remote.requirePresence();
    return StagingDirectory.remove(remote, upload);
  }

  private void requireWritable() throws RemoteException {
    if (!writable) {
      throw new RemoteException(Kind.REFUSED, location() + " was opened for reading only");
    }
  }

  private interface FileAccess<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T attempt(String what, FileAccess<T> access)
      throws RemoteException, InterruptedException {
    Interruption.check();
    try {
      return access.run();
    } catch (ClosedByInterruptException e) {
      throw Interruption.of(e);
    } catch (IOException e) {
      throw FileFailure.sorted(what, remote.path(), e);
    }
  }
}
