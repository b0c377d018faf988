package org.btrfs2s3.core.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.btrfs2s3.core.run.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What became of a restore.
 *
 * @param restored the wanted ones that have their final name now
 * @param there the wanted ones that an earlier restore has made already
 * @param writable the name of the writable snapshot that was made; null if none was
 */
public record RestoreReport(
    List<RestoreMember> restored,
    List<RestoreMember> there,
    @Nullable String writable,
    List<Failure> failures) {

  public RestoreReport {
    restored = List.copyOf(restored);
    there = List.copyOf(there);
    failures = List.copyOf(failures);
  }

  /** The same, where something of it could not be removed at the end. */
  RestoreReport withUntidy(Path target, IOException cause) {
    var all = Stream.concat(failures.stream(), Stream.of(untidy(target, cause))).toList();
    return new RestoreReport(restored, there, writable, all);
  }

  static Failure untidy(Path target, IOException cause) {
    return new Failure(
        Failure.Kind.LOCAL,
        "cannot tidy up in %s, the next restore tries again: %s"
            .formatted(target, Objects.requireNonNullElse(cause.getMessage(), cause.toString())));
  }
}
