package org.btrfs2s3.core.update;

/** Is told what a run does. Called by several threads, one at a time. */
@FunctionalInterface
public interface UpdateListener {
  void on(UpdateEvent event);
}
