package org.btrfs2s3.core.verify;

/** Is told what a verification does, by the thread that runs it. */
@FunctionalInterface
public interface VerifyListener {
  void on(VerifyEvent event);
}
