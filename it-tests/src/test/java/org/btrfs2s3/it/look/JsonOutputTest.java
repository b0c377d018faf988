package org.btrfs2s3.it.look;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.btrfs2s3.it.lab.Lab;
import org.btrfs2s3.it.lab.Remote;
import org.btrfs2s3.it.program.Btrfs2s3;
import org.btrfs2s3.it.program.ConfigFile;
import org.btrfs2s3.it.program.Upload;
import org.junit.jupiter.api.Test;

/** What every command prints with {@code --json} is what docs/json.md says. */
class JsonOutputTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "json.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_0-9]+");

  @Test
  void hasNoMemberThatIsNotDocumented() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote disk = Remote.InDirectory.create(lab.work().resolve("disk"));
      Remote other = Remote.InDirectory.create(lab.work().resolve("other"));
      ConfigFile file = ConfigFile.inZone(Lab.ZONE);
      disk.addTo(file, "disk");
      other.addTo(file, "other");
      Path config =
          file.source(lab.source(), lab.snapshots(), Upload.to("disk", Lab.POLICY))
              .write(lab.work());
      lab.write("file", "first");
      check(config, "update", "--pretend");
      String uuid = "/sources/0/remotes/0/backups/0/uuid";
      check(config, "update", "--force");
      lab.write("file", "second");
      String newest = check(config, "update", "--force").at(uuid).asText();

      check(config, "list");
      check(config, "explain", newest);
      check(config, "files", "--remote", "disk", newest);
      check(config, "verify", "--remote", "disk");
      check(config, "verify", "--remote", "disk", "--level", "data");
      Path target = lab.newTarget();
      check(config, "restore", "--remote", "disk", "--latest", "--to", target, "--dry-run");
      check(config, "restore", "--remote", "disk", "--latest", "--to", target);
      Path stream = lab.work().resolve("stream");
      check(config, "restore", "--remote", "disk", "--latest", "--stream-to", stream, "--dry-run");
      check(config, "restore", "--remote", "disk", "--latest", "--stream-to", stream);
      check(config, "reseed", "--from", "disk", "--to", "other", "--pretend");
      check(config, "reseed", "--from", "disk", "--to", "other");
      check(config, "reseed", "--to", "disk", "--pretend");
      check(config, "reseed", "--to", "disk");
      disk.delete(disk.keys().first());
      assertThat(check(config, "verify", "--remote", "disk").at("/findings")).isNotEmpty();
      check(config, "repair", "--pretend");
      check(config, "repair", "--force");
      check(config, "gc", "--pretend");
      check(config, "gc", "--duplicates", "--force");
    }
  }

  @Test
  void hasNoneOfACommitObjectEither() throws IOException {
    try (Lab lab = Lab.create()) {
      Remote disk = Remote.InDirectory.create(lab.work().resolve("disk"));
      Path config =
          disk.addTo(ConfigFile.inZone(Lab.ZONE), "disk")
              .source(
                  lab.source(),
                  lab.snapshots(),
                  Upload.to("disk", Lab.POLICY).with("segment_size", "1MiB"))
              .write(lab.work());
      byte[] noise = new byte[3 << 20];
      new Random(1).nextBytes(noise);
      Files.write(lab.source().resolve("noise"), noise);
      String uuid = "/sources/0/remotes/0/backups/0/uuid";
      String backup = check(config, "update", "--force").at(uuid).asText();
      Object[] repair = {"repair", "--remote", "disk", "--commit", backup};

      assertThat(outcome(config, repair)).isEqualTo("unneeded");
      disk.delete(only(disk, ".commit"));
      assertThat(outcome(config, "repair", "--remote=disk", "--commit", backup, "--pretend"))
          .isEqualTo("written");
      assertThat(disk.keys()).noneMatch(key -> key.endsWith(".commit"));
      assertThat(outcome(config, repair)).isEqualTo("written");
      disk.delete(only(disk, ".seqn000001."));
      assertThat(outcome(config, repair)).isEqualTo("failed");
    }
  }

  private static String outcome(Path config, Object... arguments) throws IOException {
    JsonNode commit = check(config, arguments).at("/commit");
    String outcome = commit.at("/outcome").asText();
    boolean failed = outcome.equals("failed");
    assertThat(commit.at("/key").isNull()).isEqualTo(failed);
    assertThat(commit.at("/failures").isEmpty()).isEqualTo(!failed);
    assertThat(commit.at("/segments").isInt()).isTrue();
    return outcome;
  }

  private static String only(Remote remote, String part) throws IOException {
    return remote.keys().stream().filter(key -> key.contains(part)).findFirst().orElseThrow();
  }

  /** The twin: the search for names finds them, and misses others. */
  @Test
  void wouldSeeAMemberThatIsNotDocumented() throws IOException {
    JsonNode json = new ObjectMapper().readTree("{\"version\": 1, \"a\": [{\"dry_ran\": 1}]}");

    assertThat(names(json)).containsExactly("a", "dry_ran", "version");
    assertThat(documented()).contains("version", "dry_run").doesNotContain("dry_ran");
  }

  private static JsonNode check(Path config, Object... arguments) throws IOException {
    Object[] all = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--json";
    var result = Btrfs2s3.runHere(config, all);
    assertThat(result.exitCode()).as("%s: %s", arguments[0], result).isIn(0, 1, 3);
    JsonNode json = new ObjectMapper().readTree(result.stdout());
    assertThat(json.at("/version").asInt()).isEqualTo(1);
    assertThat(json.at("/command").asText()).isEqualTo(arguments[0]);
    assertThat(documented()).containsAll(names(json));
    return json;
  }

  private static Set<String> documented() throws IOException {
    return CODE.matcher(Files.readString(DOCUMENT))
        .results()
        .flatMap(code -> NAME.matcher(code.group(1)).results())
        .map(name -> name.group())
        .collect(Collectors.toSet());
  }

  /** Of all members, however deep. */
  private static Set<String> names(JsonNode json) {
    Set<String> names = new TreeSet<>();
    json.fieldNames().forEachRemaining(names::add);
    for (Iterator<JsonNode> children = json.elements(); children.hasNext(); ) {
      names.addAll(names(children.next()));
    }
    return names;
  }
}
