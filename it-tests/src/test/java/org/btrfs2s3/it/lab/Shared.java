package org.btrfs2s3.it.lab;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What the tests of a class share, as it takes long to make; closed after the last of them. Made by
 * the first test that asks for it: one that is skipped before all tests would not be reported.
 */
public final class Shared<T extends AutoCloseable> implements AfterAllCallback {

  /** Makes it, or skips the calling test. */
  @FunctionalInterface
  public interface Making<T> {
    T make() throws IOException;
  }

  private final Making<T> making;
  private @Nullable T made;

  /** Makes nothing yet. */
  public Shared(Making<T> making) {
    this.making = making;
  }

  public T get() throws IOException {
    T there = made;
    if (there == null) {
      there = making.make();
      made = there;
    }
    return there;
  }

  /** Nothing if all tests so far were skipped. */
  public Optional<T> made() {
    return Optional.ofNullable(made);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (made != null) {
      made.close();
    }
  }
}
