package org.btrfs2s3.app.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.restore.NotYetException;
import org.btrfs2s3.core.run.Failure;
import org.btrfs2s3.core.run.LockedException;
import org.btrfs2s3.core.store.RemoteException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what a command failed of, and knows the exit code for it. */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    err.println(Printable.text(message(failure)));
    if (GlobalOptions.of(commandLine).verbose()) {
      var trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(Printable.text(trace.toString()));
    }
    err.flush();
    return exitCode(failure).value();
  }

  /** Says what became of parts that failed, while the command itself went on. */
  static void tell(CommandLine commandLine, List<Failure> failures) {
    failures.stream()
        .map(failure -> "error: " + Printable.text(failure.message()))
        .forEach(commandLine.getErr()::println);
  }

  static ExitCode exitCode(Exception failure) {
    return switch (failure) {
      case ConfigException _ -> ExitCode.CONFIG_INVALID;
      case LockedException _ -> ExitCode.LOCKED;
      case NotYetException _ -> ExitCode.NOT_YET;
      // The JVM is ending because of a signal, which decides between this and TERMINATED.
      case InterruptedException _ -> ExitCode.INTERRUPTED;
      case RemoteException remote ->
          switch (remote.kind()) {
            case NOT_FOUND, DENIED, TRANSIENT -> ExitCode.REMOTE_UNAVAILABLE;
            case CONFLICT, INTEGRITY, FROZEN, REFUSED -> ExitCode.FAILED;
          };
      default -> ExitCode.FAILED;
    };
  }

  private static String words(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> failure.getFile() + ": there is no such file or directory";
      case FileAlreadyExistsException _ -> failure.getFile() + ": it exists already";
      case AccessDeniedException _ -> failure.getFile() + ": permission denied";
      case NotDirectoryException _ -> failure.getFile() + ": it is no directory";
      case DirectoryNotEmptyException _ -> failure.getFile() + ": it is not empty";
      default ->
          failure.getFile()
              + ": "
              + Objects.requireNonNullElse(failure.getReason(), "it cannot be used");
    };
  }

  private static String message(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      // Each line begins with the file.
      case ConfigException _ -> message;
      case RuntimeException _ ->
          "btrfs2s3: unexpected failure, a defect of this program: "
              + failure
              + " (-v shows where)";
      case InterruptedException _ ->
          "btrfs2s3: interrupted; what was not finished was taken back, the next run goes on";
      // Its message is only the path.
      case FileSystemException file -> "btrfs2s3: " + words(file);
      default -> "btrfs2s3: " + message;
    };
  }
}
