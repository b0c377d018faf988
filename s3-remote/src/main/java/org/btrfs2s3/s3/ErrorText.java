package org.btrfs2s3.s3;

import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK throws, in words for people, and what they can do about it. */
final class ErrorText {

  /** The SDK repeats nothing here, so that it is always one. */
  private static final Pattern ATTEMPTS = Pattern.compile(" ?\\(SDK Attempt Count: \\d+\\)");

  private static final String REGION_ADVICE = "check region_name and endpoint_url";

  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry("NoSuchBucket", "create the bucket, or check its name"),
          Map.entry("InvalidAccessKeyId", "check aws_access_key_id or the profile"),
          Map.entry("SignatureDoesNotMatch", "check aws_secret_access_key or the profile"),
          Map.entry("ExpiredToken", "renew the session of the profile"),
          Map.entry("RequestTimeTooSkewed", "this machine's clock is wrong: set it"),
          Map.entry("PermanentRedirect", REGION_ADVICE),
          Map.entry("AuthorizationHeaderMalformed", REGION_ADVICE),
          Map.entry("IllegalLocationConstraintException", REGION_ADVICE),
          Map.entry(
              "InvalidObjectState",
              "it is frozen in cold storage: btrfs2s3 restore --thaw brings it back for some days,"
                  + " with everything else that its backup needs; see --tier for how long that"
                  + " takes"),
          Map.entry(
              "GlacierExpeditedRetrievalNotAvailable",
              "use --tier standard, or try it again later"));

  private ErrorText() {}

  static String of(SdkException failure) {
    var advice = advice(failure);
    return advice == null ? describe(failure) : describe(failure) + "; " + advice;
  }

  private static String describe(SdkException failure) {
    if (!(failure instanceof AwsServiceException answer)) {
      return describe(S3Errors.causes(failure));
    }
    var details = answer.awsErrorDetails();
    var text = details == null ? null : details.errorMessage();
    var request = answer.requestId() == null ? "" : ", request " + answer.requestId();
    return (text == null ? "the server refused without a word" : text)
        + (" (" + S3Errors.code(answer) + ", HTTP " + answer.statusCode() + request + ")");
  }

  /** The SDK's own words, and those of the first cause, which it often repeats. */
  private static String describe(List<Throwable> causes) {
    var text = ATTEMPTS.matcher(String.valueOf(causes.getFirst().getMessage())).replaceAll("");
    var root = causes.getLast();
    if (root instanceof UnknownHostException) {
      return "unknown host " + root.getMessage(); // The SDK's own words tell of its caches.
    }
    var reason = Objects.requireNonNullElse(root.getMessage(), "");
    return text.contains(reason) ? text : text + " (" + reason + ")";
  }

  private static @Nullable String advice(SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      return ADVICE.get(S3Errors.code(answer));
    }
    if (S3Errors.isDistrusted(failure)) {
      return "if the certificate is your own, name its CA file in verify";
    }
    if (S3Errors.isPlainText(failure)) {
      return "the server does not speak TLS there: is it http:// instead of https:// in"
          + " endpoint_url or --endpoint-url, or another port?";
    }
    return S3Errors.isUnreachable(failure)
        ? "check endpoint_url or --endpoint-url, the network, and whether the server runs"
        : null;
  }
}
