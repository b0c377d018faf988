package org.btrfs2s3.s3;

/** An access key as written in a config. Not a record, because it would print its secret. */
public final class AccessKey {

  private final String id;
  private final String secret;

  public AccessKey(String id, String secret) {
    if (id.isBlank() || secret.isBlank()) {
      throw new IllegalArgumentException("blank access key id or secret access key");
    }
    this.id = id;
    this.secret = secret;
  }

  public String id() {
    return id;
  }

  String secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "AccessKey[" + id + "]";
  }
}
