package org.btrfs2s3.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.core.restore.Precautions;
import picocli.CommandLine.Option;

/** How careful a restore is. */
final class PrecautionOptions {

  @Option(
      names = "--trust",
      paramLabel = "SUBVOLUME",
      description = {
        "Use this read-only subvolume as send parent, although it may have been changed: the "
            + "original snapshot, or a restored copy of it, on the file system that is restored "
            + "to. A wrong one makes a wrong copy, and nothing shows it. Repeatable."
      })
  private List<Path> trusted = new ArrayList<>();

  @Option(
      names = "--ignore-space",
      description = "Begin although the file system has less space than will be needed.")
  private boolean ignoreSpace;

  @Option(
      names = "--verify-first",
      description = "Read each backup to its end before btrfs receive gets any of it: twice.")
  private boolean verifyFirst;

  /** Whether any of them is. */
  boolean areGiven() {
    return !trusted.isEmpty() || ignoreSpace || verifyFirst;
  }

  /**
   * @param signers ids of the keys of which one must have signed what is restored
   */
  Precautions precautions(List<String> signers) {
    var paths = trusted.stream().map(Path::toAbsolutePath).toList();
    return new Precautions(paths, ignoreSpace, verifyFirst, String.join(",", signers));
  }
}
