package org.btrfs2s3.app.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Draws nodes under their parents. A node whose parent is not there, or is itself, is a root. */
final class Forest {

  /**
   * @param text one line
   */
  record Node(UUID id, @Nullable UUID parent, String text) {}

  private record Level(Node node, String indent, String childIndent) {}

  private final Map<UUID, Node> nodes = new LinkedHashMap<>();
  private final Map<UUID, List<Node>> children = new HashMap<>();
  private final Set<UUID> drawn = new HashSet<>();
  private final List<String> lines = new ArrayList<>();

  private Forest(Collection<Node> all) {
    all.forEach(node -> nodes.put(node.id(), node));
    for (var node : nodes.values()) {
      if (node.parent() != null) {
        children.computeIfAbsent(node.parent(), _ -> new ArrayList<>()).add(node);
      }
    }
  }

  /** The nodes in their order, children below their parents. */
  static List<String> draw(Collection<Node> all) {
    var forest = new Forest(all);
    forest.nodes.values().stream().filter(forest::isRoot).forEach(forest::draw);
    // What is left lies on a cycle.
    forest.nodes.values().stream()
        .filter(node -> !forest.drawn.contains(node.id()))
        .forEach(forest::draw);
    return forest.lines;
  }

  private boolean isRoot(Node node) {
    return node.parent() == null || !nodes.containsKey(node.parent());
  }

  private void draw(Node root) {
    if (drawn.contains(root.id())) {
      return;
    }
    var pending = new ArrayDeque<Level>();
    pending.push(new Level(root, "", ""));
    while (!pending.isEmpty()) {
      var level = pending.pop();
      if (drawn.add(level.node().id())) {
        lines.add(level.indent() + level.node().text());
        pushChildren(level, pending);
      }
    }
  }

  private void pushChildren(Level parent, ArrayDeque<Level> pending) {
    var below = children.getOrDefault(parent.node().id(), List.of());
    for (int i = below.size() - 1; i >= 0; i--) {
      boolean isLast = i == below.size() - 1;
      pending.push(
          new Level(
              below.get(i),
              parent.childIndent() + (isLast ? "└─ " : "├─ "),
              parent.childIndent() + (isLast ? "   " : "│  ")));
    }
  }
}
