package org.btrfs2s3.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class S3ErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket, NOT_FOUND",
    "404, NoSuchKey, NOT_FOUND",
    "404, , NOT_FOUND",
    "404, NoSuchUpload, TRANSIENT",
    "401, , DENIED",
    "403, , DENIED",
    "403, AccessDenied, DENIED",
    "403, InvalidAccessKeyId, DENIED",
    "403, SignatureDoesNotMatch, DENIED",
    "403, RequestTimeTooSkewed, DENIED",
    "400, ExpiredToken, DENIED",
    "403, InvalidObjectState, FROZEN",
    "403, QuotaExceeded, REFUSED",
    "409, ConditionalRequestConflict, CONFLICT",
    "409, OperationAborted, TRANSIENT",
    "412, PreconditionFailed, CONFLICT",
    "400, BadDigest, TRANSIENT",
    "400, RequestTimeout, TRANSIENT",
    "400, XAmzContentSHA256Mismatch, REFUSED",
    "400, EntityTooLarge, REFUSED",
    "408, , TRANSIENT",
    "429, TooManyRequests, TRANSIENT",
    "301, PermanentRedirect, REFUSED",
    "301, , REFUSED",
    "500, InternalError, TRANSIENT",
    "501, NotImplemented, REFUSED",
    "502, , TRANSIENT",
    "503, SlowDown, TRANSIENT",
    "503, GlacierExpeditedRetrievalNotAvailable, REFUSED",
    "507, , REFUSED",
    "200, InternalError, TRANSIENT",
    "200, AccessDenied, DENIED",
  })
  void sortsAnswers(int status, String code, Kind kind) {
    assertThat(S3Errors.kind(answer(status, code))).isEqualTo(kind);
  }

  @Test
  void sortsFailuresWithoutAnAnswer() {
    assertThat(S3Errors.kind(lost(new SocketTimeoutException("Read timed out"))))
        .isEqualTo(Kind.TRANSIENT);
    assertThat(S3Errors.kind(lost(new UnknownHostException("nowhere")))).isEqualTo(Kind.TRANSIENT);
    assertThat(S3Errors.kind(ApiCallAttemptTimeoutException.create(1000)))
        .isEqualTo(Kind.TRANSIENT);
    assertThat(S3Errors.kind(lost(distrust()))).isEqualTo(Kind.REFUSED);
    assertThat(S3Errors.kind(SdkClientException.create("Unable to load credentials from chain")))
        .isEqualTo(Kind.DENIED);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError, true",
    "502, , true",
    "503, , true",
    "504, , true",
    "200, InternalError, true",
    "503, SlowDown, false",
    "503, ServiceUnavailable, false",
    "501, NotImplemented, false",
    "412, PreconditionFailed, false",
    "404, NoSuchUpload, false",
    "403, AccessDenied, false",
  })
  void knowsWhichAnswersLeaveTheOutcomeOpen(int status, String code, boolean open) {
    assertThat(S3Errors.mayHaveWorked(answer(status, code))).isEqualTo(open);
  }

  @Test
  void whatWasNeverSentCannotHaveWorked() {
    assertThat(S3Errors.mayHaveWorked(lost(new ConnectException("refused")))).isFalse();
    assertThat(S3Errors.mayHaveWorked(lost(new UnknownHostException("nowhere")))).isFalse();
    assertThat(S3Errors.mayHaveWorked(lost(distrust()))).isFalse();
    assertThat(S3Errors.mayHaveWorked(lost(new IOException("Connection reset")))).isTrue();
    assertThat(S3Errors.mayHaveWorked(ApiCallAttemptTimeoutException.create(1))).isTrue();
  }

  @Test
  void saysWhatWasTriedWhatHappenedAndWhatToDo() {
    assertThat(S3Errors.translate("list s3://bucket/", answer(403, "RequestTimeTooSkewed")))
        .hasMessage(
            "cannot list s3://bucket/: too bad (RequestTimeTooSkewed, HTTP 403, request 4711);"
                + " this machine's clock is wrong: set it");
    assertThat(S3Errors.translate("find bucket b", answer(301, null)))
        .hasMessageContaining("region_name");
    assertThat(S3Errors.translate("list s3://bucket/", lost(distrust())))
        .hasMessageContaining("verify");
    var refused =
        SdkClientException.create(
            "Unable to execute HTTP request: Connection refused (SDK Attempt Count: 1)",
            new ConnectException("Connection refused"));
    assertThat(S3Errors.translate("list s3://bucket/", refused))
        .hasMessageStartingWith(
            "cannot list s3://bucket/: Unable to execute HTTP request: Connection refused; check")
        .hasMessageContaining("--endpoint-url")
        .hasMessageNotContaining("Exception");
    assertThat(S3Errors.translate("list s3://bucket/", lost(new UnknownHostException("nowhere"))))
        .hasMessageContaining(": unknown host nowhere; ");
  }

  @Test
  void sortsTheErrorsOfSingleKeys() {
    var denied = S3Error.builder().key("k").code("AccessDenied").message("locked").build();
    assertThat(S3Errors.translate("delete k", denied).kind()).isEqualTo(Kind.DENIED);
    var internal = S3Error.builder().key("k").code("InternalError").build();
    assertThat(S3Errors.translate("delete k", internal).kind()).isEqualTo(Kind.TRANSIENT);
  }

  private static SSLHandshakeException distrust() {
    var failure = new SSLHandshakeException("PKIX path building failed");
    failure.initCause(new CertificateException("unknown issuer"));
    return failure;
  }

  private static SdkException lost(IOException cause) {
    return SdkClientException.create("Unable to execute HTTP request", cause);
  }

  private static SdkException answer(int status, @Nullable String code) {
    var details = AwsErrorDetails.builder().errorCode(code).errorMessage("too bad").build();
    return S3Exception.builder()
        .statusCode(status)
        .requestId("4711")
        .awsErrorDetails(details)
        .build();
  }
}
