package org.btrfs2s3.policy;

/** What is special about a kept backup. Flags explain; they decide nothing. */
public enum Flag {
  /** No backup filled one of its time spans, or there was none of its snapshot. */
  NEW,
  /** It stays although a newer snapshot is nominal for one of its time spans. */
  SNAPSHOT_IS_NEWER,
  /** In one of its time spans it takes the place of a newer backup. */
  REPLACING_NEWER,
  /** In one of its time spans there is no snapshot. */
  NO_SNAPSHOT
}
