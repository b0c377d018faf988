package org.btrfs2s3.it.kill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.btrfs2s3.it.program.Program;

/** The system calls of a program, while it runs. Closing forgets them. */
final class Trace implements AutoCloseable {
  /** How long a line may wait to be read. */
  private static final long LOOK_NANOS = 50_000;

  /** A call during which another thread or process made one is shown in two lines, like these. */
  private static final Pattern BEGUN = Pattern.compile("([0-9]+ +)(.*) <unfinished [.]{3}>");

  private static final Pattern GONE_ON = Pattern.compile("([0-9]+ +)<[.]{3} .* resumed>(.*)");

  private final Path file;
  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Map<String, String> begun = new HashMap<>();

  private Trace(Path file) throws IOException {
    this.file = file;
    this.in = Files.newInputStream(file);
  }

  static Trace create() throws IOException {
    return new Trace(Files.createTempFile("strace", null));
  }

  /** The program with this as its trace. */
  Program of(Program program) {
    return Strace.around(program, "--trace=ioctl,renameat2,syncfs", "--output=" + file);
  }

  /** Waits until a call has been made so many times; false if the program ended before. */
  boolean await(SystemCall call, int ordinal, BooleanSupplier isRunning) throws IOException {
    Pattern pattern = call.pattern();
    int seen = 0;
    boolean running = true;
    while (running) {
      // Looked at before the file: what it wrote before its end is read.
      running = isRunning.getAsBoolean();
      byte[] written = in.readAllBytes();
      for (byte next : written) {
        line.write(next);
        if (next == '\n' && isOf(pattern) && ++seen == ordinal) {
          return true;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return false;
  }

  /** Whether the line that has just ended is; begins the next. */
  private boolean isOf(Pattern pattern) {
    String text = line.toString(ISO_8859_1).strip();
    line.reset();
    return pattern.matcher(text).matches() || pattern.matcher(joined(text)).matches();
  }

  /** The whole call, if this is the second of its lines; else nothing. */
  private String joined(String text) {
    Matcher first = BEGUN.matcher(text);
    if (first.matches()) {
      begun.put(first.group(1), first.group(2));
      return "";
    }
    Matcher second = GONE_ON.matcher(text);
    return second.matches()
        ? second.group(1) + begun.remove(second.group(1)) + second.group(2)
        : "";
  }

  @Override
  public void close() throws IOException {
    in.close();
    Files.delete(file);
  }
}
