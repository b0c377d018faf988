package org.btrfs2s3.core.verify;

/** How bad something is, by what is lost. In ascending order. */
public enum Severity {
  /** Nothing is lost, and nothing needs to be done. */
  INFO,
  /** Every backup can be restored, but something is not as it should be. */
  WARNING,
  /** A backup cannot be restored; the snapshots of all that are affected are on this machine. */
  ERROR,
  /** Some state is lost, or no backup of a source can be restored any more. */
  CRITICAL
}
