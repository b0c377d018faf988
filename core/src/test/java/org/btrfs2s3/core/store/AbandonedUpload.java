package org.btrfs2s3.core.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process that dies while it writes an object. */
final class AbandonedUpload {

  private AbandonedUpload() {}

  /** Writes 100,000 bytes of an object in another process, which is then gone. */
  static void of(ObjectKey key, Path directory) throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            AbandonedUpload.class.getName(),
            directory.toString(),
            key.value());
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 42) {
      throw new IOException(command + " ended with " + code);
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var object = new NewObject(new ObjectKey(arguments[1]), Map.of(), 1);
    var pending = DirectoryStore.at(Path.of(arguments[0])).create(object);
    pending.write(new byte[100_000], 0, 100_000);
    // No shutdown hook, no close: as SIGKILL.
    Runtime.getRuntime().halt(42);
  }
}
