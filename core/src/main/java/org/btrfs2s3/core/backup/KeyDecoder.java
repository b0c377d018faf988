package org.btrfs2s3.core.backup;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;

/**
 * Reads one key: suffixes in any order, and of several readable ones of a kind the last. A suffix
 * that cannot be read counts as unknown.
 */
final class KeyDecoder {

  private interface Reader<T> {
    @Nullable T read(String text);
  }

  /** A kind of suffix, and the last value read of it. */
  private static final class Field<T> {
    private final Reader<T> reader;
    private @Nullable T value;

    Field(Reader<T> reader) {
      this.reader = reader;
    }

    boolean read(String text) {
      T read = reader.read(text);
      value = read == null ? value : read;
      return read != null;
    }
  }

  private static final int DOT_AND_CODE = ".ctim".length();
  private static final String ATTEMPT = ".atmp";

  /** Six digits. */
  private static final BigInteger LARGEST_NUMBER = BigInteger.valueOf(BackupKey.MAX_SEGMENTS);

  private final Field<IsoTime> ctime = new Field<>(IsoTime::parse);
  private final Field<BigInteger> ctransid = new Field<>(KeyDecoder::integer);
  private final Field<UUID> uuid = new Field<>(KeyDecoder::uuid);
  private final Field<UUID> sendParent = new Field<>(KeyDecoder::uuid);
  private final Field<UUID> source = new Field<>(KeyDecoder::uuid);
  private final Field<BigInteger> version = new Field<>(KeyDecoder::integer);
  private final Field<BigInteger> sequence = new Field<>(KeyDecoder::integer);

  private final Map<String, Field<?>> fields =
      Map.of(
          ".ctim", ctime,
          ".ctid", ctransid,
          ".uuid", uuid,
          ".sndp", sendParent,
          ".prnt", source,
          ".mdvn", version,
          ".seqn", sequence);

  private final List<String> unknown = new ArrayList<>();
  private String base = "";

  private KeyDecoder() {}

  static ParsedKey decode(String key) {
    var decoder = new KeyDecoder();
    decoder.readName(lastComponent(key));
    return decoder.result();
  }

  /** As in a path: empty components and single dots do not count. */
  private static String lastComponent(String key) {
    String last = "";
    for (String component : key.split("/", -1)) {
      last = component.isEmpty() || component.equals(".") ? last : component;
    }
    return last;
  }

  private void readName(String name) {
    if (name.endsWith(".")) {
      return; // To the Python tool such a name has no suffixes at all.
    }
    int leadingDots = 0;
    while (name.startsWith(".", leadingDots)) {
      leadingDots++;
    }
    int dot = name.indexOf('.', leadingDots);
    while (dot >= 0) {
      int next = name.indexOf('.', dot + 1);
      String suffix = name.substring(dot, next < 0 ? name.length() : next);
      if (!readSuffix(suffix)) {
        unknown.add(suffix);
      } else if (base.isEmpty()) {
        base = name.substring(0, dot);
        unknown.clear();
      }
      dot = next;
    }
  }

  private boolean readSuffix(String suffix) {
    if (suffix.length() < DOT_AND_CODE) {
      return false;
    }
    Field<?> field = fields.get(suffix.substring(0, DOT_AND_CODE));
    return field != null && field.read(suffix.substring(DOT_AND_CODE));
  }

  private ParsedKey result() {
    if (version.value == null) {
      return new ParsedKey.Foreign("not named as a backup: no version (.mdvn)");
    }
    if (version.value.signum() <= 0) {
      return new ParsedKey.Foreign("no such version of keys: " + version.value);
    }
    if (sequence.value == null) {
      return new ParsedKey.Foreign("not named as a backup: no sequence number (.seqn)");
    }
    var label = label();
    if (label == null) {
      return new ParsedKey.Foreign("not named as a backup: an identifying suffix is missing");
    }
    if (version.value.equals(BigInteger.ONE)) {
      return sequence.value.signum() == 0
          ? new ParsedKey.Known(label, unknown)
          : new ParsedKey.Unsupported("not the only object of a backup: " + sequence.value, label);
    }
    return version.value.equals(BigInteger.TWO)
        ? part(label, sequence.value)
        : new ParsedKey.Unsupported("a later version of keys: " + version.value, label);
  }

  private @Nullable BackupLabel label() {
    if (ctime.value == null
        || ctransid.value == null
        || uuid.value == null
        || sendParent.value == null
        || source.value == null) {
      return null;
    }
    UUID parent = sendParent.value.equals(BackupKey.ZERO) ? null : sendParent.value;
    var identity =
        new BackupIdentity(
            uuid.value, source.value, parent, new Ctransid(ctransid.value), ctime.value.instant());
    return new BackupLabel(base, identity, ctime.value.offset());
  }

  /** An object of a segmented backup: what else is not understood stands in the way of nothing. */
  private ParsedKey part(BackupLabel label, BigInteger number) {
    var attempts =
        unknown.stream()
            .filter(suffix -> suffix.startsWith(ATTEMPT))
            .map(suffix -> suffix.substring(ATTEMPT.length()))
            .filter(Attempt::isValid)
            .toList();
    if (attempts.isEmpty()) {
      return new ParsedKey.Foreign("not named as a part of a backup: no attempt (.atmp)");
    }
    if (number.signum() < 0 || number.compareTo(LARGEST_NUMBER) > 0) {
      return new ParsedKey.Unsupported("no such segment: " + number, label);
    }
    var attempt = new Attempt(attempts.getLast());
    if (unknown.contains(BackupKey.SIGNATURE)) {
      return new ParsedKey.CommitSignature(label, attempt);
    }
    if (!unknown.contains(BackupKey.COMMIT)) {
      var rest = unknown.stream().filter(suffix -> !suffix.startsWith(ATTEMPT)).toList();
      return new ParsedKey.Segment(label, attempt, number.intValue(), rest);
    }
    return number.signum() == 0
        ? new ParsedKey.Unsupported("a backup of no segments", label)
        : new ParsedKey.Commit(label, attempt, number.intValue());
  }

  private static @Nullable BigInteger integer(String text) {
    return Numeral.parse(text, 10);
  }

  /** As Python's {@code uuid.UUID} takes it: 32 characters that are a hexadecimal number. */
  private static @Nullable UUID uuid(String text) {
    String hex = text.replace("urn:", "").replace("uuid:", "");
    hex = hex.replaceAll("^[{}]+|[{}]+$", "").replace("-", "");
    if (hex.codePointCount(0, hex.length()) != 32) {
      return null;
    }
    BigInteger number = Numeral.parse(hex, 16);
    return number == null
        ? null
        : new UUID(number.shiftRight(Long.SIZE).longValue(), number.longValue());
  }
}
