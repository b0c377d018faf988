package org.btrfs2s3.app.config;

import java.util.List;

/**
 * The keys that a mapping may have.
 *
 * @param place the mapping, for messages
 * @param known in the order in which a message lists them
 * @param later keys with a meaning that this version does not implement: to ignore them would do
 *     something else than the file asks for
 */
record KeySet(String place, List<String> known, List<String> later) {

  KeySet(String place, String... known) {
    this(place, List.of(known), List.of());
  }

  KeySet butNotYet(String... keys) {
    return new KeySet(place, known, List.of(keys));
  }
}
