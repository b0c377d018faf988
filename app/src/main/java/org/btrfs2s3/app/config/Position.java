package org.btrfs2s3.app.config;

import java.util.Comparator;

/** A place in the configuration file; line and column count from 1, the column in code points. */
public record Position(int line, int column) implements Comparable<Position> {

  /** The file as a whole. */
  static final Position FILE = new Position(0, 0);

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
