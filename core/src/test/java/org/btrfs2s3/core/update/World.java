package org.btrfs2s3.core.update;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;
import org.btrfs2s3.core.btrfs.SubvolumeEntry;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Stage;
import org.btrfs2s3.core.plan.Plan;
import org.btrfs2s3.core.plan.RemoteId;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.BackupStore;
import org.btrfs2s3.core.store.FaultyStore;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.testing.FakeBtrfs;
import org.btrfs2s3.policy.PreservationPolicy;

/**
 * A machine with sources and remotes, all fakes but for the directories that are locked, and its
 * runs of {@link Update}. Nothing is remembered between two runs but what the fakes hold.
 *
 * <p>Two worlds that are made alike, in directories of their own, behave alike to the last UUID.
 */
final class World {

  /** A day with a change of the clock is near, in a zone that is half an hour off. */
  static final Instant START = Instant.parse("2026-02-11T12:00:00Z");

  static final ZoneId ZONE = ZoneId.of("America/St_Johns");

  private static final UpdateOptions OPTIONS = new UpdateOptions(true, false, Duration.ZERO);

  final FakeBtrfs btrfs = new FakeBtrfs();
  final List<UpdateEvent> events = new ArrayList<>();
  final Map<String, MemoryStore> stores = new LinkedHashMap<>();

  private final Path root;
  private final Map<String, UnaryOperator<BackupStore>> doors = new LinkedHashMap<>();
  private final Map<String, SourceSetup> sources = new LinkedHashMap<>();
  private Instant now = START;
  private ZoneId zone = ZONE;
  private boolean clockSynchronized = true;
  private int states;
  private UploadOptions upload = UploadOptions.DEFAULT;
  private final Map<String, Encoding> encodings = new HashMap<>();
  private Duration patience = UploadContext.PATIENCE;

  World(Path root) {
    this.root = root;
  }

  /** A world with the source "data" and one remote. */
  static World of(Path root, String policy) throws IOException {
    return new World(root).remote("one").source("data", Map.of("one", policy));
  }

  World remote(String name) {
    stores.put(name, new MemoryStore());
    doors.put(name, UnaryOperator.identity());
    return this;
  }

