package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.btrfs2s3.core.linux.DirectoryLock;
import org.btrfs2s3.core.linux.SystemCallException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a remote: whether it is there at all, and which objects lie in it.
 *
 * @param path of the directory
 * @param isBackup which keys show that a directory without marker is a remote nevertheless
 * @param firstPlacement the first way of naming a file to try
 */
record RemoteDirectory(Path path, Predicate<ObjectKey> isBackup, Placement firstPlacement) {

  private static final Logger log = LoggerFactory.getLogger(RemoteDirectory.class);

  /** For what is no remote without marker, whatever lies in it. */
  static final Predicate<ObjectKey> MARKER_ONLY = key -> false;

  private static final String LOCALE = " in this locale: run with LC_ALL=C.UTF-8";

  /** Others hold the lock for the few fsyncs of a commit. */
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(60);

  private static final Duration LOCK_INTERVAL = Duration.ofMillis(5);

  /**
   * Every object, in order of keys; an error if this is not the directory of a remote. Of two files
   * with one key that is the object which {@link #find} finds.
   */
  Listing list() throws IOException {
    var files = new ArrayList<ObjectFile>();
    // Looked for in the same reading as the objects: a disk that comes or goes meanwhile cannot
    // show the marker of one directory and the emptiness of the other.
    boolean marked = false;
    try (var entries = Files.newDirectoryStream(path)) {
      for (var entry : entries) {
        marked |= entry.getFileName().toString().equals(DirectoryStore.MARKER);
        fileAt(entry).ifPresent(files::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!marked && files.stream().map(file -> file.object().key()).noneMatch(isBackup)) {
      throw away();
    }
    return listing(files);
  }

  private static Listing listing(List<ObjectFile> files) {
    var counting = new TreeMap<ObjectKey, ObjectFile>();
    var second = new ArrayList<SecondFile>();
    for (var file : files) {
      var key = file.object().key();
      var other = counting.get(key);
      if (other == null) {
        counting.put(key, file);
      } else if (other.name().equals(FileName.namesOf(key).getFirst())) {
        second.add(new SecondFile(key, file.name(), other.name()));
      } else {
        counting.put(key, file);
        second.add(new SecondFile(key, other.name(), file.name()));
      }
    }
    var objects = counting.values().stream().map(ObjectFile::object).toList();
    return new Listing(objects, null, second, List.of());
  }

  /** The file of an object, if there is one. */
  Optional<ObjectFile> find(ObjectKey key) throws IOException {
    for (var name : FileName.namesOf(key)) {
      var file = ObjectFile.at(child(name));
      if (file.isPresent()) {
        return file;
      }
    }
    return Optional.empty();
  }

  /** Fails unless this is the directory of a remote: an unmounted disk is not an empty store. */
  void requirePresence() throws IOException {
    if (!Files.exists(path.resolve(DirectoryStore.MARKER), LinkOption.NOFOLLOW_LINKS)) {
      var _ = list();
    }
  }

  void requireAbsence(ObjectKey key) throws IOException {
    if (find(key).isPresent()) {
      throw new RemoteException(Kind.CONFLICT, "an object " + key + " exists in " + path);
    }
  }

  /**
   * Waits for the lock on the directory.
   *
   * @return null where the file system has no locks
   */
  @Nullable DirectoryLock lock() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < LOCK_PATIENCE.toNanos()) {
      try {
        var lock = DirectoryLock.tryLock(path);
        if (lock.isPresent()) {
          return lock.get();
        }
      } catch (SystemCallException e) {
        if (FileFailure.meansNoLocks(e)) {
          return null;
        }
        throw e;
      }
      Thread.sleep(LOCK_INTERVAL);
    }
    throw new RemoteException(
        Kind.TRANSIENT, path + " has been locked by somebody else for " + LOCK_PATIENCE);
  }

  /**
   * Gives a file its name in this directory, where no other may have it.
   *
   * @param locked whether the caller holds {@link #lock}
   */
  void place(Path file, String name, boolean locked) throws IOException {
    for (var placement : EnumSet.range(firstPlacement, Placement.CHECKED_RENAME)) {
      if (placement == Placement.CHECKED_RENAME && !locked) {
        throw new RemoteException(
            Kind.REFUSED,
            "the file system of "
                + path
                + " has neither renaming without replacing, nor hard links, nor locks");
      }
      if (placement.place(file, child(name))) {
        return;
      }
    }
  }

  /** Gives a file its name in this directory, in the place of the object that has the key. */
  void replace(Path file, String name, ObjectKey key) throws IOException {
    var replaced = find(key);
    Files.move(file, child(name), StandardCopyOption.ATOMIC_MOVE);
    if (replaced.isPresent() && !replaced.get().name().equals(name)) {
      Files.deleteIfExists(replaced.get().path());
    }
  }

  private Optional<ObjectFile> fileAt(Path entry) throws IOException {
    var name = entry.getFileName().toString();
    requireReadable(name);
    if (!entry.equals(child(name))) {
      log.debug("foreign, because its name is not UTF-8: {}", entry);
      return Optional.empty();
    }
    return FileName.isPossible(name) ? ObjectFile.at(entry) : Optional.empty();
  }

  /**
   * In another locale the JDK shows names of other characters garbled, or not at all: better no
   * listing than one that lacks a backup.
   */
  private void requireReadable(String name) throws RemoteException {
    boolean ascii = name.chars().allMatch(c -> c < 0x80);
    if (!ascii && !System.getProperty("sun.jnu.encoding", "").equals("UTF-8")) {
      throw new RemoteException(Kind.REFUSED, "cannot read the names in " + path + LOCALE);
    }
  }

  private Path child(String name) throws RemoteException {
    try {
      return path.resolve(name);
    } catch (InvalidPathException e) {
      throw new RemoteException(Kind.REFUSED, "no file can be named '" + name + "'" + LOCALE, e);
    }
  }

  private RemoteException away() {
    if (isBackup != MARKER_ONLY) {
      return new RemoteException(
          Kind.NOT_FOUND,
          path
              + ": there is no backup in it, and no marker file "
              + DirectoryStore.MARKER
              + ". Is this the directory, and is the disk mounted?");
    }
    return new RemoteException(
        Kind.NOT_FOUND,
        path
            + " is away: it has no marker file "
            + DirectoryStore.MARKER
            + ". Is the disk mounted? (check-config --create-remotes makes a new remote)");
  }
}
