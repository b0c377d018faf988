package org.btrfs2s3.it.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/** What can be wrong with backups in one object each. */
final class ObjectDamages {

  private static final int BORDER_BYTES = 64 << 10;
  private static final int STREAM_HEADER = 17;
  private static final String OPENPGP = "openpgp -d: ";
  private static final String MDC = OPENPGP + "integrity check failed";
  private static final String ZSTD = "zstd -d: ";
  private static final String UNKNOWN_FORMAT = "holds no plain send stream";
  private static final String CRC = "send stream at byte [0-9]+: wrong checksum of a command";
  private static final String IDENTITY = "is snapshot .*; expected was snapshot ";

  private final BackedUpThrice backups;
  private final List<Damage> damages = new ArrayList<>();

  private ObjectDamages(BackedUpThrice backups) {
    this.backups = backups;
  }

  static List<Damage> of(BackedUpThrice backups) throws IOException {
    var all = new ObjectDamages(backups);
    all.flipBits();
    all.truncate();
    all.misplace();
    all.forge();
    return all.damages;
  }

  private void flipBits() throws IOException {
    Damage.Place encrypted = backups.encrypted();
    byte[] message = encrypted.get(encrypted.key(backups.leaf()));
    int data = PacketBorders.of(message).getFirst();
    flip(encrypted, "the OpenPGP header", 0, OPENPGP + "not an encrypted binary OpenPGP message");
    flip(encrypted, "the session key", data / 2, OPENPGP + "damaged OpenPGP message");
    flip(encrypted, "the header of the encrypted data", data, OPENPGP);
    flip(encrypted, "the encrypted body", message.length / 2, MDC);
    flip(encrypted, "the MDC", message.length - 1, MDC);
    flip(encrypted, "the beginning of the MDC", message.length - 22, MDC);
    Damage.Place zstd = backups.zstd();
    int compressed = zstd.get(zstd.key(backups.leaf())).length;
    flip(zstd, "zstd's magic", 0, ZSTD);
    flip(zstd, "the header of zstd's frame", 4, ZSTD);
    flip(zstd, "zstd's checksum", compressed - 1, ZSTD + ".*checksum");
    Damage.Place raw = backups.raw();
    int stream = raw.get(raw.key(backups.leaf())).length;
    flip(raw, "the stream's header", 3, UNKNOWN_FORMAT);
    flip(raw, "the stream's version", 13, "version 0 is not supported");
    flip(raw, "the length of a command", STREAM_HEADER, CRC);
    flip(raw, "the checksum of a command", STREAM_HEADER + 6, CRC);
    flip(raw, "the name of the subvolume", STREAM_HEADER + 14, CRC);
    flip(raw, "the body of a command", stream / 2, CRC);
    flip(raw, "END", stream - 1, CRC);
    // The root of the tree, which the others need.
    flip(raw, backups.full(), "the body of a command of the full one", stream / 3, CRC);
    flip(encrypted, backups.full(), "the encrypted body of the full one", stream / 3, MDC);
  }

  private void flip(Damage.Place place, String region, int offset, String cause)
      throws IOException {
    flip(place, backups.leaf(), region, offset, cause);
  }

  private void flip(Damage.Place place, UUID backup, String region, int offset, String cause)
      throws IOException {
    String key = place.key(backup);
    byte[] flipped = place.get(key).clone();
    flipped[offset] ^= 1;
    damages.add(Damage.of("a bit flipped in " + region, place, key, flipped, cause));
  }

  private void truncate() throws IOException {
    Damage.Place encrypted = backups.encrypted();
    byte[] message = encrypted.get(encrypted.key(backups.middle()));
    SortedSet<Integer> lengths = new TreeSet<>(PacketBorders.of(message));
    for (int length = BORDER_BYTES; length < message.length; length += BORDER_BYTES) {
      lengths.add(length);
    }
    lengths.add(message.length - 1);
    for (int length : lengths) {
      truncate(encrypted, length, OPENPGP);
    }
    for (Damage.Place place : List.of(backups.raw(), backups.zstd())) {
      int whole = place.get(place.key(backups.middle())).length;
      for (int length : List.of(1, STREAM_HEADER, 5 * BORDER_BYTES, whole - 10)) {
        truncate(
            place,
            length,
            place.equals(backups.zstd())
                ? ZSTD + "truncated"
                : length == 1 ? UNKNOWN_FORMAT : "ends before the END command");
      }
    }
  }

  private void truncate(Damage.Place place, int length, String cause) throws IOException {
    String key = place.key(backups.middle());
    byte[] whole = place.get(key);
    damages.add(
        Damage.of(
            "%s truncated to %d of %d".formatted(place.id(), length, whole.length),
            place,
            key,
            Arrays.copyOf(whole, length),
            cause));
  }

  private void misplace() throws IOException {
    for (Damage.Place place : List.of(backups.raw(), backups.encrypted())) {
      String leaf = place.key(backups.leaf());
      List<String> chain = List.of(place.key(backups.full()), leaf);
      damages.add(rotated(place, "two objects of a tree swapped", chain));
      List<String> siblings = List.of(place.key(backups.middle()), leaf);
      damages.add(rotated(place, "two objects with one send parent swapped", siblings));
      List<String> all = List.of(place.key(backups.full()), place.key(backups.middle()), leaf);
      damages.add(rotated(place, "a chain reordered", all));
      present(place, "under another snapshot's key", leaf, "uuid" + backups.leaf());
      present(place, "under the key of a full backup", leaf, "sndp" + backups.full());
    }
  }

  private static Damage rotated(Damage.Place place, String name, List<String> keys)
      throws IOException {
    List<Damage.Change> changes = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] next = place.get(keys.get((i + 1) % keys.size()));
      changes.add(new Damage.Change(keys.get(i), next, true));
    }
    return new Damage(place.id() + ": " + name, place, changes, IDENTITY);
  }

  private void present(Damage.Place place, String name, String key, String part)
      throws IOException {
    UUID other = part.startsWith("sndp") ? new UUID(0, 0) : UUID.randomUUID();
    String moved = key.replace(part, part.substring(0, 4) + other);
    damages.add(Damage.of(place.id() + ": " + name, place, moved, place.get(key), IDENTITY));
  }

  /** Made by somebody who knows the public key, with a stream of another identity. */
  private void forge() throws IOException {
    Damage.Place place = backups.encrypted();
    byte[] stream = backups.raw().get(backups.raw().key(backups.full()));
    damages.add(
        Damage.of(
            "made by a stranger",
            place,
            place.key(backups.leaf()),
            backups.encryptedByGpg(stream),
            IDENTITY));
  }
}
