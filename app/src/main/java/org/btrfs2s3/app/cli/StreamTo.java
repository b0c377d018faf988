package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.app.console.RestoreJson;
import org.btrfs2s3.app.console.RestoreText;
import org.btrfs2s3.app.console.ThawText;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.linux.TerminalWindow;
import org.btrfs2s3.core.restore.RestoreException;
import org.btrfs2s3.core.restore.Selection;
import org.btrfs2s3.core.restore.StreamExport;
import org.btrfs2s3.core.restore.StreamFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code restore --stream-to}: writes the send stream of one backup instead of receiving it. */
final class StreamTo implements StreamExport.Listener {

  private static final String STANDARD_OUTPUT = "-";
  private final CommandLine commandLine;
  private final String to;
  private final boolean dryRun;
  private final boolean json;
  private final @Nullable ThawOptions thaw;

  /**
   * @param thaw null if nothing is to be thawed
   */
  StreamTo(
      CommandLine commandLine,
      String to,
      boolean dryRun,
      boolean json,
      @Nullable ThawOptions thaw) {
    this.commandLine = commandLine;
    this.to = to;
    this.dryRun = dryRun;
    this.json = json;
    this.thaw = thaw;
  }

  /**
   * Fails before anything is fetched if the stream could not be written.
   *
   * @throws ParameterException if standard output is for people, or for two things at once
   */
  void requirePossible() throws RestoreException {
    if (!to.equals(STANDARD_OUTPUT)) {
      StreamFile.requirePossible(Path.of(to));
    } else if (json && !dryRun) {
      throw new ParameterException(
          commandLine, "--json and --stream-to - would both write to standard output");
    } else if (!dryRun && TerminalWindow.ofStandardOutput().isPresent()) {
      throw new ParameterException(
          commandLine,
          "--stream-to -: standard output is a terminal; redirect it, or name a file instead of -");
    }
  }

  ExitCode run(Reading reading, Selection selection, @Nullable UUID source)
      throws IOException, RestoreException, InterruptedException {
    var export = new StreamExport(reading.store(), reading.reader());
    var objects = export.choose(selection, source);
    if (dryRun) {
      show(reading, objects.getFirst());
      return ExitCode.DONE;
    }
    // Before a thaw is waited for, as long as somebody can be asked for a passphrase.
    reading.reader().unlockFor(objects);
    ThawOptions.seeTo(thaw, objects.subList(0, 1), reading.store(), commandLine.getErr());
    var written =
        to.equals(STANDARD_OUTPUT)
            ? export.write(objects, new StandardOutput(), this)
            : toFile(export, objects);
    tell("complete: %s, %s".formatted(written.backup().key(), ShownBytes.of(written.bytes())));
    RestoreText.parentOf(written.backup()).ifPresent(this::tell);
    report(reading, written.backup(), written.bytes());
    return ExitCode.DONE;
  }

  private StreamExport.Written toFile(StreamExport export, List<StoredBackup> objects)
      throws IOException, RestoreException, InterruptedException {
    try (var file = StreamFile.create(Path.of(to))) {
      var written = export.write(objects, file, this);
      file.commit();
      return written;
    }
  }

  @Override
  public void fetching(StoredBackup object) {
    tell("fetching %s, %s, into %s".formatted(object.key(), ShownBytes.of(object.size()), to));
  }

  @Override
  public void otherTried(StoredBackup other, IOException failure) {
    tell("%s; now tried: %s".formatted(failure.getMessage(), other.key()));
  }

  private void show(Reading reading, StoredBackup backup) throws IOException, InterruptedException {
    var cold = ThawOptions.look(reading.store(), List.of(backup));
    if (json) {
      var document = document(reading);
      RestoreJson.write(backup, document.root().putObject("backup"));
      document.root().put("bytes_to_fetch", backup.size());
      RestoreJson.write(cold, document.root());
      commandLine.getOut().println(document.text());
    } else {
      RestoreText.ofStream(backup).forEach(commandLine.getOut()::println);
      ThawText.of(cold).ifPresent(commandLine.getOut()::println);
    }
  }

  private void report(Reading reading, StoredBackup backup, long bytes) {
    if (json) {
      var document = document(reading);
      RestoreJson.write(backup, document.root().putObject("backup"));
      document.root().putObject("outcome").put("file", to).put("stream_bytes", bytes);
      commandLine.getOut().println(document.text());
    } else if (!to.equals(STANDARD_OUTPUT)) {
      commandLine.getOut().println("wrote " + to);
    }
  }

  private JsonDocument document(Reading reading) {
    var document = new JsonDocument("restore");
    document.root().put("dry_run", dryRun).put("remote", reading.id());
    return document;
  }

  private void tell(String line) {
    commandLine.getErr().println(Printable.line(line));
  }
}
