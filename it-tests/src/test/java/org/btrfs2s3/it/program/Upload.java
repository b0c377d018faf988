package org.btrfs2s3.it.program;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An entry of {@code upload_to_remotes}. Immutable. */
public final class Upload {
  private final Map<String, Object> keys;

  private Upload(Map<String, Object> keys) {
    this.keys = keys;
  }

  /** Compressed as by default, not encrypted. */
  public static Upload to(String remoteId, String preserve) {
    return new Upload(Map.of()).with("id", remoteId).with("preserve", preserve);
  }

  public Upload uncompressed() {
    return with("compress", "none");
  }

  public Upload encryptedTo(Path... publicKeys) {
    List<String> recipients = List.of(publicKeys).stream().map(Path::toString).toList();
    return with("encrypt", Map.of("openpgp", Map.of("recipients", recipients)));
  }

  public Upload pipedThrough(List<List<String>> commands) {
    return with("pipe_through", commands);
  }

  public Upload restoredThrough(List<List<String>> commands) {
    return with("restore_through", commands);
  }

  /** Any further key. */
  public Upload with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(keys);
    more.put(key, value);
    return new Upload(more);
  }

  Map<String, Object> keys() {
    return keys;
  }
}
