package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.btrfs2s3.core.linux.Directory;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object of a directory remote while it is written, as a file in a {@link StagingDirectory}. It
 * gets its visible name in one step when it is committed.
 */
final class StagedFile implements PendingObject {

  /**
   * Bytes per system call. The JDK copies through a direct buffer of this size, which it keeps for
   * each thread.
   */
  static final int MAX_TRANSFER = 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(StagedFile.class);

  private final RemoteDirectory remote;
  private final NewObject object;
  private final StagingDirectory staging;
  private final Path file;
  private final FileChannel channel;
  private final Consumer<StagedFile> whenClosed;

  /** Bytes that were written; of the writing thread. */
  private long size;

  /** Guarded by this. */
  private boolean closed;

  private StagedFile(
      RemoteDirectory remote,
      NewObject object,
      StagingDirectory staging,
      Path file,
      Consumer<StagedFile> whenClosed)
      throws IOException {
    this.remote = remote;
    this.object = object;
    this.staging = staging;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    this.whenClosed = whenClosed;
  }

  /**
   * Begins a file.
   *
   * @param whenClosed is told once, after commit or close
   */
  static StagedFile create(
      RemoteDirectory remote, NewObject object, Consumer<StagedFile> whenClosed)
      throws IOException {
    var staging = StagingDirectory.create(remote.path());
    try {
      var file = staging.createFile(object.key());
      return new StagedFile(remote, object, staging, file, whenClosed);
    } catch (IOException e) {
      staging.close();
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length)
      throws RemoteException, InterruptedException {
    Interruption.check();
    try {
      for (int done = 0; done < length; ) {
        int next = Math.min(length - done, MAX_TRANSFER);
        int written = channel.write(ByteBuffer.wrap(bytes, offset + done, next));
        done += written;
        size += written;
      }
    } catch (IOException e) {
      throw failure("write", e);
    }
  }

  @Override
  public StoredObject commit() throws RemoteException, InterruptedException {
    Interruption.check();
    try {
      seal();
      try (var lock = remote.lock()) {
        return publish(lock != null);
      }
    } catch (IOException e) {
      throw failure("commit", e);
    } finally {
      close();
    }
  }

  /** Waits while the object is being published: then it is too late to drop it. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      log.warn("cannot close {}: {}", file, e.toString());
    }
    staging.close();
    whenClosed.accept(this);
  }

  private void seal() throws IOException {
    channel.force(true);
    if (channel.size() != size) {
      throw new RemoteException(
          Kind.INTEGRITY,
          file + " has " + channel.size() + " bytes, but " + size + " were written");
    }
  }

  private synchronized StoredObject publish(boolean locked) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    remote.requirePresence();
    if (!replaces()) {
      remote.requireAbsence(object.key());
    }
    var lastModified = Files.getLastModifiedTime(file).toInstant();
    describe();
    place(locked);
    return stored(lastModified);
  }

  private void describe() throws IOException {
    boolean mayHideAnother = Sidecar.exists(remote.path(), name());
    var metadata = new TreeMap<>(object.metadata());
    // What may be hidden must not be told by what is taken for unplaced after a kill.
    metadata.put(Sidecar.UPLOAD_ID, mayHideAnother ? UUID.randomUUID().toString() : staging.id());
    try {
      Sidecar.write(remote.path(), name(), metadata, staging.path().resolve(Sidecar.DIRECTORY));
    } catch (IOException e) {
      if (!mayHideAnother) {
        deleteSidecar(e);
      }
      throw e;
    }
  }

  private void place(boolean locked) throws IOException {
    try {
      if (replaces()) {
        remote.replace(file, name(), object.key());
      } else {
        remote.place(file, name(), locked);
      }
    } catch (IOException e) {
      deleteSidecar(e);
      throw e;
    }
    try {
      Directory.sync(remote.path());
    } catch (IOException e) {
      throw new RemoteException(
          Kind.TRANSIENT,
          "the outcome of the commit of "
              + object.key()
              + " is unknown: it is visible in "
              + remote.path()
              + ", but might not survive a power cut: "
              + e.getMessage(),
          e);
    }
  }

  /** That of an object that could not be replaced goes, too: nothing needs it. */
  private void deleteSidecar(IOException cause) {
    try {
      Sidecar.delete(remote.path(), name());
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private StoredObject stored(Instant lastModified) {
    return new StoredObject(object.key(), size, lastModified, null);
  }

  private boolean replaces() {
    return object.predecessor() == NewObject.Predecessor.REPLACED;
  }

  private String name() {
    return file.getFileName().toString();
  }

  /** Drops the object, which lacks bytes now, and says why. */
  private RemoteException failure(String attempt, IOException cause) throws InterruptedException {
    close();
    if (cause instanceof ClosedByInterruptException interruption) {
      throw Interruption.of(interruption);
    }
    var what = attempt + " " + object.key();
    return cause instanceof ClosedChannelException
        ? new RemoteException(Kind.TRANSIENT, "cannot " + what + ": it was closed meanwhile", cause)
        : FileFailure.sorted(what, remote.path(), cause);
  }
}
