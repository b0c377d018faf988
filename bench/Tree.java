import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * Makes trees of files to back up, the same ones every time.
 *
 * <ul>
 *   <li>{@code mixed DIRECTORY MEBIBYTES}: of each GiB, half is text-like (6,000 files of up to 16
 *       KiB, and files of 64 KiB to 2 MiB), half is incompressible (files of 32 MiB), and there are
 *       sparse files on top, with 1 MiB of data in every 16 MiB.
 *   <li>{@code many DIRECTORY COUNT}: that many text-like files of up to 2 KiB, 500 per directory.
 *   <li>{@code change DIRECTORY COUNT ROUND}: writes 100 of them anew, the same ones in each round,
 *       which are spread evenly.
 * </ul>
 */
class Tree {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int SMALL_FILES_PER_GIB = 6_000;
  private static final int FILES_PER_DIRECTORY = 500;
  private static final int CHANGED = 100;

  private final Path root;
  private final SplittableRandom random;
  private final Text text;
  private int files;

  Tree(Path root, long seed) {
    this.root = root;
    this.random = new SplittableRandom(seed);
    this.text = new Text(random.split());
  }

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[1]);
    int amount = Integer.parseInt(arguments[2]);
    switch (arguments[0]) {
      case "mixed" -> new Tree(root, 1).mixed(amount);
      case "many" -> new Tree(root, 2).many(amount);
      case "change" -> new Tree(root, 3 + Long.parseLong(arguments[3])).change(amount);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private void mixed(int mebibytes) throws IOException {
    long half = (long) mebibytes * MIB / 2;
    long left = half;
    for (int i = 0; i < (long) SMALL_FILES_PER_GIB * mebibytes / 1024; i++) {
      left -= writeText(random.nextInt(16 * KIB));
    }
    while (left > 0) {
      left -= writeText((int) Math.min(left, random.nextInt(64 * KIB, 2 * MIB)));
    }
    byte[] noise = new byte[MIB];
    for (left = half; left > 0; left -= 32 * MIB) {
      try (var file = create("noise")) {
        for (int i = 0; i < Math.min(32, left / MIB); i++) {
          random.nextBytes(noise);
          write(file, noise, noise.length);
        }
      }
    }
    for (int i = 0; i < mebibytes / 128; i++) {
      try (var file = create("sparse")) {
        random.nextBytes(noise);
        for (int part = 1; part <= 4; part++) {
          file.position(part * 16L * MIB - MIB);
          write(file, noise, noise.length);
        }
      }
    }
  }

  private void many(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      writeText(random.nextInt(2 * KIB));
    }
  }

  private void change(int count) throws IOException {
    for (int i = 0; i < CHANGED; i++) {
      files = (int) ((long) i * count / CHANGED);
      writeText(random.nextInt(2 * KIB));
    }
  }

  private int writeText(int length) throws IOException {
    try (var file = create("text")) {
      write(file, text.next(length), length);
    }
    return length;
  }

  /** Creates the next file, or empties it. */
  private FileChannel create(String kind) throws IOException {
    Path directory = root.resolve("d" + files / FILES_PER_DIRECTORY);
    if (files % FILES_PER_DIRECTORY == 0) {
      Files.createDirectories(directory);
    }
    return FileChannel.open(
        directory.resolve(kind + files++),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static void write(FileChannel file, byte[] bytes, int length) throws IOException {
    var buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  /** Words of an invented language, the frequent ones much more often than the others. */
  private static final class Text {

    private static final int WORDS = 20_000;

    private final byte[][] words = new byte[WORDS][];
    private final SplittableRandom random;

    Text(SplittableRandom random) {
      this.random = random;
      for (int i = 0; i < WORDS; i++) {
        var word = new StringBuilder();
        for (int letters = random.nextInt(2, 11); letters > 0; letters--) {
          word.append((char) ('a' + random.nextInt(26)));
        }
        words[i] = word.append(random.nextInt(12) == 0 ? '\n' : ' ').toString().getBytes(US_ASCII);
      }
    }

    byte[] next(int length) {
      var text = new ByteArrayOutputStream(length + 16);
      while (text.size() < length) {
        double frequent = random.nextDouble();
        text.writeBytes(words[(int) (WORDS * frequent * frequent * frequent)]);
      }
      return text.toByteArray();
    }
  }
}
