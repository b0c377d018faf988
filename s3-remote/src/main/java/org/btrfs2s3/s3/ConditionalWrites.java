package org.btrfs2s3.s3;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Requests that publish an object only if there is none, as far as the server knows the condition.
 * One that does not answers 501 or 400, and is asked without from then on. Safe for all threads.
 */
final class ConditionalWrites {

  private static final Logger LOG = LoggerFactory.getLogger(ConditionalWrites.class);

  private final String location;
  private volatile boolean supported;

  /**
   * @param supported false where it is known that the server does not know the condition
   */
  ConditionalWrites(String location, boolean supported) {
    this.location = location;
    this.supported = supported;
  }

  /**
   * Sends a request once, or once more without the condition.
   *
   * @param request is given what If-None-Match is to be, or null
   */
  @Nullable String ifAbsent(Function<@Nullable String, @Nullable String> request) {
    if (!supported) {
      return request.apply(null);
    }
    try {
      return request.apply("*");
    } catch (SdkException e) {
      if (!S3Errors.isConditionUnsupported(e)) {
        throw e;
      }
      var etag = request.apply(null);
      supported = false;
      LOG.debug("{} has no such condition: {}", location, e.getMessage());
      return etag;
    }
  }

  /**
   * The same, unless the object is to take the place of another one.
   *
   * @param replaces whether there may be one
   */
  @Nullable String publish(boolean replaces, Function<@Nullable String, @Nullable String> request) {
    return replaces ? request.apply(null) : ifAbsent(request);
  }
}
