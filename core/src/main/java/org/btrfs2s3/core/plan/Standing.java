package org.btrfs2s3.core.plan;

/** Whether a snapshot may be used, renamed and deleted. */
public sealed interface Standing {

  /** Ours and as it was created: the policy decides over it. */
  record Ours() implements Standing {}

  /** The user's own snapshot: shown, never touched. */
  record Users() implements Standing {}

  /**
   * Ours, but not to be sent, used as send parent or deleted in this run.
   *
   * @param reason what is wrong and the way out, for the user
   */
  record Unusable(String reason) implements Standing {}
}
