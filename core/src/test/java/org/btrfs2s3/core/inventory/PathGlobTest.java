package org.btrfs2s3.core.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathGlobTest {

  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "*, a/b, false",
    "**, a/b, true",
    "a/**, a/b/c, true",
    "a/**, a, false",
    "**/c, c, true",
    "**/c, a/b/c, true",
    "**/c, a/bc, false",
    "a/**/c, a/c, true",
    "a/**/c, a/b/b/c, true",
    "a**c, a/b/c, true",
    "/etc/hosts, etc/hosts, true",
    "?, ä, true",
    "??, ä, false",
    "?, /, false",
    "ä*, ärger, true",
    "a.c, abc, false",
    "[ab], a, false",
    "[ab], [ab], true",
    "\\*, *, true",
    "\\*, a, false",
    "a\\, a\\, true",
  })
  void matchesWholePaths(String glob, String path, boolean expected) {
    var raw = new RawPath(new String(path.getBytes(UTF_8), ISO_8859_1));

    assertThat(new PathGlob(glob).matches(raw)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"?, true", "*, true", "??, false"})
  void takesByteByByteWhatIsNotUtf8(String glob, boolean expected) {
    assertThat(new PathGlob(glob).matches(new RawPath("\u00ff"))).isEqualTo(expected);
  }
}
