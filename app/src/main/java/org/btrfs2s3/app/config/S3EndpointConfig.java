package org.btrfs2s3.app.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks S3, and who we are there. What is null is left to the usual places: the
 * environment, the files in {@code ~/.aws}, the machine's role.
 *
 * @param profileName section of the files in {@code ~/.aws}
 * @param url null for AWS
 */
public record S3EndpointConfig(
    @Nullable String profileName,
    @Nullable String regionName,
    @Nullable AccessKey accessKey,
    @Nullable URI url,
    Verification verification) {

  /** Credentials from the file. */
  public record AccessKey(String id, Secret secret) {}

  /** How the server's certificate is checked. */
  public sealed interface Verification {

    /** Against the certificate authorities that Java trusts. */
    record Default() implements Verification {}

    /** Against the authorities in a PEM file. */
    record Authorities(Located<Path> file) implements Verification {}

    /** Not at all. */
    record Off() implements Verification {}
  }
}
