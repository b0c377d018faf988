package org.btrfs2s3.app.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Turns fields into values of the type that belongs there. Each method returns null, or nothing
 * where it returns a list, for an absent field and for one of the wrong type; the latter is
 * reported. So a caller can go on with a default: a file with a problem is refused in the end.
 */
final class Values {

  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y", "1");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n", "0");

  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  @Nullable Fields fields(@Nullable Field field, KeySet keys) {
    if (field != null && field.value() instanceof Node.Mapping mapping) {
      return new Fields(mapping, keys, problems);
    }
    wrongType(field, "a mapping");
    return null;
  }

  /** The items of a list, each under a key such as {@code remotes[0]}. */
  List<Field> items(@Nullable Field field) {
    if (field == null || !(field.value() instanceof Node.Sequence list)) {
      wrongType(field, "a list");
      return List.of();
    }
    List<Field> items = new ArrayList<>();
    for (Node item : list.items()) {
      String key = field.key() + "[" + items.size() + "]";
      items.add(new Field(key, item.position(), item));
    }
    return items;
  }

  /** As {@link #items}; an empty list is an error. */
  List<Field> someItems(@Nullable Field field) {
    List<Field> items = items(field);
    if (items.isEmpty() && field != null && field.value() instanceof Node.Sequence) {
      wrong(field, "an empty list", "at least one item");
    }
    return items;
  }

  /** Text that may be empty. */
  @Nullable Located<String> anyText(@Nullable Field field) {
    if (field != null && field.value() instanceof Node.Scalar scalar) {
      return new Located<>(scalar.text(), scalar.position());
    }
    wrongType(field, "text");
    return null;
  }

  @Nullable Located<String> text(@Nullable Field field) {
    Located<String> text = anyText(field);
    if (field != null && text != null && text.value().isEmpty()) {
      wrong(field, "empty", "text");
      return null;
    }
    return text;
  }

  /** True and false as YAML 1.1 and 1.2 spell them. */
  @Nullable Boolean flag(@Nullable Field field) {
    if (field != null && field.value() instanceof Node.Scalar scalar) {
      Boolean flag = flag(scalar.text());
      if (flag != null) {
        return flag;
      }
    }
    wrongType(field, "true or false");
    return null;
  }

  /** Null if the text means neither. */
  static @Nullable Boolean flag(String text) {
    var word = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(word)) {
      return true;
    }
    return FALSE.contains(word) ? false : null;
  }

  @Nullable Integer number(@Nullable Field field, int min, int max) {
    // At most nine digits: no overflow.
    if (field != null
        && field.value() instanceof Node.Scalar scalar
        && scalar.text().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(scalar.text());
      if (number >= min && number <= max) {
        return number;
      }
    }
    wrongType(field, "a whole number from %s to %s".formatted(min, max));
    return null;
  }

  /** In the unit of the range's measure. */
  @Nullable Long amount(@Nullable Field field, AmountRange range) {
    return amount(field, range, "");
  }

  /**
   * As {@link #amount(Field, AmountRange)}.
   *
   * @param alternative what else the message says is allowed; read by the caller
   */
  @Nullable Long amount(@Nullable Field field, AmountRange range, String alternative) {
    Located<String> text = text(field);
    if (field == null || text == null) {
      return null;
    }
    OptionalLong amount = range.parse(text.value());
    if (amount.isPresent()) {
      return amount.getAsLong();
    }
    wrongType(field, range.expected(text.value(), alternative));
    return null;
  }

  /** An absolute path, without {@code .}, doubled or trailing slashes. */
  @Nullable Located<Path> path(@Nullable Field field) {
    Located<String> text = text(field);
    return field == null || text == null ? null : path(field, text, "an absolute path");
  }

  /**
   * @param expected what the message says is allowed
   */
  @Nullable Located<Path> path(Field field, Located<String> text, String expected) {
    try {
      var path = Path.of(text.value());
      if (path.isAbsolute() && !hasParentComponent(path)) {
        return new Located<>(path.normalize(), text.position());
      }
      wrongType(field, path.isAbsolute() ? expected + " without '..'" : expected);
    } catch (InvalidPathException e) {
      wrongType(field, expected + ": " + e.getReason());
    }
    return null;
  }

  void wrongType(@Nullable Field field, String expected) {
    if (field != null && !(field.value() instanceof Node.Invalid)) {
      wrong(field, field.value().found(), expected);
    }
  }

  private void wrong(Field field, String found, String expected) {
    problems.error(
        field.value().position(),
        "'%s' is %s, expected %s".formatted(field.key(), found, expected));
  }

  /** What {@code a/..} is depends on links, so that such a path cannot be compared with others. */
  private static boolean hasParentComponent(Path path) {
    return StreamSupport.stream(path.spliterator(), false).anyMatch(c -> c.toString().equals(".."));
  }
}
