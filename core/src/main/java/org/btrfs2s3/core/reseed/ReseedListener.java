package org.btrfs2s3.core.reseed;

/** Is told what a run does. May be called by any thread, by one at a time. */
@FunctionalInterface
public interface ReseedListener {
  void on(ReseedEvent event);
}
