package org.btrfs2s3.app.config;

/** A text that must not be seen: {@code toString} hides it. */
public final class Secret {

  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "***";
  }
}
