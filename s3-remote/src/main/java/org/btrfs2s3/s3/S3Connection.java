package org.btrfs2s3.s3;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.AttributeMap;

/** The SDK's client for one endpoint, and its pool of connections. Safe for all threads. */
final class S3Connection implements AutoCloseable {

  /** More than the parts of several uploads and a few readers at once. */
  private static final int MAX_CONNECTIONS = 64;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);

  /** Never reached: {@link StallWatch} is sooner, and sees what is written as well. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofDays(1);

  private final SdkHttpClient http;
  private final S3Client s3;

  private S3Connection(SdkHttpClient http, S3Client s3) {
    this.http = http;
    this.s3 = s3;
  }

  /**
   * @param watch is closed with the client
   * @param environment the process's variables, of which the region may come
   * @throws RemoteException if credentials or the CA file are missing or unusable
   */
  static S3Connection open(S3Endpoint endpoint, StallWatch watch, Map<String, String> environment)
      throws RemoteException {
    var credentials = credentials(endpoint);
    var region = region(endpoint, environment);
    var http = new WatchedHttpClient(http(endpoint), watch);
    return new S3Connection(http, client(endpoint, credentials, region, http));
  }

  private static S3Client client(
      S3Endpoint endpoint, AwsCredentialsProvider credentials, Region region, SdkHttpClient http) {
    boolean aws = endpoint.isAws();
    var builder =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .region(region)
            .forcePathStyle(endpoint.isPathStyle())
            .crossRegionAccessEnabled(aws)
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(aws))
            .requestChecksumCalculation(
                aws
                    ? RequestChecksumCalculation.WHEN_SUPPORTED
                    : RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(
                aws
                    ? ResponseChecksumValidation.WHEN_SUPPORTED
                    : ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                o ->
                    // Retries has them all.
                    o.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new WithoutEchoes())
                        .defaultProfileName(endpoint.profileName()));
    if (endpoint.endpointUrl() != null) {
      builder.endpointOverride(endpoint.endpointUrl());
    }
    if (!aws) {
      // Several servers still demand Content-MD5 for DeleteObjects.
      builder.addPlugin(LegacyMd5Plugin.create());
    }
    return builder.build();
  }

  /** Resolved at once, so that a machine without credentials learns it before any work is done. */
  private static AwsCredentialsProvider credentials(S3Endpoint endpoint) throws RemoteException {
    var provider = credentialsProvider(endpoint.accessKey(), endpoint.profileName());
    try {
      provider.resolveCredentials();
      return provider;
    } catch (SdkException | IllegalArgumentException e) {
      // The latter: a file in ~/.aws that cannot be parsed.
      throw new RemoteException(
          Kind.DENIED,
          "no S3 credentials"
              + (endpoint.profileName() == null ? "" : " in profile " + endpoint.profileName())
              + ": set the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a"
              + " profile of ~/.aws (--profile, or profile_name), or set aws_access_key_id and"
              + " aws_secret_access_key of the endpoint in the configuration"
              // Without a profile it is a list of every place that was searched; after a colon come
              // the SDK's own objects.
              + (endpoint.profileName() == null
                  ? ""
                  : " (" + String.valueOf(e.getMessage()).replaceFirst(": \\w+\\(.*", "") + ")"),
          e);
    }
  }

  private static AwsCredentialsProvider credentialsProvider(
      @Nullable AccessKey key, @Nullable String profile) {
    if (key != null) {
      return StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret()));
    }
    return profile == null
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.create(profile);
  }

  /**
   * As the Python tool finds it, whose library reads {@code AWS_DEFAULT_REGION} (the SDK for Java
   * does not). AWS redirects from the last resort to the bucket's region; most other servers do not
   * care.
   */
  static Region region(S3Endpoint endpoint, Map<String, String> environment) {
    return Stream.<Supplier<Optional<String>>>of(
            () -> Optional.ofNullable(endpoint.regionName()),
            () -> Optional.ofNullable(environment.get("AWS_REGION")),
            () -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")),
            () -> regionOfProfile(endpoint.profileName(), environment))
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .filter(name -> !name.isBlank())
        .findFirst()
        .map(Region::of)
        .orElse(Region.US_EAST_1);
  }

  private static Optional<String> regionOfProfile(
      @Nullable String name, Map<String, String> environment) {
    var profile = name == null ? environment.getOrDefault("AWS_PROFILE", "default") : name;
    return ProfileFile.defaultProfileFile()
        .profile(profile)
        .flatMap(p -> p.property(ProfileProperty.REGION));
  }

  private static SdkHttpClient http(S3Endpoint endpoint) throws RemoteException {
    var builder =
        Apache5HttpClient.builder()
            .maxConnections(MAX_CONNECTIONS)
            .connectionTimeout(CONNECT_TIMEOUT)
            .socketTimeout(SOCKET_TIMEOUT)
            .tcpKeepAlive(true);
    return switch (endpoint.verify()) {
      case TlsVerification.On() -> builder.build();
      case TlsVerification.Off() ->
          builder.buildWithDefaults(
              AttributeMap.builder()
                  .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                  .build());
      case TlsVerification.CaFile(var file) -> {
        var trust = CaCertificates.trusting(file);
        yield builder.tlsTrustManagersProvider(() -> trust).build();
      }
    };
  }

  /** Sends every request once, so that its caller knows what each attempt led to. */
  S3Client s3() {
    return s3;
  }

  @Override
  public void close() {
    s3.close();
    http.close();
  }
}
