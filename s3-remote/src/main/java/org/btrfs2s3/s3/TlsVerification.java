package org.btrfs2s3.s3;

import java.nio.file.Path;

/** Which certificates of an https endpoint are believed. */
public sealed interface TlsVerification {

  /** Those that the JVM's trust store vouches for. */
  record On() implements TlsVerification {}

  /** Any, for any host name: whoever is on the line can read and change everything. */
  record Off() implements TlsVerification {}

  /** Those that one of the certificates in a PEM file vouches for, and no others. */
  record CaFile(Path file) implements TlsVerification {}
}
