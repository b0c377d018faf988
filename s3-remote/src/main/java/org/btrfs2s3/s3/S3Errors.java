package org.btrfs2s3.s3;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Error;

/** The one place that sorts what the SDK throws into kinds, and knows what it means. */
final class S3Errors {

  /** Codes whose HTTP status would put them elsewhere, or that come without a fitting one. */
  private static final Map<String, Kind> KIND_OF_CODE =
      Map.ofEntries(
          Map.entry("NoSuchBucket", Kind.NOT_FOUND),
          Map.entry("NoSuchKey", Kind.NOT_FOUND),
          // Removed by somebody else, such as a lifecycle rule: beginning anew helps.
          Map.entry("NoSuchUpload", Kind.TRANSIENT),
          Map.entry("SlowDown", Kind.TRANSIENT),
          Map.entry("ServiceUnavailable", Kind.TRANSIENT),
          Map.entry("InternalError", Kind.TRANSIENT),
          Map.entry("RequestTimeout", Kind.TRANSIENT),
          Map.entry("OperationAborted", Kind.TRANSIENT),
          Map.entry("PriorRequestNotComplete", Kind.TRANSIENT),
          // Damaged on the way and not stored: the same bytes may pass the next time.
          Map.entry("BadDigest", Kind.TRANSIENT),
          Map.entry("IncompleteBody", Kind.TRANSIENT),
          Map.entry("AccessDenied", Kind.DENIED),
          Map.entry("ExpiredToken", Kind.DENIED),
          Map.entry("InvalidToken", Kind.DENIED),
          Map.entry("TokenRefreshRequired", Kind.DENIED),
          Map.entry("InvalidAccessKeyId", Kind.DENIED),
          Map.entry("SignatureDoesNotMatch", Kind.DENIED),
          Map.entry("RequestTimeTooSkewed", Kind.DENIED),
          Map.entry("InvalidObjectState", Kind.FROZEN),
          Map.entry("QuotaExceeded", Kind.REFUSED),
          // A 503, but it may last for hours, in which another tier would have been done.
          Map.entry("GlacierExpeditedRetrievalNotAvailable", Kind.REFUSED),
          // The server does not know the way in which the SDK signs or sums up: never by chance.
          Map.entry("XAmzContentSHA256Mismatch", Kind.REFUSED));

  private S3Errors() {}

  /**
   * @param attempted what was tried on what, such as {@code list s3://bucket/prefix}
   */
  static RemoteException translate(String attempted, SdkException failure) {
    return new RemoteException(
        kind(failure), "cannot " + attempted + ": " + ErrorText.of(failure), failure);
  }

  /** What one key of a batch delete met. */
  static RemoteException translate(String attempted, S3Error error) {
    var code = Objects.requireNonNullElse(error.code(), "unknown error");
    return new RemoteException(
        KIND_OF_CODE.getOrDefault(code, Kind.REFUSED),
        "cannot " + attempted + ": " + error.message() + " (" + code + ")");
  }

  static Kind kind(SdkException failure) {
    return failure instanceof AwsServiceException answer
        ? kindOfAnswer(answer)
        : kindWithoutAnswer(failure);
  }

  private static Kind kindOfAnswer(AwsServiceException answer) {
    var known = KIND_OF_CODE.get(code(answer));
    if (known != null) {
      return known;
    }
    if (answer.isThrottlingException()) {
      return Kind.TRANSIENT;
    }
    int status = answer.statusCode();
    return switch (status) {
      case 401, 403 -> Kind.DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 409, 412 -> Kind.CONFLICT;
      // 507 is what self-hosted servers say when their disks are full.
      case 501, 507 -> Kind.REFUSED;
      case 408, 429 -> Kind.TRANSIENT;
      // An error in the body of a 200 came too late for the status line.
      default -> status >= 300 && status < 500 ? Kind.REFUSED : Kind.TRANSIENT;
    };
  }

  private static Kind kindWithoutAnswer(SdkException failure) {
    if (isDistrusted(failure)) {
      return Kind.REFUSED;
    }
    if (hasCause(failure, IOException.class::isInstance)) {
      return Kind.TRANSIENT;
    }
    // The SDK has no types for these two.
    if (mentions(failure, "credentials")) {
      return Kind.DENIED;
    }
    return mentions(failure, "different checksum") ? Kind.INTEGRITY : Kind.TRANSIENT;
  }

  /** The error code; answers to HEAD have none, a redirect is told by its status. */
  static String code(AwsServiceException answer) {
    var details = answer.awsErrorDetails();
    var code = details == null ? null : details.errorCode();
    if (code != null) {
      return code;
    }
    return answer.statusCode() / 100 == 3 ? "PermanentRedirect" : "no code";
  }

