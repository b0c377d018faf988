package org.btrfs2s3.core.update;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.core.plan.GarbageScope;
import org.btrfs2s3.core.store.MemoryStore;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.store.UnfinishedUpload;
import org.junit.jupiter.api.io.TempDir;

/** Collects garbage on fakes. */
abstract class Collecting {

  static final GarbageScope OURS = new GarbageScope(false, null);
  static final GarbageScope DUPLICATES = new GarbageScope(true, null);
  static final GarbageScope FOREIGN = new GarbageScope(false, Duration.ofDays(30));
  static final UUID STRANGER = new UUID(66, 6);
  static final Instant LONG_AGO = World.START.minus(Duration.ofDays(31));
  static final Instant LATELY = World.START.minus(Duration.ofDays(29));

  @TempDir Path directory = Path.of("");

  /** A source with one whole backup in one object on the remote "one". */
  World world() throws Exception {
    var world = World.of(directory, "1y").write("data");
    world.run();
    return world;
  }

  static MemoryStore store(World world) {
    return world.store("one");
  }

  static ObjectKey backup(World world) {
    return store(world).keys().getFirst();
  }

  static GarbageCollection collection(World world) {
    return new GarbageCollection(world.setup(), new Machine(world.btrfs, world::now, () -> true));
  }

  static GarbageReport run(World world, GarbageScope scope) throws Exception {
    return run(world, scope, _ -> true);
  }

  static GarbageReport run(World world, GarbageScope scope, GarbageApproval approval)
      throws Exception {
    world.events.clear();
    return collection(world).run(scope, Duration.ZERO, approval, world.events::add);
  }

  static List<ObjectKey> begun(World world) throws InterruptedException {
    return store(world).unfinishedUploads().stream().map(UnfinishedUpload::key).sorted().toList();
  }

  static List<ObjectKey> all(List<List<ObjectKey>> keys) {
    return keys.stream().flatMap(List::stream).sorted().toList();
  }
}
