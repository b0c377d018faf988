package org.btrfs2s3.app.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON output of a command. */
public final class JsonDocument {

  /** Raised when a script that reads the output could break. */
  static final int VERSION = 1;

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  public JsonDocument(String command) {
    root.put("version", VERSION);
    root.put("command", command);
  }

  public ObjectNode root() {
    return root;
  }

  public String text() {
    try {
      return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes cannot be written", e);
    }
  }
}
