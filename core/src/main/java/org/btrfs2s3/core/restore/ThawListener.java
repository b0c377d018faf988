package org.btrfs2s3.core.restore;

/** Is told what a thaw does, by the thread that runs it. */
@FunctionalInterface
public interface ThawListener {
  void on(ThawEvent event);
}
