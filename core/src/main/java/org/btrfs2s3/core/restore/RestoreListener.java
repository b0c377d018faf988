package org.btrfs2s3.core.restore;

/** Is told what a restore does, by the thread that runs it. */
@FunctionalInterface
public interface RestoreListener {
  void on(RestoreEvent event);
}
