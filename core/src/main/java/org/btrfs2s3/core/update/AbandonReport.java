package org.btrfs2s3.core.update;

import java.util.List;
import org.btrfs2s3.core.run.Failure;

/**
 * What became of giving up an upload.
 *
 * @param approved false if there was something that was not to be removed
 * @param executed how many attempts and uploads were removed
 * @param backups what is complete, or was once, and is left alone: a sentence for each
 */
public record AbandonReport(
    boolean approved, int executed, List<String> backups, List<Failure> failures) {

  public AbandonReport {
    backups = List.copyOf(backups);
    failures = List.copyOf(failures);
  }
}
