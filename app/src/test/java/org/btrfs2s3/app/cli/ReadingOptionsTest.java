package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.btrfs2s3.core.backup.BackupIdentity;
import org.btrfs2s3.core.backup.BackupKey;
import org.btrfs2s3.core.sendstream.SendStreamWriter;
import org.btrfs2s3.core.sendstream.StreamIdentity;
import org.btrfs2s3.policy.Ctransid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where backups are read, by the command that needs neither btrfs nor root for it. */
final class ReadingOptionsTest {

  private static final BackupIdentity IDENTITY =
      new BackupIdentity(
          new UUID(1, 2),
          new UUID(3, 4),
          new UUID(5, 6),
          Ctransid.ofKernel(7),
          Instant.parse("2026-02-11T12:00:00Z"));
  private static final byte[] STREAM =
      SendStreamWriter.stream(
          "data",
          new StreamIdentity(IDENTITY.uuid(), IDENTITY.ctransid(), IDENTITY.sendParent()),
          "state".getBytes(StandardCharsets.UTF_8));
  private static final String KEY = BackupKey.encode("data", IDENTITY, ZoneOffset.UTC, List.of());

  @TempDir private Path directory = Path.of("");

  private Path backups = Path.of("");
  private Path stream = Path.of("");

  @BeforeEach
  void putABackupIntoADirectoryWithoutMarker() throws IOException {
    backups = Files.createDirectory(directory.resolve("my backups"));
    stream = directory.resolve("stream");
    Files.write(backups.resolve(KEY), STREAM);
  }

  private Run restore(String... options) {
    List<String> all = new ArrayList<>(List.of("restore", "--latest"));
    Collections.addAll(all, options);
    return Run.of(all.toArray(String[]::new));
  }

  private Run restoreToFile(String... options) {
    List<String> all = new ArrayList<>(List.of("--stream-to", stream.toString()));
    Collections.addAll(all, options);
    return restore(all.toArray(String[]::new));
  }

  private String url() {
    return "file://" + backups;
  }

  private Path config(String text) throws IOException {
    return Files.writeString(directory.resolve("config.yaml"), text);
  }

  @Test
  void aUrlNeedsNoConfiguration() {
    Run run = restoreToFile("--url", url());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("wrote " + stream + "\n");
    assertThat(run.err())
        .contains(
            "fetching " + KEY, "complete: " + KEY, "the difference to snapshot " + new UUID(5, 6));
    assertThat(stream).hasBinaryContent(STREAM);
  }

  @Test
  void listTakesAUrlToo() throws IOException {
    Run run = Run.of("list", "--url", url());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(IDENTITY.uuid().toString());

    assertThat(Run.of("list", "--url", url(), "--remote", "a").exitCode()).isEqualTo(2);
    Run beside = Run.of("list", "--url", url(), config("remotes: []").toString());
    assertThat(beside.exitCode()).as("a configuration that is named is read").isEqualTo(4);
  }

  @Test
  void whatARemoteSaysDoesNotReachTheTerminalAsItIs() throws IOException {
    Path config =
        config(
            """
            timezone: UTC
            sources:
            - path: /data
              snapshots: /snapshots
              upload_to_remotes: [{id: a, preserve: 1y}]
            remotes: [{id: a, directory: {path: "/none\\e[2J"}}]
            """);

    Run run = Run.of("list", config.toString());

    assertThat(run.exitCode()).as(run.err()).isEqualTo(10);
    assertThat(run.err()).contains("/none\\u001b[2J").doesNotContain("\u001b");
  }

  @Test
  void replacesNoFile() throws IOException {
    Files.writeString(stream, "mine");

    Run run = restoreToFile("--url", url());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(stream + " exists already").doesNotContain("fetching");
    assertThat(stream).hasContent("mine");
  }

  @Test
  void writesIntoNoDevice() {
    assertThat(restore("--url", url(), "--stream-to", "/dev/null").err())
        .contains("/dev/null exists already", "--stream-to -")
        .doesNotContain("delete");
  }

  @Test
  void leavesNoFileOfADamagedBackup() throws IOException {
    var damaged = STREAM.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(backups.resolve(KEY), damaged);

    Run run = restoreToFile("--url", url());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("cannot write the stream of " + KEY);
    assertThat(directory).isDirectoryNotContaining(file -> !file.equals(backups));
  }

  @Test
  void tellsScriptsWhatItDoes() throws IOException {
    var plan =
        JsonMapper.builder()
            .build()
            .readTree(restoreToFile("--url", url(), "--dry-run", "--json").out());
    assertThat(stream).doesNotExist();
    assertThat(plan.at("/version").asInt()).isEqualTo(1);
    assertThat(plan.at("/dry_run").asBoolean()).isTrue();
    assertThat(plan.at("/remote").asText()).isEqualTo(url());
    assertThat(plan.at("/backup/content_keys/0").asText()).isEqualTo(KEY);
    assertThat(plan.at("/bytes_to_fetch").asLong()).isEqualTo(STREAM.length);

    var done = JsonMapper.builder().build().readTree(restoreToFile("--url", url(), "--json").out());
    assertThat(done.at("/dry_run").asBoolean()).isFalse();
    assertThat(done.at("/outcome/stream_bytes").asLong()).isEqualTo(STREAM.length);
  }

