package org.btrfs2s3.app.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a misspelt word was meant to be. */
final class Nearest {

  private Nearest() {}

  /** The candidate with the fewest edits, if at most about a third of the word would change. */
  static Optional<String> to(String word, Collection<String> candidates) {
    int tolerated = (word.length() + 2) / 3;
    return candidates.stream()
        .filter(candidate -> distance(word, candidate) <= tolerated)
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** For the end of a message: {@code ; did you mean 'x'?}, or nothing. */
  static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(c -> "; did you mean " + Quoted.of(c) + "?").orElse("");
  }

  /** The Levenshtein distance, ignoring case. */
  private static int distance(String left, String right) {
    var a = left.toLowerCase(Locale.ROOT);
    var b = right.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
