package org.btrfs2s3.app.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** A file of UTF-8 text. */
final class TextFile {

  private TextFile() {}

  /** The whole text, without a byte order mark; empty if it cannot be read, which is reported. */
  static Optional<String> read(Path file, Problems problems) {
    try {
      return decode(Files.readAllBytes(file), problems);
    } catch (NoSuchFileException e) {
      problems.error(Position.FILE, "there is no such file; --config names another one");
    } catch (AccessDeniedException e) {
      problems.error(Position.FILE, "cannot be read: permission denied");
    } catch (IOException e) {
      // Not the file again, and no name of a class.
      var reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
      problems.error(Position.FILE, "cannot be read: " + reason);
    }
    return Optional.empty();
  }

  /** Whether every user of the machine may read the file. */
  static boolean isReadableByOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException e) {
      // Gone since it was read: then nobody can read it.
      return false;
    }
  }

  /** Where in a text an index is. */
  static Position positionAt(String text, int index) {
    int lineStart = text.lastIndexOf('\n', index - 1) + 1;
    int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    return new Position(line, 1 + text.codePointCount(lineStart, index));
  }

  private static Optional<String> decode(byte[] bytes, Problems problems) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    // UTF-8 never has fewer bytes than UTF-16 has units.
    var out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      problems.error(positionAt(text, text.length()), "a byte here is not UTF-8");
      return Optional.empty();
    }
    return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }
}
