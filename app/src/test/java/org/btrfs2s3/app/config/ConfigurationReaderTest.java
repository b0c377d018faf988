package org.btrfs2s3.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.btrfs2s3.app.config.EncodingConfig.Compression;
import org.btrfs2s3.app.config.EncodingConfig.Filters;
import org.btrfs2s3.app.config.EncodingConfig.Standard;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.btrfs2s3.policy.PreservationPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationReaderTest {

  private static final ZoneId SYSTEM_ZONE = ZoneId.of("Pacific/Apia");

  @TempDir private Path directory;

  private Configuration read(String yaml) throws IOException, ConfigException {
    Path file = Files.writeString(directory.resolve("config.yaml"), yaml);
    return ConfigurationReader.read(file, SYSTEM_ZONE);
  }

  private UploadConfig readUpload(String keys) throws IOException, ConfigException {
    return read("""
            sources:
              - path: /data
                snapshots: /snap
                upload_to_remotes: [{id: a, preserve: 1y, %s}]
            remotes: [{id: a, s3: {bucket: b}}]
            """
            .formatted(keys))
        .sources()
        .getFirst()
        .uploads()
        .getFirst();
  }

  private S3RemoteConfig readRemote(String keys) throws IOException, ConfigException {
    Configuration read = read("remotes: [{id: a, s3: {bucket: b, %s}}]".formatted(keys));
    return (S3RemoteConfig) read.remotes().getFirst();
  }

  @Test
  void loadsAFileOfThePythonTool() throws Exception {
    Configuration read =
        read(
            """
            timezone: America/Los_Angeles
            sources:
              - path: /path/to/source
                snapshots: /path/to/snapshots
                upload_to_remotes:
                  - id: aws
                    preserve: 1y 3m 30d 24h
                    pipe_through:
                      - [gzip]
                      - [gpg, encrypt, -r, me@example.com]
                  - id: minio
                    preserve: 1y
            remotes:
              - id: aws
                s3:
                  bucket: my-s3-bucket
                  endpoint:
                    profile_name: my-profile
                    region_name: us-west-2
                    aws_access_key_id: AKIAEXAMPLE
                    aws_secret_access_key: the-secret
                    endpoint_url: http://s3.example.com:9000
                    verify: false
              - id: minio
                s3:
                  bucket: other
                  endpoint:
                    verify: /etc/ssl/ca.pem
            """);

    assertThat(read.zone()).isEqualTo(ZoneId.of("America/Los_Angeles"));
    SourceConfig source = read.sources().getFirst();
    assertThat(source.path()).isEqualTo(Path.of("/path/to/source"));
    assertThat(source.snapshots()).isEqualTo(Path.of("/path/to/snapshots"));
    assertThat(source.baseName()).isEqualTo("source");
    assertThat(source.manageAllSnapshots()).isFalse();
    UploadConfig filtered = source.uploads().getFirst();
    assertThat(filtered.policy()).isEqualTo(PreservationPolicy.parse("1y 3m 30d 24h"));
    assertThat(filtered.encoding())
        .isEqualTo(
            new Filters(
                List.of(List.of("gzip"), List.of("gpg", "encrypt", "-r", "me@example.com"))));
    assertThat(source.uploads().get(1).encoding())
        .isEqualTo(new Standard(new Compression.Zstd(3), List.of()));

    var aws = (S3RemoteConfig) read.remotes().getFirst();
    assertThat(aws.bucket()).isEqualTo("my-s3-bucket");
    assertThat(aws.prefix()).isEmpty();
    S3EndpointConfig endpoint = aws.endpoint();
    assertThat(endpoint.profileName()).isEqualTo("my-profile");
    assertThat(endpoint.regionName()).isEqualTo("us-west-2");
    assertThat(endpoint.accessKey())
        .satisfies(
            key -> {
              assertThat(key.id()).isEqualTo("AKIAEXAMPLE");
              assertThat(key.secret().reveal()).isEqualTo("the-secret");
            });
    assertThat(endpoint.url()).isEqualTo(URI.create("http://s3.example.com:9000"));
    assertThat(endpoint.verification()).isEqualTo(new Verification.Off());
    assertThat(((S3RemoteConfig) read.remotes().get(1)).endpoint().verification())
        .isEqualTo(
            new Verification.Authorities(
                new Located<>(Path.of("/etc/ssl/ca.pem"), new Position(28, 17))));
  }

  @Test
  void loadsTheExampleWithoutProblems() throws Exception {
    // A file with a secret is to be readable by its owner only.
    Path file =
        Files.createFile(
            directory.resolve("example.yaml"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, Files.readString(Path.of("src/main/dist/config.example.yaml")));

    Configuration read = ConfigurationReader.read(file, SYSTEM_ZONE);

    assertThat(read.warnings()).isEmpty();
    assertThat(read.updateErrors()).isEmpty();
    assertThat(read.sources()).extracting(SourceConfig::baseName).containsExactly("data", "root");
    assertThat(read.remotes()).extracting(RemoteConfig::id).containsExactly("aws", "minio", "usb");
    assertThat(read.remotes().getLast())
        .isEqualTo(new DirectoryRemoteConfig("usb", Path.of("/mnt/usb/backups")));
    assertThat(read.identities())
        .extracting(Located::value)
        .containsExactly(Path.of("/root/backup.sec.asc"));
    UploadConfig usb = read.sources().getFirst().uploads().get(1);
    assertThat(usb.restoreThrough())
        .containsExactly(List.of("gpg", "--decrypt"), List.of("xz", "--decompress"));
  }

  @Test
  void usesTheSystemZoneWhereTheFileNamesNone() throws Exception {
    assertThat(read("remotes: [{id: a, s3: {bucket: b}}]").zone()).isEqualTo(SYSTEM_ZONE);
  }

  @Test
  void readsCompressionAndEncryption() throws Exception {
    assertThat(readUpload("compress: none").encoding())
        .isEqualTo(new Standard(new Compression.None(), List.of()));
    assertThat(readUpload("compress: {zstd: {}}").encoding())
        .isEqualTo(new Standard(new Compression.Zstd(3), List.of()));
    assertThat(
            readUpload("compress: {zstd: {level: 19}}, encrypt: {openpgp: {recipients: [/k]}}")
                .encoding())
        .isEqualTo(
            new Standard(
                new Compression.Zstd(19),
                List.of(new Located<>(Path.of("/k"), new Position(4, 111)))));
  }

  @Test
  void readsWhoSignsAndWhoMustHaveSigned() throws Exception {
    var encoding =
        readUpload(
                "encrypt: {openpgp: {recipients: [/k], sign_with: /s,"
                    + " sign_with_passphrase_file: /p}}")
            .encoding();

    assertThat(encoding)
        .isInstanceOfSatisfying(
            Standard.class,
            standard ->
                assertThat(standard.signing())
                    .isNotNull()
                    .extracting(signing -> signing.key().value())
                    .isEqualTo(Path.of("/s")));
    assertThat(
            read("remotes: [{id: a, s3: {bucket: b}}]\nrestore: {require_signature_by: [/c]}")
                .signers())
        .extracting(Located::value)
        .containsExactly(Path.of("/c"));
  }

  @Test
  void writesRawStreamsWhereTheListOfFiltersIsEmpty() throws Exception {
    assertThat(readUpload("pipe_through: []").encoding())
        .isEqualTo(new Standard(new Compression.None(), List.of()));
  }

  @Test
  void readsHowStreamsGetToTheRemote() throws Exception {
    assertThat(readUpload("segment_size: 2GiB, upload_limit: 20MB/s").transfer())
        .isEqualTo(new TransferConfig(2L << 30, 20_000_000L, false));
    assertThat(readUpload("segment_size: off, btrfs: {compressed_data: yes}").transfer())
        .isEqualTo(new TransferConfig(null, null, true));
    assertThat(readUpload("compress: none").transfer())
        .isEqualTo(new TransferConfig(16L << 30, null, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipe_through: [[gzip]]",
        "pipe_through: []",
        "pipe_through: [[gzip]], segment_size: off"
      })
  void storesWhatFiltersMakeInOneObject(String keys) throws Exception {
    assertThat(readUpload(keys).transfer().segmentBytes()).isNull();
  }

  @Test
  void compressesCompressedDataOnlyIfAsked() throws Exception {
    assertThat(readUpload("btrfs: {compressed_data: true}").encoding())
        .isEqualTo(new Standard(new Compression.None(), List.of()));
    assertThat(readUpload("btrfs: {compressed_data: false}").encoding())
        .isEqualTo(new Standard(new Compression.Zstd(3), List.of()));
    assertThat(
            readUpload("btrfs: {compressed_data: true}, compress: {zstd: {level: 5}}").encoding())
        .isEqualTo(new Standard(new Compression.Zstd(5), List.of()));
  }

  @Test
  void readsHowLongRequestsAreTriedAgain() throws Exception {
    Configuration read =
        read("remotes: [{id: a, retry_for: 90m, s3: {bucket: a}}, {id: b, s3: {bucket: b}}]");

    assertThat(read.remotes())
        .extracting(remote -> ((S3RemoteConfig) remote).retryFor())
        .containsExactly(Duration.ofMinutes(90), Duration.ofHours(6));
  }

  @Test
  void readsHowMuchMemoryUploadsMayTake() throws Exception {
    var remotes = "remotes: [{id: a, s3: {bucket: a}}]";

    assertThat(read("upload_memory: 1GiB\n" + remotes).uploadMemory()).isEqualTo(1L << 30);
    assertThat(read(remotes).uploadMemory()).isEqualTo(128L << 20);
  }

  @Test
  void readsWhereThePassphraseOfIdentitiesIs() throws Exception {
    var remotes = "\nremotes: [{id: a, s3: {bucket: a}}]";

    assertThat(read("restore: {passphrase_file: /run/p}" + remotes).passphraseFile())
        .isEqualTo(Path.of("/run/p"));
    assertThat(read("restore: {}" + remotes).passphraseFile()).isNull();
  }

  @Test
  void undoesFormerFiltersBesideCompression() throws Exception {
    UploadConfig upload = readUpload("restore_through: [[gunzip, -c]]");

    assertThat(upload.restoreThrough()).containsExactly(List.of("gunzip", "-c"));
    assertThat(upload.encoding()).isInstanceOf(Standard.class);
  }

  @ParameterizedTest
  @CsvSource({"true,Default", "Yes,Default", "off,Off", "0,Off", "'\"no\"',Off"})
  void readsVerifyAsAFlag(String text, String expected) throws Exception {
    assertThat(readRemote("endpoint: {verify: %s}".formatted(text)).endpoint().verification())
        .extracting(v -> v.getClass().getSimpleName())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"007", "no", "1_000", "1e3", "2026-01-01", "0x1F", "-"})
  void takesTextAsItIsWritten(String text) throws Exception {
    assertThat(readRemote("prefix: " + text).prefix()).isEqualTo(text);
  }

  @Test
  void mergesEntriesOfOneSource() throws Exception {
    Configuration read =
        read(
            """
            sources:
              - {path: /data, snapshots: /snap, upload_to_remotes: [{id: a, preserve: 1y}]}
              - {path: /data/, snapshots: /snap//, upload_to_remotes: [{id: b, preserve: 2y}]}
            remotes:
              - {id: a, s3: {bucket: a}}
              - {id: b, s3: {bucket: b}}
            """);

    assertThat(read.sources()).hasSize(1);
    assertThat(read.sources().getFirst().uploads())
        .extracting(UploadConfig::remoteId)
        .containsExactly("a", "b");
  }

  @Test
  void resolvesAnchorsAndMergeKeysAndIgnoresKeysForThem() throws Exception {
    Configuration read =
        read(
            """
            x-defaults:
              - &keep {preserve: 1y 12m, compress: none, x-note: [of, no, meaning]}
              - &shared {preserve: 7d, restore_through: [[gunzip]]}
            sources:
              - path: /data
                snapshots: /snap
                x-note: ignored
                upload_to_remotes:
                  - {id: a, <<: *keep}
                  - {<<: [*keep, *shared], id: b}
                  - {<<: *shared, compress: none, id: c, preserve: 2d}
            remotes:
              - {id: a, s3: &s3 {bucket: b, prefix: x}}
              - {id: b, s3: {<<: *s3, prefix: y}}
              - {id: c, directory: {path: /mnt}}
            """);

    List<UploadConfig> uploads = read.sources().getFirst().uploads();
    assertThat(uploads)
        .extracting(UploadConfig::policy)
        .containsExactly(
            PreservationPolicy.parse("1y 12m"),
            PreservationPolicy.parse("1y 12m"),
            PreservationPolicy.parse("2d"));
    assertThat(uploads)
        .extracting(UploadConfig::encoding)
        .containsOnly(new Standard(new Compression.None(), List.of()));
    assertThat(uploads)
        .extracting(UploadConfig::restoreThrough)
        .containsExactly(List.of(), List.of(List.of("gunzip")), List.of(List.of("gunzip")));
    assertThat(read.remotes().subList(0, 2))
        .extracting(r -> ((S3RemoteConfig) r).prefix())
        .containsExactly("x", "y");
  }

  @Test
  void replacesTheBaseNameByAName() throws Exception {
    Configuration read =
        read(
            """
            sources:
              - path: /
                name: Größe
                snapshots: /snap
                manage_all_snapshots: true
                upload_to_remotes: [{id: a, preserve: 1y}]
            remotes: [{id: a, s3: {bucket: b}}]
            """);

    assertThat(read.sources().getFirst().baseName()).isEqualTo("Größe");
    assertThat(read.sources().getFirst().manageAllSnapshots()).isTrue();
  }

  @Test
  void refusesOnlyUpdatesWhereSnapshotsLieInTheRootItself() throws Exception {
    Configuration read =
        read(
            """
            sources: [{path: /d, snapshots: /d, upload_to_remotes: [{id: a, preserve: 1y}]}]
            remotes: [{id: a, s3: {bucket: b}}]
            """);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(read::requireUpdatable)
        .withMessageContaining("config.yaml:1:33: 'snapshots' is '/d'");
  }

  /** Invariant 3: the policy of the one would delete what that of the other preserves. */
  @Test
  void refusesTwoRemotesThatAreOneDirectory() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), disk);
    String yaml =
        """
        remotes:
          - {id: a, directory: {path: %s}}
          - {id: b, directory: {path: %s}}
        """;

    assertThat(read(yaml.formatted(disk, directory.resolve("missing"))).remotes()).hasSize(2);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(yaml.formatted(disk, link)))
        .withMessageContaining("the remotes 'a' and 'b' are the same directory");
  }

  @Test
  void allowsAFileThatOnlyReadsBackups() throws Exception {
    Configuration read = read("remotes: [{id: a, directory: {path: /mnt}}]");

    assertThat(read.sources()).isEmpty();
    read.requireUpdatable();
  }

  @Test
  void skipsAByteOrderMark() throws Exception {
    assertThat(read("\uFEFFremotes: [{id: a, s3: {bucket: b}}]").remotes()).hasSize(1);
  }

  @Test
  void saysWhereAByteIsNotUtf8() throws IOException {
    Path file =
        Files.write(
            directory.resolve("config.yaml"),
            new byte[] {'a', ':', '\n', (byte) 0xC3, (byte) 0xB6, (byte) 0xFF, 'b'});

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationReader.read(file, SYSTEM_ZONE))
        .withMessage(file + ":2:2: a byte here is not UTF-8");
  }

  @Test
  void saysThatTheFileIsMissing() {
    Path file = directory.resolve("missing.yaml");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigurationReader.read(file, SYSTEM_ZONE))
        .withMessage(file + ": there is no such file; --config names another one");
  }

  @Test
  void warnsOfASecretThatEverybodyMayRead() throws Exception {
    var yaml =
        "remotes: [{id: a, s3: {bucket: b, endpoint:"
            + " {aws_access_key_id: i, aws_secret_access_key: s}}}]";
    Path file = Files.writeString(directory.resolve("config.yaml"), yaml);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(ConfigurationReader.read(file, SYSTEM_ZONE).warnings())
        .extracting(ConfigProblem::message)
        .containsExactly("holds a secret key and can be read by every user: chmod o-r");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(ConfigurationReader.read(file, SYSTEM_ZONE).warnings()).isEmpty();
  }

  @Test
  void hidesTheSecretInText() throws Exception {
    Configuration read =
        read(
            "remotes: [{id: a, s3: {bucket: b, endpoint:"
                + " {aws_access_key_id: i, aws_secret_access_key: hunter2}}}]");

    assertThat(read.toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws_secret_access_key: [hunter2]",
        "aws_secret_access_key: *hunter2",
        "aws_secret_access_key: !hunter2",
        "aws_secret_access_key: &hunter2",
        "aws_secret_access_key: %hunter2",
        "aws_secret_access_key: \"hunter2",
        "aws_secret_access_key: hunter2: hunter2",
        "aws_secret_access_key: \"\\hunter2\"",
        "aws_secret_access_key: hunter2\n     - x",
        "aws_secret_access_key: hunter2\n\tx",
        "endpoint_url: https://me:hunter2@example.com",
        "endpoint_url: https://me:hunter2@exa mple.com",
      })
  void keepsASecretOutOfMessages(String line) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(
            () ->
                read(
                    """
                    remotes:
                      - id: a
                        s3:
                          bucket: b
                          endpoint:
                            aws_access_key_id: i
                            %s
                    """
                        .formatted(line)))
        .satisfies(e -> assertThat(e).hasMessageNotContaining("hunter2"));
  }
}
