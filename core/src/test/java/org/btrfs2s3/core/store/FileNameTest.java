package org.btrfs2s3.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileNameTest {

  private static final Pattern REFUSED_BY_VFAT =
      Pattern.compile("[\\x01-\\x1f\"*:<>?\\\\|\\x7f]|[. ]\\z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.ctim2026-01-31T23:59:59+01:00.ctid7.zst.gpg",
        "100%",
        "a%20b",
        "a%25b",
        "%3a",
        ".hidden",
        "a:b%3Ac"
      })
  void nameIsTheKey(String key) {
    assertThat(FileName.plain(new ObjectKey(key))).isEqualTo(key);
    assertThat(FileName.keyOf(key)).isEqualTo(new ObjectKey(key));
  }

  @ParameterizedTest
  @CsvSource({
    "data.ctim2026-01-31T23:59:59+01:00, data.ctim2026-01-31T23%3A59%3A59+01%3A00",
    "50%:x, 50%25%3Ax",
    "50%, 50%",
    "end., end%2E",
    "a%3Ab, a%253Ab"
  })
  void escapesWhatWindowsRefuses(String key, String name) {
    assertThat(FileName.escaped(new ObjectKey(key))).isEqualTo(name);
    assertThat(FileName.keyOf(name)).isEqualTo(new ObjectKey(key));
  }

  @Test
  void keyThatLooksEscapedIsEscapedEverywhere() {
    assertThat(FileName.plain(new ObjectKey("a%3Ab"))).isEqualTo("a%253Ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "nul\0", ".tmp", ".meta", "btrfs2s3-remote", "\ud800"})
  void noFileCanHaveTheKey(String key) {
    assertThat(FileName.namesOf(new ObjectKey(key))).isEmpty();
  }

  @Test
  void keyMustFitIntoAName() {
    assertThat(FileName.namesOf(new ObjectKey("x".repeat(255)))).hasSize(1);
    assertThat(FileName.namesOf(new ObjectKey("x".repeat(256)))).isEmpty();
    assertThat(FileName.namesOf(new ObjectKey("ß".repeat(128)))).isEmpty();
    assertThat(FileName.namesOf(new ObjectKey(":" + "x".repeat(254)))).hasSize(1);
  }

  @Property(seed = "20260131")
  void everyNameOfAKeyStandsForIt(@ForAll("texts") String text) {
    var key = new ObjectKey(text);
    assertThat(FileName.keyOf(FileName.plain(key))).isEqualTo(key);
    assertThat(FileName.keyOf(FileName.escaped(key))).isEqualTo(key);
    assertThat(REFUSED_BY_VFAT.matcher(FileName.escaped(key)).find()).isFalse();
  }

  @Property(seed = "20260131")
  void everyNameIsOneOfItsKey(@ForAll("texts") String name) {
    var key = FileName.keyOf(name);
    assertThat(name).isIn(FileName.plain(key), FileName.escaped(key));
  }

  /** Short texts of the characters that matter, so that escapes come about by chance. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("%%%%235AEF:. ?axß\n\u0001")
        .ofMinLength(1)
        .ofMaxLength(12);
  }
}
