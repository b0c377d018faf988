package org.btrfs2s3.core.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.DeviceAccess;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.ReceiveSink;
import org.btrfs2s3.core.btrfs.SendMode;
import org.btrfs2s3.core.btrfs.SendStream;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.btrfs.SubvolumeInfo;
import org.btrfs2s3.core.btrfs.WriteWatch;
import org.btrfs2s3.core.sendstream.SendStreamException;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * One btrfs file system on the heap that passes the contract of the real one. Subvolumes lie, by
 * their paths, in real directories, so that those can be locked; a source is a real directory too.
 *
 * <p>Two that are made alike hand out the same UUIDs in the same order.
 */
public final class FakeBtrfs implements Btrfs {

  /** A file of every source: its content tells the states of a source apart. */
  private static final String FILE = "file";

  /** Is told of each change before it is made, and may prevent it by throwing. */
  @FunctionalInterface
  public interface Watcher {
    void before(String operation, UUID subvolume);
  }

  // All fields are guarded by this.
  private final Map<Path, TreeMap<String, FakeSubvolume>> directories = new HashMap<>();
  private final Set<Path> plainDirectories = new HashSet<>();
  private final Map<UUID, Map<String, byte[]>> created = new HashMap<>();
  private final Map<UUID, BtrfsException> sendFaults = new HashMap<>();
  private final Map<Path, BtrfsException> createFaults = new HashMap<>();
  private final Set<UUID> vanishing = new HashSet<>();
  private final Map<UUID, Integer> streamChanges = new HashMap<>();
  private final List<UUID> sends = new ArrayList<>();
  private final Random random;
  private Watcher watcher = (_, _) -> {};
  private @Nullable BtrfsException syncFault;
  private final Map<WriteWatch, Optional<BtrfsException>> watches = new HashMap<>();
  private @Nullable BtrfsException listFault;
  private long free = Long.MAX_VALUE;
  private DeviceAccess devices = new DeviceAccess.Shut();
  private int receives;
  private long transid = 100;
  private long lastId = 255;

  public FakeBtrfs() {
    this(7);
  }

  /**
   * @param seed of its UUIDs
   */
  public FakeBtrfs(long seed) {
    this.random = new Random(seed);
  }

  /** What is told of each change, instead of what was told before. */
  public synchronized void watch(Watcher newWatcher) {
    watcher = newWatcher;
  }

  /** Makes a subvolume, and a real directory for it. */
  public synchronized UUID addSource(Path path) throws IOException {
    Files.createDirectories(path);
    return createSubvolume(directoryOf(path), nameOf(path)).uuid;
  }

  /** Writes the state that tells this time of a subvolume from others. */
  public synchronized void write(Path subvolume, String content, Instant time)
      throws BtrfsException {
    write(subvolume, FILE, content.getBytes(StandardCharsets.UTF_8), time);
  }

  /** Creates or replaces a file of a writable subvolume. */
  public synchronized void write(Path subvolume, String file, byte[] content, Instant time)
      throws BtrfsException {
    var written = at(directoryOf(subvolume), nameOf(subvolume), "write to");
    if (written.readOnly) {
      throw error("write to", subvolume, "EROFS");
    }
    written.files.put(file, content.clone());
    written.ctransid = ++transid;
    written.ctime = time;
  }

  public synchronized byte[] read(Path subvolume, String file) throws BtrfsException {
    var content = at(directoryOf(subvolume), nameOf(subvolume), "read").files.get(file);
    if (content == null) {
      throw error("read", subvolume.resolve(file), "ENOENT");
    }
    return content.clone();
  }

  /** The state of a subvolume that {@link #write(Path, String, Instant)} wrote. */
  public String content(Path subvolume) throws BtrfsException {
    return new String(read(subvolume, FILE), StandardCharsets.UTF_8);
  }

  /** The state that a snapshot had when it was created, also of one that was deleted since. */
  public synchronized String contentOfSnapshot(UUID snapshot) {
    var files = Objects.requireNonNull(created.get(snapshot), () -> "never made: " + snapshot);
    return new String(files.getOrDefault(FILE, new byte[0]), StandardCharsets.UTF_8);
  }

  /** Changes a read-only subvolume, as somebody who makes it writable for a while. */
  public synchronized void edit(Path directory, EntryName name, String content, Instant time)
      throws BtrfsException {
    setReadOnly(directory, name, false);
    write(directory.resolve(name.toString()), content, time);
    setReadOnly(directory, name, true);
  }

  /** As the ioctl does it: ctransid and received UUID stay. */
  public synchronized void setReadOnly(Path directory, EntryName name, boolean readOnly)
      throws BtrfsException {
    at(directory, name, "set the flags of").readOnly = readOnly;
  }

