package org.btrfs2s3.app.config;

import java.util.List;

/**
 * The keys that a mapping may have.
 *
 * @param place the mapping, for messages
 * @param known in the order in which a message lists them
 */
record KeySet(String place, List<String> known) {

  KeySet(String place, String... known) {
    this(place, List.of(known));
  }
}
