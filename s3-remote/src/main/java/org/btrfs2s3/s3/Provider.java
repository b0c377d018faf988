package org.btrfs2s3.s3;

import java.util.Locale;

/**
 * What an S3 service can do, as far as it differs from others.
 *
 * @param maxParts of one upload
 * @param equalParts whether all parts but the last must be of one size
 * @param largestObject bytes
 * @param smallestPart bytes of every part but the last
 * @param checksums whether it knows {@code x-amz-checksum-crc32c}
 * @param conditionalWrites whether {@code If-None-Match: *} is worth a try; a service that turns
 *     out not to know it is asked without
 */
record Provider(
    int maxParts,
    boolean equalParts,
    long largestObject,
    long smallestPart,
    boolean checksums,
    boolean conditionalWrites) {

  private static final long MIB = 1L << 20;
  private static final long TIB = 1L << 40;
  private static final long SMALLEST_PART = 5 * MIB;

  /** 10,000 parts of up to 5 GiB. */
  private static final long LARGEST_ON_AWS = (10_000 * 5L) << 30;

  private static final Provider AWS =
      new Provider(10_000, false, LARGEST_ON_AWS, SMALLEST_PART, true, true);

  /** What nearly everybody else has. */
  private static final Provider UNKNOWN =
      new Provider(10_000, false, 5 * TIB, SMALLEST_PART, false, true);

  private static final Provider SCALEWAY =
      new Provider(1_000, false, 5 * TIB, SMALLEST_PART, false, true);

  private static final Provider CLOUDFLARE =
      new Provider(10_000, true, 5 * TIB, SMALLEST_PART, false, true);

  Provider {
    if (maxParts < 1 || largestObject < 1 || smallestPart < 1) {
      throw new IllegalArgumentException(
          "no service can store anything with parts %d, object %d, part %d"
              .formatted(maxParts, largestObject, smallestPart));
    }
  }

  static Provider of(S3Endpoint endpoint) {
    var url = endpoint.endpointUrl();
    if (endpoint.isAws() || url == null) {
      return AWS;
    }
    var host = url.getHost().toLowerCase(Locale.ROOT);
    if (host.endsWith(".scw.cloud")) {
      return SCALEWAY;
    }
    return host.endsWith(".r2.cloudflarestorage.com") ? CLOUDFLARE : UNKNOWN;
  }
}
