package org.btrfs2s3.app.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kind of amount that people write as a whole number and a unit, with or without a space between
 * them. Units are spelt in one way only, capitals included: {@code m} and {@code M} mean too many
 * different things.
 */
public enum Measure {

  /** In bytes; a number without a unit counts bytes. */
  SIZE(
      "a size",
      new Unit("", 1),
      new Unit("KiB", 1L << 10),
      new Unit("MiB", 1L << 20),
      new Unit("GiB", 1L << 30),
      new Unit("TiB", 1L << 40)),

  /** In bytes per second. */
  RATE(
      "a rate",
      new Unit("kB/s", 1_000),
      new Unit("MB/s", 1_000_000),
      new Unit("GB/s", 1_000_000_000),
      new Unit("KiB/s", 1L << 10),
      new Unit("MiB/s", 1L << 20),
      new Unit("GiB/s", 1L << 30)),

  /** In seconds. */
  DURATION(
      "a duration",
      new Unit("s", 1),
      new Unit("m", 60),
      new Unit("h", 60 * 60),
      new Unit("d", 24 * 60 * 60));

  /** At most 15 digits, which no unit makes overflow silently. */
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15}) *(\\D*)");

  private final String name;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Unit> units;

  private record Unit(String name, long value) {}

  Measure(String name, Unit... units) {
    this.name = name;
    this.units = List.of(units);
  }

  /**
   * The amount that a text such as {@code 16GiB}, {@code 20 MB/s} or {@code 30d} means, in the unit
   * of the measure; empty if the text means none, or more than a {@code long} holds.
   */
  public OptionalLong parse(String text) {
    Matcher matcher = AMOUNT.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return units.stream()
        .filter(unit -> unit.name().equals(matcher.group(2)))
        .filter(unit -> number <= Long.MAX_VALUE / unit.value())
        .mapToLong(unit -> number * unit.value())
        .findFirst();
  }

  /** As it would be written, with the largest unit that gives a whole number. */
  public String format(long amount) {
    Unit unit =
        units.stream()
            .filter(candidate -> amount % candidate.value() == 0 && amount >= candidate.value())
            .max(Comparator.comparingLong(Unit::value))
            .orElse(units.getFirst());
    return amount / unit.value() + unit.name();
  }

  /** For messages: {@code a duration (units: s, m, h, d)}. */
  public String describe() {
    return units.stream()
        .map(Unit::name)
        .filter(unit -> !unit.isEmpty())
        .collect(Collectors.joining(", ", name + " (units: ", ")"));
  }

  /** What a text that means no amount may have been meant to be; a unit is not guessed freely. */
  public Optional<String> nearest(String text) {
    Matcher matcher = AMOUNT.matcher(text);
    if (!matcher.matches() || matcher.group(2).isEmpty()) {
      return Optional.empty();
    }
    var meant = matcher.group(2);
    var names = units.stream().map(Unit::name).filter(name -> !name.isEmpty()).toList();
    return Nearest.to(meant, names)
        .or(() -> names.stream().filter(name -> isBeginning(meant, name)).findFirst())
        .filter(name -> !name.equals(meant))
        .map(name -> matcher.group(1) + name);
  }

  private static boolean isBeginning(String beginning, String name) {
    return name.regionMatches(true, 0, beginning, 0, beginning.length());
  }
}