  /** From now on sending fails that reads this snapshot, as itself or as send parent. */
  public synchronized void failSend(UUID snapshot, BtrfsException failure) {
    sendFaults.put(snapshot, failure);
  }

  /** The snapshot can be sent again. */
  public synchronized void mend(UUID snapshot) {
    sendFaults.remove(snapshot);
  }

  /** From now on no snapshot of this source can be created; for null it can again. */
  public synchronized void failCreate(Path source, @Nullable BtrfsException failure) {
    if (failure == null) {
      createFaults.remove(source);
    } else {
      createFaults.put(source, failure);
    }
  }

  /** Somebody deletes the snapshot while its data are sent for the first time. */
  public synchronized void vanishDuringSend(UUID snapshot) {
    vanishing.add(snapshot);
  }

  /** From now on another stream is made of the snapshot, from its first command on. */
  public synchronized void changeStream(UUID snapshot) {
    streamChanges.merge(snapshot, 1, Integer::sum);
  }

  /** How many streams were received to their ends. */
  public synchronized int receives() {
    return receives;
  }

  /** Every snapshot whose data were sent, in order. */
  public synchronized List<UUID> sends() {
    return List.copyOf(sends);
  }

  /** A plain directory that exists in this file system only. */
  public synchronized void createDirectory(Path directory, EntryName name) throws BtrfsException {
    requireFree(directory, name, "create");
    plainDirectories.add(directory.resolve(name.toString()));
  }

  /** An empty writable subvolume. */
  public synchronized void createSubvolume(Path directory, String name) throws BtrfsException {
    createSubvolume(directory, EntryName.of(name));
  }

  private FakeSubvolume createSubvolume(Path directory, EntryName name) throws BtrfsException {
    if (entries(directory).containsKey(name.latin1())) {
      throw error("create", directory.resolve(name.toString()), "EEXIST");
    }
    return put(directory, name, null);
  }

  private FakeSubvolume put(Path directory, EntryName name, @Nullable UUID parent) {
    var subvolume = new FakeSubvolume(++lastId, newUuid(), parent, ++transid);
    directories.computeIfAbsent(directory, _ -> new TreeMap<>()).put(name.latin1(), subvolume);
    return subvolume;
  }

  private UUID newUuid() {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    return UUID.nameUUIDFromBytes(bytes);
  }

  @Override
  public SubvolumeInfo inspect(Path subvolume) throws BtrfsException {
    return inspect(directoryOf(subvolume), nameOf(subvolume));
  }

  @Override
  public synchronized SubvolumeInfo inspect(Path directory, EntryName name) throws BtrfsException {
    return at(directory, name, "inspect").info();
  }

  @Override
  public synchronized long owner(Path directory, EntryName name) throws BtrfsException {
    return at(directory, name, "look for the owner of").owner;
  }

  /** Gives the root of a subvolume, read-only or not, to another user. */
  public synchronized void setOwner(Path directory, EntryName name, long uid)
      throws BtrfsException {
    at(directory, name, "change the owner of").owner = uid;
  }

  @Override
  public synchronized List<SubvolumeEntry> list(Path directory) throws BtrfsException {
    requireDirectory(directory, "list");
    return entries(directory).entrySet().stream()
        .map(entry -> new SubvolumeEntry(new EntryName(entry.getKey()), entry.getValue().info()))
        .toList();
  }