  /** Adds a source, or changes the policies of one. */
  World source(String name, Map<String, String> policies) throws IOException {
    if (!sources.containsKey(name)) {
      btrfs.addSource(path(name));
      write(name);
      Files.createDirectories(snapshots(name));
    }
    var targets =
        policies.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                target ->
                    new TargetSetup(
                        new RemoteId(target.getKey()),
                        PreservationPolicy.parse(target.getValue()),
                        encodings.getOrDefault(target.getKey(), new Plain()),
                        upload))
            .toList();
    sources.put(name, new SourceSetup(path(name), snapshots(name), name, false, targets));
    return this;
  }

  /** From now on runs look for the snapshots of a source in another directory, or there again. */
  World lookIn(String name, Path directory) {
    var source = Objects.requireNonNull(sources.get(name));
    sources.put(
        name,
        new SourceSetup(
            source.path(),
            directory,
            source.base(),
            source.manageAllSnapshots(),
            source.targets()));
    return this;
  }

  private record Plain() implements Encoding {
    @Override
    public List<String> keySuffixes() {
      return List.of();
    }

    @Override
    public String description() {
      return "none";
    }

    @Override
    public List<Stage> stages() {
      return List.of();
    }
  }

  /**
   * From now on, for sources that are added or changed. The fakes' streams have about 200 bytes.
   */
  World segmented(long segmentBytes) {
    return uploading(new UploadOptions(segmentBytes, null, false));
  }

  /** From now on, for sources that are added or changed. */
  World uploading(UploadOptions options) {
    upload = options;
    return this;
  }

  /** From now on, for sources that are added or changed; at first nothing is encoded. */
  World encode(String remote, Encoding encoding) {
    encodings.put(remote, encoding);
    return this;
  }

  /** For how long a remote may hold up others. */
  World patient(Duration newPatience) {
    patience = newPatience;
    return this;
  }

  Set<String> sources() {
    return sources.keySet();
  }

  Map<String, PreservationPolicy> policies(String source) {
    return Objects.requireNonNull(sources.get(source)).targets().stream()
        .collect(Collectors.toMap(target -> target.remote().value(), TargetSetup::policy));
  }

  Path path(String source) {
    return root.resolve(source);
  }

  Path snapshots(String source) {
    return root.resolve(source + "-snapshots");
  }

  UUID uuid(String source) throws BtrfsException {
    return btrfs.inspect(path(source)).uuid();
  }

  Instant now() {
    return now;
  }

  World at(Instant time) {
    now = time;
    return this;
  }

  World later(Duration duration) {
    return at(now.plus(duration));
  }

  ZoneId zone() {
    return zone;
  }

  World in(ZoneId newZone) {
    zone = newZone;
    return this;
  }

  /** Nothing in the kernel says that the clock is right. */
  World withFreeRunningClock() {
    clockSynchronized = false;
    return this;
  }

  /** Brings the source to a state that it never had. */
  World write(String source) throws BtrfsException {
    btrfs.write(path(source), source + " " + ++states, now);
    return this;
  }

  MemoryStore store(String remote) {
    return Objects.requireNonNull(stores.get(remote));
  }

  /** From now on runs reach the remote through a decorator only. */
  World reach(String remote, UnaryOperator<BackupStore> door) {
    doors.put(remote, door);
    return this;
  }

  World reach(String remote) {
    return reach(remote, UnaryOperator.identity());
  }

  World takeAway(String remote) {
    return reach(
        remote, store -> new FaultyStore(store).fail(_ -> true, RemoteException.Kind.TRANSIENT));
  }

  /** From now on no run can commit this segment there. */
  World endBefore(String remote, int segment) {
    var part = ".seqn%06d.".formatted(segment);
    return reach(
        remote,
        store ->
            new FaultyStore(store)
                .fail(
                    request ->
                        request.operation() == FaultyStore.Operation.COMMIT
                            && request.toString().contains(part),
                    RemoteException.Kind.TRANSIENT));
  }

  UpdateSetup setup() {
    return new UpdateSetup(
        zone,
        List.copyOf(sources.values()),
        doors.entrySet().stream()
            .map(
                door ->
                    new RemoteSetup(
                        new RemoteId(door.getKey()),
                        () -> door.getValue().apply(store(door.getKey()))))
            .toList(),
        "test");
  }

  Update update() {
    var machine = new Machine(btrfs, () -> now, () -> clockSynchronized);
    return new Update(setup(), machine, patience);
  }

  /** Changes a source, runs, and tells the newest snapshot, which this made. */
  UUID backUp(String source) throws IOException, LockedException, InterruptedException {
    write(source).run();
    return newest(source).info().uuid();
  }

  RunReport run() throws IOException, LockedException, InterruptedException {
    return run(OPTIONS);
  }

  RunReport runWithAllowDelete() throws IOException, LockedException, InterruptedException {
    return run(new UpdateOptions(true, true, Duration.ZERO));
  }

  RunReport run(UpdateOptions options) throws IOException, LockedException, InterruptedException {
    return run(options, new Yes());
  }

  RunReport run(Approval approval) throws IOException, LockedException, InterruptedException {
    return run(OPTIONS, approval);
  }

  private RunReport run(UpdateOptions options, Approval approval)
      throws IOException, LockedException, InterruptedException {
    events.clear();
    return update().run(options, approval, events::add);
  }

  UpdateOptions options() {
    return OPTIONS;
  }

  Plan pretend() throws IOException, LockedException, InterruptedException {
    return update().pretend(OPTIONS);
  }

  /** An unattended run: the guards decide. */
  record Yes() implements Approval {
    @Override
    public boolean approve(Plan plan) {
      return true;
    }

    @Override
    public boolean approveChanged(Plan plan) {
      return true;
    }
  }

  List<SubvolumeEntry> entries(String source) throws BtrfsException {
    return btrfs.list(snapshots(source));
  }

  List<String> names(String source) throws BtrfsException {
    return entries(source).stream().map(entry -> entry.name().toString()).toList();
  }

  /** The newest snapshot of a source. */
  SubvolumeEntry newest(String source) throws BtrfsException {
    return entries(source).stream()
        .reduce((a, b) -> b.info().otransid().isAfter(a.info().otransid()) ? b : a)
        .orElseThrow();
  }

  boolean hasSnapshot(String source, UUID uuid) throws BtrfsException {
    return entries(source).stream().anyMatch(entry -> entry.info().uuid().equals(uuid));
  }

  /** Makes a snapshot as a user does. */
  UUID snapshotByHand(String source, String name) throws BtrfsException {
    btrfs.createSnapshot(path(source), snapshots(source), EntryName.of(name));
    return btrfs.inspect(snapshots(source), EntryName.of(name)).uuid();
  }

  /** The key of the only object of a backup that a remote has. */
  ObjectKey key(String remote, UUID backup) {
    return store(remote).keys().stream()
        .filter(key -> key.value().contains(".uuid" + backup))
        .reduce(
            (a, b) -> {
              throw new AssertionError("two objects of " + backup + ": " + a + ", " + b);
            })
        .orElseThrow(() -> new AssertionError("no object of " + backup));
  }

  boolean hasBackup(String remote, UUID backup) {
    return store(remote).keys().stream().anyMatch(k -> k.value().contains(".uuid" + backup));
  }

  /** Everything that a run leaves behind, for comparing two worlds. */
  record State(Map<String, List<String>> snapshots, Map<String, List<ObjectKey>> objects) {}

  /** Attempts are named by chance. */
  private static ObjectKey anyAttempt(ObjectKey key) {
    return new ObjectKey(key.value().replaceAll("\\.atmp[0-9a-f]{16}", ".atmp*"));
  }

  State state() throws BtrfsException {
    Map<String, List<String>> snapshots = new LinkedHashMap<>();
    for (var source : sources.keySet()) {
      snapshots.put(source, names(source));
    }
    Map<String, List<ObjectKey>> objects = new LinkedHashMap<>();
    stores.forEach(
        (name, store) ->
            objects.put(name, store.keys().stream().map(World::anyAttempt).sorted().toList()));
    return new State(snapshots, objects);
  }
}
