package org.btrfs2s3.app.config;

import java.util.OptionalLong;

/**
 * The amounts that a key allows.
 *
 * @param min in the unit of the measure, allowed itself
 * @param max in the unit of the measure, allowed itself
 */
record AmountRange(Measure measure, long min, long max) {

  AmountRange {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException("no range: " + min + " to " + max);
    }
  }

  /** The amount that a text means; empty if it is none, or not within the range. */
  OptionalLong parse(String text) {
    OptionalLong amount = measure.parse(text);
    return amount.isPresent() && amount.getAsLong() >= min && amount.getAsLong() <= max
        ? amount
        : OptionalLong.empty();
  }

  /**
   * For messages: what is allowed, and what a text that is not may have been meant to be.
   *
   * @param alternative what is allowed besides; may be empty
   */
  String expected(String text, String alternative) {
    var hint =
        measure.parse(text).isPresent()
            ? ""
            : measure.nearest(text).map(n -> "; did you mean '" + n + "'?").orElse("");
    return "%s from %s to %s%s%s"
        .formatted(measure.describe(), measure.format(min), measure.format(max), alternative, hint);
  }
}
