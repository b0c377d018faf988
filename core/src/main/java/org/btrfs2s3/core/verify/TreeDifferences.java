package org.btrfs2s3.core.verify;

import java.util.List;

/**
 * What a comparison of two trees found.
 *
 * @param entries how many were compared
 * @param count how many differences there are
 * @param first the first of them, one line each, with the path
 */
public record TreeDifferences(long entries, long count, List<String> first) {

  public TreeDifferences {
    first = List.copyOf(first);
  }
}
