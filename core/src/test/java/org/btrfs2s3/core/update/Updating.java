package org.btrfs2s3.core.update;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One source and one remote of fakes, which are looked at anew after each run. */
abstract class Updating {

  static final Duration HOUR = Duration.ofHours(1);
  static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory = Path.of("");

  World world = new World(Path.of(""));
  Invariants invariants = new Invariants(world, Path.of(""));

  @BeforeEach
  void makeWorld() throws Exception {
    use(World.of(directory.resolve("world"), "1y 1m 2d 2h"));
  }

  void use(World newWorld) throws Exception {
    world = newWorld;
    invariants = new Invariants(world, Files.createTempDirectory(directory, "received"));
  }
}
