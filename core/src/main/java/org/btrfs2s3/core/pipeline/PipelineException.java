package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.util.Objects;

/**
 * A stream did not flow to its end. {@link #stage} is the first part that failed by itself; what
 * broke in the others because of it is left out. The cause is that part's own exception, so that
 * the source's and the target's can be told by their types.
 */
public final class PipelineException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String stage;

  PipelineException(String stage, Throwable cause) {
    this(
        stage + ": " + Objects.requireNonNullElse(cause.getMessage(), cause.toString()),
        stage,
        cause);
  }

  private PipelineException(String message, String stage, Throwable cause) {
    super(message, cause);
    this.stage = stage;
  }

  /**
   * The same failure, with a message that says first in which part of something larger it was.
   *
   * @param part such as {@code segment 3}
   */
  public PipelineException in(String part) {
    var same =
        new PipelineException(
            part + ": " + getMessage(), stage, Objects.requireNonNull(getCause()));
    same.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      same.addSuppressed(suppressed);
    }
    return same;
  }

  /** A stage's name, {@link Pipeline#SOURCE} or {@link Pipeline#TARGET}. */
  public String stage() {
    return stage;
  }
}