  @Test
  void decodesThroughCommandsInTheirOrder() throws IOException {
    var once = gzip(STREAM);
    Files.write(backups.resolve(KEY), gzip(once));

    assertThat(restoreToFile("--url", url()).err()).contains("--restore-through");
    Run run =
        restoreToFile(
            "--url", url(), "--restore-through", " gzip  -d ", "--restore-through", "gunzip");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(stream).hasBinaryContent(STREAM);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void theOnlyRemoteNeedsNoName() throws IOException {
    var one = "{id: a, directory: {path: '%s'}}".formatted(backups);
    Run run = restoreToFile("-c", config("remotes: [" + one + "]").toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    Files.delete(stream);

    var two = "remotes: [%s, {id: b, s3: {bucket: b}}]".formatted(one);
    Run unclear = restoreToFile("-c", config(two).toString());
    assertThat(unclear.exitCode()).isEqualTo(2);
    assertThat(unclear.err()).contains("from which remote?", "a, b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--url URL --remote a|exclude each other",
        "--url backups|no scheme",
        "--url s3://|names no bucket",
        "--url URL --endpoint-url https://x|not for a directory",
        "--url URL --ca-file /x|not for a directory",
        "--remote a --region x|belong to --url",
        "--remote a --restore-through gunzip|belongs to --url",
        "--url URL --keep-chain|receives nothing",
        "--url URL --verify-first|receives nothing",
        "--url URL --writable x|receives nothing",
        "--url URL --to /x|mutually exclusive",
        "--url URL --all|mutually exclusive",
      })
  void refusesWhatDoesNotFit(String options, String message) {
    Run run =
        restoreToFile(
            List.of(options.split(" ")).stream()
                .map(option -> option.equals("URL") ? url() : option)
                .toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(stream).doesNotExist();
  }

  @Test
  void refusesAnEmptyCommandAndTwoThingsOnStandardOutput() {
    assertThat(restoreToFile("--url", url(), "--restore-through", " ").err())
        .contains("--restore-through is empty");
    assertThat(restore("--url", url(), "--stream-to", "-", "--json").err())
        .contains("both write to standard output");
    assertThat(restore("--url", url()).err()).contains("--to", "--stream-to");
  }

  @Test
  void aDirectoryWithoutBackupsIsAway() throws IOException {
    Files.delete(backups.resolve(KEY));

    Run run = restoreToFile("--url", url());

    assertThat(run.exitCode()).isEqualTo(10);
    assertThat(run.err()).contains("there is no backup in it");
  }

  @Test
  void keysAreUnlockedOnlyForWhatIsEncrypted() throws IOException {
    var missing = directory.resolve("missing.asc").toString();

    assertThat(dataVerified(missing).err()).contains("read, ").doesNotContain(missing);
    assertThat(restoreToFile("--url", url(), "--identity", missing).exitCode()).isZero();

    Files.delete(stream);
    Files.move(backups.resolve(KEY), backups.resolve(KEY + ".gpg"));

    assertThat(dataVerified(missing).exitCode()).as("its send parent is missing").isEqualTo(1);
    assertThat(dataVerified(missing).out())
        .contains(
            "not checked: " + KEY + ".gpg",
            "cannot use an identity, a secret key as gpg --export-secret-keys writes it: "
                + missing
                + ": no such file\n");
    assertThat(restoreToFile("--url", url(), "--identity", missing).err())
        .contains("cannot use an identity", missing + ": no such file\n");
    assertThat(stream).doesNotExist();
  }

  private Run dataVerified(String identity) {
    return Run.of("verify", "--level", "data", "--url", url(), "--identity", identity);
  }

  @Test
  void aDryRunAndAListingUnlockNoKey() throws IOException {
    var missing = directory.resolve("missing.asc").toString();
    Files.move(backups.resolve(KEY), backups.resolve(KEY + ".gpg"));

    assertThat(restoreToFile("--url", url(), "--dry-run", "--identity", missing).exitCode())
        .isZero();
    assertThat(Run.of("verify", "--url", url(), "--identity", missing).err())
        .doesNotContain(missing);
  }

  @Test
  void theBeginningOfAUuidIsEnough() {
    var beginning = IDENTITY.uuid().toString().substring(0, 25);

    Run run =
        Run.of(
            "restore", "--url", url(), "--snapshot", beginning, "--stream-to", stream.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(stream).hasBinaryContent(STREAM);
    assertThat(Run.of("restore", "--url", url(), "--snapshot", "ffff", "--stream-to", "new").err())
        .contains("begins with 'ffff'");
  }

  @Test
  void aSourceThatIsNoPathIsToldTheUuid() {
    assertThat(restoreToFile("--url", url(), "--source", "home").err())
        .contains("--source home: there is no such path", "UUID")
        .doesNotContain("ENOENT");
  }
}
