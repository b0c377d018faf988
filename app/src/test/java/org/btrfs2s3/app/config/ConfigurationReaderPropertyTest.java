package org.btrfs2s3.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a file holds, it is read or its problems are told; nothing else is thrown. */
final class ConfigurationReaderPropertyTest {

  private static final String VALID =
      """
      timezone: UTC
      x-k: &k {preserve: 1y, compress: none}
      sources:
        - path: /data
          snapshots: /snap
          upload_to_remotes:
            - {<<: *k, id: a}
            - {id: b, preserve: 1d, pipe_through: [[gzip]], restore_through: [[gunzip]]}
      remotes:
        - {id: a, s3: {bucket: b, prefix: x, endpoint: {endpoint_url: "http://h:1", verify: no}}}
        - {id: b, directory: {path: /mnt}}
      restore: {identities: [/k]}
      """;

  private static Path file = Path.of("");

  @BeforeContainer
  static void createFile() throws IOException {
    file = Files.createTempFile("config", ".yaml");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "sources", "remotes", "id", "s3", "path", "<<", "&a", "*a", "!", "?", "- ", ": ", ", ",
            "[", "]", "{", "}", "\n", "\n  ", "'", "\"", "|", ">", "%", "#", "~", "é", "😀", "\0",
            "\t", "---", "...", "=", "1");
    return pieces.list().ofMaxSize(30).map(list -> String.join("", list));
  }

  @Property(seed = "20260101", tries = 300)
  void readsOrRefusesAnyText(@ForAll("texts") String text) throws IOException {
    readOrRefuse(text);
  }

  @Property(seed = "20260102", tries = 300)
  void readsOrRefusesAnEditedFile(
      @ForAll("texts") String inserted, @ForAll int position, @ForAll int dropped)
      throws IOException {
    int from = Math.floorMod(position, VALID.length());
    int to = Math.min(VALID.length(), from + Math.floorMod(dropped, 8));
    readOrRefuse(VALID.substring(0, from) + inserted + VALID.substring(to));
  }

  private static void readOrRefuse(String text) throws IOException {
    Files.writeString(file, text);
    try {
      Configuration read = ConfigurationReader.read(file, ZoneOffset.UTC);
      assertThat(read.remotes()).isNotEmpty();
    } catch (ConfigException e) {
      List<ConfigProblem> problems = e.problems();
      assertThat(problems).isNotEmpty();
      long lines = text.lines().count() + 1;
      assertThat(problems)
          .allSatisfy(p -> assertThat(p.position().line()).isBetween(0, (int) lines));
    }
  }
}
