package org.btrfs2s3.it.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.btrfs2s3.it.program.Program;
import org.btrfs2s3.it.program.TemporaryDirectory;

/**
 * A tree of everything that is hard to back up, on btrfs, as root: holes, reflinks, hard links,
 * names that are not UTF-8, devices, capabilities, ACLs, times before 1970 and more. Contents are
 * the same for the same seed. The script {@code tricky-tree.sh} makes it: the shell knows names of
 * any bytes.
 */
public final class TrickyTree {
  /** From this step on, a step only makes small changes that are like those of other steps. */
  public static final int LAST_DISTINCT_STEP = 5;

  private static final int NOISE_BYTES = 8 << 20;

  private final long seed;

  public TrickyTree(long seed) {
    this.seed = seed;
  }

  /** Fills an empty directory or subvolume: about 10 MB in about 200 entries. */
  public void create(Path tree) throws IOException {
    run(tree, 0);
    // The shell has no command for it; the file stays when the channel is closed.
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(tree.resolve("special/socket")));
    }
  }

  /** Changes the tree: step 1 first, then 2 and so on, without an end. */
  public void mutate(Path tree, int step) throws IOException {
    if (step < 1) {
      throw new IllegalArgumentException("steps begin at 1: " + step);
    }
    run(tree, step);
  }

  private void run(Path tree, int step) throws IOException {
    try (TemporaryDirectory directory = TemporaryDirectory.create("tricky")) {
      byte[] bytes = new byte[NOISE_BYTES];
      new Random(seed).nextBytes(bytes);
      Path noise = Files.write(directory.path().resolve("noise"), bytes);
      Program.bash(script(), noise, tree, step).output();
    }
  }

  private static String script() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(TrickyTree.class.getResourceAsStream("/tricky-tree.sh"))) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }
}