  @Override
  public synchronized boolean exists(Path directory, EntryName name) throws BtrfsException {
    requireDirectory(directory, "look into");
    var path = directory.resolve(name.toString());
    return entries(directory).containsKey(name.latin1())
        || plainDirectories.contains(path)
        || Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public synchronized int countNested(Path subvolume) throws BtrfsException {
    at(directoryOf(subvolume), nameOf(subvolume), "inspect");
    return directories.entrySet().stream()
        .filter(directory -> directory.getKey().startsWith(subvolume))
        .mapToInt(directory -> directory.getValue().size())
        .sum();
  }

  @Override
  public synchronized void sync(Path path) throws BtrfsException {
    requireDirectory(path, "sync");
    var fault = syncFault;
    if (fault != null) {
      syncFault = null;
      throw fault;
    }
  }

  /**
   * A write is lost: the next sync fails, and only that, and the next one of each watch that is
   * open now. (The kernel tells it once to each.)
   */
  public synchronized void failNextSync(BtrfsException failure) {
    syncFault = failure;
    watches.replaceAll((_, _) -> Optional.of(failure));
  }

  /** Somebody else syncs, and is told of what was lost. */
  public synchronized void syncByOthers() {
    syncFault = null;
  }

  @Override
  public synchronized WriteWatch watchWrites(Path path) throws BtrfsException {
    requireDirectory(path, "sync");
    var watch = new Watching();
    watches.put(watch, Optional.ofNullable(syncFault));
    return watch;
  }

  private final class Watching implements WriteWatch {

    @Override
    public void sync() throws BtrfsException {
      synchronized (FakeBtrfs.this) {
        var fault = watches.put(this, Optional.empty());
        if (fault != null && fault.isPresent()) {
          syncFault = null;
          throw fault.get();
        }
      }
    }

    @Override
    public void close() {
      synchronized (FakeBtrfs.this) {
        watches.remove(this);
      }
    }
  }

  /** From now on this many bytes are free. */
  public synchronized void setFree(long bytes) {
    free = bytes;
  }

  @Override
  public synchronized long freeBytes(Path path) throws BtrfsException {
    requireDirectory(path, "look for free space at");
    return free;
  }

  @Override
  public synchronized void createWritableSnapshot(Path source, Path directory, EntryName name)
      throws BtrfsException {
    createSnapshot(source, directory, name);
    var snapshot = at(directory, name, "make writable");
    snapshot.readOnly = false;
    snapshot.receivedUuid = null;
    snapshot.stransid = 0;
    snapshot.rtransid = 0;
    snapshot.mark = 0;
  }

  @Override
  public synchronized void createSnapshot(Path source, Path directory, EntryName name)
      throws BtrfsException {
    var original = at(directoryOf(source), nameOf(source), "create snapshot of");
    requireDirectory(directory, "create snapshot in");
    requireFree(directory, name, "create snapshot");
    var fault = createFaults.get(source);
    if (fault != null) {
      throw fault;
    }
    watcher.before("createSnapshot", original.uuid);
    var snapshot = put(directory, name, original.uuid);
    snapshot.files.putAll(original.files);
    snapshot.ctransid = original.ctransid;
    snapshot.ctime = original.ctime;
    snapshot.owner = original.owner;
    snapshot.receivedUuid = original.receivedUuid;
    snapshot.stransid = original.stransid;
    snapshot.rtransid = original.rtransid;
    snapshot.mark = original.mark;
    snapshot.readOnly = true;
    created.put(snapshot.uuid, Map.copyOf(snapshot.files));
  }

  @Override
  public synchronized void rename(Path directory, EntryName from, EntryName to)
      throws BtrfsException {
    var subvolume = at(directory, from, "rename");
    requireFree(directory, to, "rename to");
    watcher.before("rename", subvolume.uuid);
    entries(directory).remove(from.latin1());
    entries(directory).put(to.latin1(), subvolume);
  }

  @Override
  public synchronized void delete(Path directory, EntryName name, UUID uuid) throws BtrfsException {
    var subvolume = at(directory, name, "delete");
    if (!subvolume.uuid.equals(uuid)) {
      throw new BtrfsException(
          "cannot delete " + directory.resolve(name.toString()) + ": it is not " + uuid, "", null);
    }
    watcher.before("delete", uuid);
    entries(directory).remove(name.latin1());
  }

  @Override
  public synchronized SendStream send(
      Path directory, EntryName name, @Nullable EntryName parent, SendMode mode)
      throws BtrfsException {
    var sent = at(directory, name, "send");
    var against = parent == null ? null : at(directory, parent, "send against");
    if (mode != SendMode.NO_DATA) {
      sends.add(sent.uuid);
    }
    var stream =
        FakeStream.write(
            name + "~".repeat(streamChanges.getOrDefault(sent.uuid, 0)),
            new StreamIdentity(
                identity(sent),
                Ctransid.ofKernel(sent.ctransid),
                against == null ? null : identity(against)),
            sent.files,
            against == null ? Map.of() : against.files,
            mode);
    return new FakeSend(stream, failureOf(directory, name, sent, against, mode));
  }

  /** What breaks the stream off in its middle, if anything does. */
  private @Nullable BtrfsException failureOf(
      Path directory,
      EntryName name,
      FakeSubvolume sent,
      @Nullable FakeSubvolume against,
      SendMode mode) {
    if (mode != SendMode.NO_DATA && vanishing.remove(sent.uuid)) {
      entries(directory).remove(name.latin1());
      return new BtrfsException("btrfs send: " + name + " is gone", "", null);
    }
    return Stream.of(sent, against)
        .filter(Objects::nonNull)
        .map(subvolume -> sendFaults.get(subvolume.uuid))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static UUID identity(FakeSubvolume subvolume) {
    return subvolume.receivedUuid == null ? subvolume.uuid : subvolume.receivedUuid;
  }

  @Override
  public synchronized ReceiveSink receive(Path directory, DeviceAccess access)
      throws BtrfsException {
    requireDirectory(directory, "receive into");
    return new Receiving(directory);
  }

  /** Keeps what comes until it is finished. */
  @Override
  public synchronized DeviceAccess deviceAccess(Path directory) {
    return devices;
  }

  /** As of a machine whose root may not mount. */
  public synchronized void openDevices(String why) {
    devices = new DeviceAccess.Open(why);
  }

  private final class Receiving extends ReceiveSink {

    private final Path directory;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Receiving(Path directory) {
      this.directory = directory;
    }

    @Override
    public void write(int oneByte) {
      bytes.write(oneByte);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      bytes.write(source, offset, length);
    }

    @Override
    public void finish() throws BtrfsException {
      receive(directory, bytes.toByteArray());
    }
  }

  private synchronized void receive(Path directory, byte[] bytes) throws BtrfsException {
    FakeStream stream;
    try {
      stream = FakeStream.read(bytes);
    } catch (SendStreamException e) {
      throw new BtrfsException("btrfs receive: " + e.getMessage(), "", e);
    }
    var name = EntryName.of(stream.name());
    requireFree(directory, name, "receive");
    receives++;
    watcher.before("receive", stream.identity().uuid());
    var parentUuid = stream.identity().parentUuid();
    var parent = parentUuid == null ? null : receivedParent(parentUuid);
    var received = put(directory, name, parent == null ? null : parent.uuid);
    if (parent != null) {
      received.files.putAll(parent.files);
    }
    stream.applyTo(received.files);
    setReceived(received, stream.identity().uuid(), stream.identity().ctransid(), 0);
  }

  /** By received UUID, then by its own, on the whole file system. */
  private FakeSubvolume receivedParent(UUID uuid) throws BtrfsException {
    var all = all();
    return Stream.concat(
            all.stream().filter(candidate -> uuid.equals(candidate.receivedUuid)),
            all.stream().filter(candidate -> uuid.equals(candidate.uuid)))
        .findFirst()
        .orElseThrow(
            () -> new BtrfsException("btrfs receive: cannot find parent " + uuid, "", null));
  }

  @Override
  public synchronized void setReceived(
      Path directory, EntryName name, UUID receivedUuid, Ctransid stransid, int mark)
      throws BtrfsException {
    sync(directory);
    watcher.before("setReceived", receivedUuid);
    setReceived(at(directory, name, "set the received UUID of"), receivedUuid, stransid, mark);
  }

  private void setReceived(
      FakeSubvolume subvolume, UUID receivedUuid, Ctransid stransid, int mark) {
    subvolume.receivedUuid = receivedUuid;
    subvolume.mark = mark;
    subvolume.stransid = stransid.value().longValue();
    subvolume.rtransid = ++transid;
    subvolume.readOnly = true;
  }

  @Override
  public synchronized List<SubvolumeInfo> listFileSystem(Path path) throws BtrfsException {
    requireDirectory(path, "list the file system of");
    if (listFault != null) {
      throw listFault;
    }
    return all().stream().map(FakeSubvolume::info).toList();
  }

  /** From now on nobody may list the file system. */
  public synchronized void failListFileSystem(BtrfsException failure) {
    listFault = failure;
  }

  private List<FakeSubvolume> all() {
    return directories.values().stream().map(Map::values).flatMap(Collection::stream).toList();
  }

  private Map<String, FakeSubvolume> entries(Path directory) {
    return directories.getOrDefault(directory, new TreeMap<>());
  }

  private FakeSubvolume at(Path directory, EntryName name, String operation) throws BtrfsException {
    var subvolume = entries(directory).get(name.latin1());
    if (subvolume != null) {
      return subvolume;
    }
    var path = directory.resolve(name.toString());
    if (plainDirectories.contains(path)) {
      throw new BtrfsException(
          "cannot " + operation + " " + path + ": not the root of a subvolume", "", null);
    }
    throw error(operation, path, "ENOENT");
  }

  private void requireFree(Path directory, EntryName name, String operation) throws BtrfsException {
    if (exists(directory, name)) {
      throw error(operation, directory.resolve(name.toString()), "EEXIST");
    }
  }

  private void requireDirectory(Path directory, String operation) throws BtrfsException {
    boolean isSubvolume = entries(directoryOf(directory)).containsKey(nameOf(directory).latin1());
    if (!isSubvolume && !plainDirectories.contains(directory) && !Files.isDirectory(directory)) {
      throw error(operation, directory, "ENOENT");
    }
  }

  private static Path directoryOf(Path path) {
    return Objects.requireNonNull(path.getParent(), () -> "has no parent: " + path);
  }

  private static EntryName nameOf(Path path) {
    return EntryName.of(Objects.requireNonNull(path.getFileName()).toString());
  }

  private static BtrfsException error(String operation, Path path, String errno) {
    return new BtrfsException("cannot " + operation + " " + path + ": " + errno, errno, null);
  }
}
