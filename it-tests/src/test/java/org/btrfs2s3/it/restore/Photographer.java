package org.btrfs2s3.it.restore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.KernelBtrfs;
import org.btrfs2s3.core.btrfs.WriteWatch;
import org.btrfs2s3.core.testing.Command;

/**
 * Copies the image of a mounted file system, as a power cut would leave it, before each operation
 * that changes it.
 */
final class Photographer {

  /** What the image was before an operation. */
  record Picture(String before, Path image) {}

  private static final Set<String> CHANGES =
      Set.of("receive", "setReceived", "sync", "rename", "delete", "createSnapshot");

  private final Path image;
  private final Path directory;
  private final List<Picture> pictures = new ArrayList<>();

  /**
   * @param directory for the copies
   */
  Photographer(Path image, Path directory) {
    this.image = image;
    this.directory = directory;
  }

  Btrfs btrfs() {
    var real = new KernelBtrfs();
    return (Btrfs)
        Proxy.newProxyInstance(
            Btrfs.class.getClassLoader(),
            new Class<?>[] {Btrfs.class},
            (_, method, arguments) -> {
              if (CHANGES.contains(method.getName())) {
                take(method.getName());
              }
              try {
                var result = method.invoke(real, arguments);
                return result instanceof WriteWatch writes ? new Photographed(writes) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private final class Photographed implements WriteWatch {

    private final WriteWatch real;

    Photographed(WriteWatch real) {
      this.real = real;
    }

    @Override
    public void sync() throws BtrfsException {
      take("sync");
      real.sync();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  void take(String before) {
    var copy = directory.resolve("picture" + pictures.size());
    try {
      Command.run("cp", "--sparse=always", image.toString(), copy.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pictures.add(new Picture(before, copy));
  }

  List<Picture> pictures() {
    return pictures;
  }
}