  /**
   * Whether the request met another one on the same key: that one may leave an object or not, so
   * this is no word on whether there is one.
   */
  static boolean isConflictInPassing(SdkException failure) {
    return failure instanceof AwsServiceException answer
        && answer.statusCode() == 409
        && !code(answer).equals("PreconditionFailed");
  }

  /** There is an object with the key already, the server says. */
  static boolean isPreconditionFailed(SdkException failure) {
    return failure instanceof AwsServiceException answer
        && (answer.statusCode() == 412 || code(answer).equals("PreconditionFailed"));
  }

  /** Whether the same request may succeed later, without anything else being done before it. */
  static boolean mayPass(SdkException failure) {
    return kind(failure) == Kind.TRANSIENT
        && !(failure instanceof AwsServiceException answer && code(answer).equals("NoSuchUpload"));
  }

  /** Whether the server talks something else than TLS where TLS is expected. */
  static boolean isPlainText(SdkException failure) {
    return hasCause(failure, S3Errors::isPlainText);
  }

  /** Whether fewer requests at once may fare better: the server says so, or nothing gets on. */
  static boolean isSignOfCongestion(SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      return answer.isThrottlingException()
          || answer.statusCode() == 503
          || code(answer).equals("SlowDown");
    }
    return hasCause(failure, StalledException.class::isInstance);
  }

  /** Whether our clock was too far from the server's for the signature. */
  static boolean isClockSkew(SdkException failure) {
    return failure instanceof AwsServiceException answer && answer.isClockSkewException();
  }

  static boolean isMissing(SdkException failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() == 404;
  }

  /** Nothing of this upload is left under its id: it was completed, aborted or expired. */
  static boolean isUploadGone(SdkException failure) {
    return failure instanceof AwsServiceException answer
        && (code(answer).equals("NoSuchUpload") || answer.statusCode() == 404);
  }

  static boolean isThawUnderWay(SdkException failure) {
    return failure instanceof AwsServiceException answer
        && code(answer).equals("RestoreAlreadyInProgress");
  }

  /** The object is not the one that was asked for with {@code If-Match}. */
  static boolean isChanged(SdkException failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() == 412;
  }

  static boolean isRangeBeyondEnd(SdkException failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() == 416;
  }

  /** Whether the server may not know {@code If-None-Match} on writes. */
  static boolean isConditionUnsupported(SdkException failure) {
    if (!(failure instanceof AwsServiceException answer)) {
      return false;
    }
    return answer.statusCode() == 501
        || switch (code(answer)) {
          case "NotImplemented", "InvalidArgument", "InvalidRequest" -> true;
          default -> false;
        };
  }

  /**
   * Whether the request may have been carried out, or still be, although it failed: no answer came,
   * or one that a proxy or an overburdened server gives without knowing.
   */
  static boolean mayHaveWorked(SdkException failure) {
    if (!(failure instanceof AwsServiceException answer)) {
      return !hasCause(failure, S3Errors::isNeverSent);
    }
    int status = answer.statusCode();
    boolean wasTurnedAway =
        code(answer).equals("SlowDown") || code(answer).equals("ServiceUnavailable");
    return !wasTurnedAway && status != 501 && (status < 300 || status >= 500);
  }

  static boolean isInterruption(SdkException failure) {
    return failure instanceof AbortedException
        || hasCause(failure, InterruptedException.class::isInstance);
  }

  private static boolean isNeverSent(Throwable cause) {
    return isUnreachable(cause) || isDistrust(cause);
  }

  /** Whether nobody who could answer was found. */
  static boolean isUnreachable(SdkException failure) {
    return hasCause(failure, S3Errors::isUnreachable);
  }

  /** Whether the server's certificate is not one to be believed. */
  static boolean isDistrusted(SdkException failure) {
    return hasCause(failure, S3Errors::isDistrust);
  }

  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof UnknownHostException
        || cause instanceof ConnectException
        || cause instanceof NoRouteToHostException;
  }

  /** The JDK's only word for an answer that is no TLS, as of a server that speaks HTTP. */
  private static boolean isPlainText(Throwable cause) {
    return cause instanceof SSLException
        && cause.getMessage() != null
        && cause.getMessage().contains("Unsupported or unrecognized SSL message");
  }

  private static boolean isDistrust(Throwable cause) {
    return cause instanceof CertificateException || cause instanceof CertPathBuilderException;
  }

  private static boolean mentions(SdkException failure, String words) {
    return failure instanceof SdkClientException
        && failure.getMessage() != null
        && failure.getMessage().contains(words);
  }

  private static boolean hasCause(Throwable failure, Predicate<Throwable> wanted) {
    return causes(failure).stream().anyMatch(wanted);
  }

  /** It, its cause, and so on. */
  static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
