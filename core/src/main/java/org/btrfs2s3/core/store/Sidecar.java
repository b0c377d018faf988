package org.btrfs2s3.core.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.btrfs2s3.core.linux.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata of an object, which a directory has no other place for: a file {@code .meta/<name of
 * the object's file>} with a line {@code name=value} for each entry, both URL-encoded. No restore
 * needs it: it may be missing.
 */
final class Sidecar {

  /** Holds the sidecars of a remote. */
  static final String DIRECTORY = ".meta";

  /** Names the {@link StagingDirectory} in which the object was written. */
  static final String UPLOAD_ID = "btrfs2s3-upload-id";

  /** Far more than S3 allows (2 KiB), and no danger for the heap. */
  private static final long MAXIMUM_BYTES = 64 << 10;

  private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

  private Sidecar() {}

  /**
   * What is known of the object in this file; empty if there is no sidecar, or a garbled one. A
   * FIFO, which would block, a link and a device are not opened.
   */
  static Map<String, String> read(Path remote, String name) throws IOException {
    var path = path(remote, name);
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile() || attributes.size() > MAXIMUM_BYTES) {
        throw new IllegalArgumentException("no regular file, or a large one");
      }
      return decoded(Files.readString(path));
    } catch (NoSuchFileException copiedWithoutSidecar) {
      return Map.of();
    } catch (IllegalArgumentException | CharacterCodingException garbled) {
      log.warn("{} is no metadata of ours and is ignored: {}", path, garbled.toString());
      return Map.of();
    }
  }

  static boolean exists(Path remote, String name) {
    return Files.exists(path(remote, name), LinkOption.NOFOLLOW_LINKS);
  }

  /** The id under which an object was written; empty if nothing tells it. */
  static String uploadId(Path remote, String name) throws IOException {
    return read(remote, name).getOrDefault(UPLOAD_ID, "");
  }

  /** The keys of all objects that there are, or were, sidecars of. */
  static SortedSet<ObjectKey> keys(Path remote) throws IOException {
    SortedSet<ObjectKey> keys = new TreeSet<>();
    try (var entries = Files.newDirectoryStream(remote.resolve(DIRECTORY))) {
      for (var entry : entries) {
        keys.add(FileName.keyOf(entry.getFileName().toString()));
      }
    } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException _) {
      return keys; // No restore needs them, and who writes them can read them.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return keys;
  }

  /** Writes or replaces a sidecar, durably. */
  static void write(Path remote, String name, Map<String, String> metadata, Path temporary)
      throws IOException {
    try (var channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(encoded(metadata).getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    var target = path(remote, name);
    StagingDirectory.createIfMissing(remote.resolve(DIRECTORY));
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Directory.sync(remote.resolve(DIRECTORY));
  }

  /** Durably. */
  static void delete(Path remote, String name) throws IOException {
    if (Files.deleteIfExists(path(remote, name))) {
      Directory.sync(remote.resolve(DIRECTORY));
    }
  }

  private static Path path(Path remote, String name) {
    return remote.resolve(DIRECTORY).resolve(name);
  }

  private static String encoded(Map<String, String> metadata) {
    return new TreeMap<>(metadata)
        .entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()) + "\n")
            .collect(Collectors.joining());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Map<String, String> decoded(String lines) {
    var metadata = new TreeMap<String, String>();
    for (var line : lines.lines().toList()) {
      int end = line.indexOf('=');
      if (end < 0) {
        throw new IllegalArgumentException("no '=' in '" + line + "'");
      }
      metadata.put(
          URLDecoder.decode(line.substring(0, end), UTF_8),
          URLDecoder.decode(line.substring(end + 1), UTF_8));
    }
    return metadata;
  }
}
