package org.btrfs2s3.core.verify;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.btrfs2s3.core.catalog.StoredBackup;

/**
 * What a verification of one remote found.
 *
 * @param backups how many backups there are to be verified, of the sources that were asked for
 * @param sampled those of them that were chosen to be looked at closely, oldest first
 * @param checked those of them that could be looked at to the end, whatever was found
 * @param streamBytes of the send streams that were read
 * @param findings in the order in which they were found
 */
public record VerifyReport(
    String remote,
    String location,
    Level level,
    int backups,
    List<StoredBackup> sampled,
    List<UUID> checked,
    long streamBytes,
    List<Finding> findings,
    List<NotChecked> notChecked) {

  public VerifyReport {
    sampled = List.copyOf(sampled);
    checked = List.copyOf(checked);
    findings = List.copyOf(findings);
    notChecked = List.copyOf(notChecked);
  }

  /**
   * The backups that are damaged themselves, or missing although others were sent against them.
   * What was not checked is not among them.
   */
  public Set<UUID> damaged() {
    return damaged(findings);
  }

  private static Set<UUID> damaged(List<Finding> findings) {
    Set<UUID> damaged = new LinkedHashSet<>();
    for (var finding : findings) {
      if (finding.isDamage() && finding.uuid() != null) {
        damaged.add(finding.uuid());
      }
    }
    return damaged;
  }

  /** What cannot be restored: the damaged ones, and those that depend on them. */
  public Set<UUID> unrestorable() {
    return unrestorable(findings);
  }

  /** Those of them that no other certificate would bring back. */
  Set<UUID> lost() {
    return unrestorable(
        findings.stream().filter(finding -> finding.kind() != Finding.Kind.NOT_SIGNED).toList());
  }

  private static Set<UUID> unrestorable(List<Finding> findings) {
    Set<UUID> unrestorable = damaged(findings);
    findings.stream()
        .filter(Finding::isDamage)
        .forEach(finding -> unrestorable.addAll(finding.dependents()));
    return unrestorable;
  }

  public boolean hasDamage() {
    return findings.stream().anyMatch(Finding::isDamage);
  }
}
