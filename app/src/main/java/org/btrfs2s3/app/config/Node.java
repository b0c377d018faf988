package org.btrfs2s3.app.config;

import java.util.List;
import java.util.Map;

/** A piece of the YAML file. */
sealed interface Node {

  Position position();

  /** What a message says was found. */
  String found();

  /** Keys in the order of the file; merge keys are already resolved. */
  record Mapping(Position position, Map<String, Field> fields) implements Node {

    @Override
    public String found() {
      return "a mapping";
    }
  }

  record Sequence(Position position, List<Node> items) implements Node {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String found() {
      return "a list";
    }
  }

  /**
   * A single value. It stays text until somebody who knows its type looks at it: an id such as
   * {@code 007} or {@code no} is what it looks like.
   */
  record Scalar(Position position, String text) implements Node {

    @Override
    public String found() {
      return Quoted.of(text);
    }

    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
      return "Scalar[" + position + "]";
    }
  }

  /** Nothing, {@code ~} or {@code null}. */
  record Empty(Position position) implements Node {

    @Override
    public String found() {
      return "empty";
    }
  }

  /** Something that was already reported as a problem. */
  record Invalid(Position position) implements Node {

    @Override
    public String found() {
      return "invalid";
    }
  }
}
