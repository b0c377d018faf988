package org.btrfs2s3.app.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Makes a tree of {@link Node}s of a YAML text: one document, with aliases and merge keys resolved.
 *
 * <p>Uses SnakeYAML's nodes and nothing above them: these know their position, and a value stays
 * the text that was written until somebody who knows its type looks at it.
 */
final class YamlReader {

  private final Problems problems;

  /** What was read so far, for aliases; null for a node that is being read. */
  private final IdentityHashMap<org.yaml.snakeyaml.nodes.Node, @Nullable Node> nodes =
      new IdentityHashMap<>();

  private YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** The root of the document; null if there is none, which is reported. */
  static @Nullable Node read(String text, Problems problems) {
    try {
      var root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root == null) {
        problems.error(Position.FILE, "the file is empty");
        return null;
      }
      return new YamlReader(problems).node(root);
    } catch (YAMLException e) {
      problems.error(position(e, text), "not valid YAML: " + reason(e));
      return null;
    }
  }

  private Node node(org.yaml.snakeyaml.nodes.Node yaml) {
    if (nodes.containsKey(yaml)) {
      Node known = nodes.get(yaml);
      return known != null ? known : invalid(yaml, "an alias below refers to what contains it");
    }
    nodes.put(yaml, null);
    Node node =
        switch (yaml) {
          case MappingNode mapping -> mapping(mapping);
          case SequenceNode sequence ->
              new Node.Sequence(
                  position(sequence), sequence.getValue().stream().map(this::node).toList());
          case ScalarNode scalar -> scalar(scalar);
          default -> invalid(yaml, "this kind of YAML node is not supported");
        };
    nodes.put(yaml, node);
    return node;
  }

  private Node scalar(ScalarNode scalar) {
    if (scalar.getTag().equals(Tag.NULL)) {
      return new Node.Empty(position(scalar));
    }
    // Without the tag: an unquoted secret may begin with an exclamation mark.
    return scalar.getTag().startsWith(Tag.PREFIX)
        ? new Node.Scalar(position(scalar), scalar.getValue())
        : invalid(scalar, "tags are not supported; a text that begins with '!' needs quotes");
  }

  private Node mapping(MappingNode mapping) {
    Map<String, Field> fields = new LinkedHashMap<>();
    List<Node.Mapping> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node value = node(tuple.getValueNode());
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merged.addAll(mappings(tuple.getKeyNode(), value));
      } else if (tuple.getKeyNode() instanceof ScalarNode key) {
        add(fields, new Field(key.getValue(), position(key), value));
      } else {
        problems.error(position(tuple.getKeyNode()), "a key must be text");
      }
    }
    // What is written here wins over what is merged, and of that the first.
    merged.forEach(other -> other.fields().forEach(fields::putIfAbsent));
    return new Node.Mapping(position(mapping), fields);
  }

  private void add(Map<String, Field> fields, Field field) {
    Field first = fields.putIfAbsent(field.key(), field);
    if (first != null) {
      problems.error(
          field.position(),
          "the key %s is given twice, first in line %s"
              .formatted(Quoted.of(field.key()), first.position().line()));
    }
  }

  /** What a merge key merges: a mapping or a list of them. */
  private List<Node.Mapping> mappings(org.yaml.snakeyaml.nodes.Node key, Node value) {
    List<Node> values = value instanceof Node.Sequence list ? list.items() : List.of(value);
    List<Node.Mapping> mappings = new ArrayList<>();
    for (Node node : values) {
      if (node instanceof Node.Mapping mapping) {
        mappings.add(mapping);
      } else {
        problems.error(position(key), "'<<' can merge only mappings, such as '<<: *name'");
      }
    }
    return mappings;
  }

  private Node invalid(org.yaml.snakeyaml.nodes.Node yaml, String problem) {
    problems.error(position(yaml), problem);
    return new Node.Invalid(position(yaml));
  }

  private static Position position(org.yaml.snakeyaml.nodes.Node yaml) {
    return position(yaml.getStartMark());
  }

  private static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static Position position(YAMLException e, String text) {
    return switch (e) {
      case MarkedYAMLException marked when marked.getProblemMark() != null ->
          position(marked.getProblemMark());
      case ReaderException unreadable ->
          TextFile.positionAt(text, text.indexOf(unreadable.getCodePoint()));
      default -> Position.FILE;
    };
  }

  /** Without what an exception's message may quote of the file: it may be a secret. */
  private static String reason(YAMLException e) {
    return switch (e) {
      case MarkedYAMLException marked when marked.getProblem() != null ->
          withoutText(marked.getProblem());
      case ReaderException unreadable ->
          "the character U+%04X is not allowed".formatted(unreadable.getCodePoint());
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String withoutText(String problem) {
    if (problem.startsWith("found undefined alias")) {
      return "no anchor of this name stands above; a text that begins with '*' needs quotes";
    }
    return problem.equals("but found another document") ? "only one document is allowed" : problem;
  }
}
