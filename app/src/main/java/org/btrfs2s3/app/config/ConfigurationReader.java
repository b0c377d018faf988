package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the configuration file. */
public final class ConfigurationReader {

  private static final KeySet KEYS =
      new KeySet("the file", "timezone", "sources", "remotes", "upload_memory", "restore");
  private static final KeySet RESTORE_KEYS =
      new KeySet("'restore'", "identities", "passphrase_file", "require_signature_by");

  private final Path file;
  private final ZoneId systemZone;
  private final Problems problems = new Problems();
  private final Values values = new Values(problems);

  private ConfigurationReader(Path file, ZoneId systemZone) {
    this.file = file;
    this.systemZone = systemZone;
  }

  /**
   * Reads and checks a file. Nothing that the file speaks of is looked at.
   *
   * @param systemZone the time zone if the file names none
   * @throws ConfigException if the file cannot be read or is not valid, with everything that is
   *     wrong
   */
  public static Configuration read(Path file, ZoneId systemZone) throws ConfigException {
    return new ConfigurationReader(file, systemZone).read();
  }

  private Configuration read() throws ConfigException {
    Node root =
        TextFile.read(file, problems).map(text -> YamlReader.read(text, problems)).orElse(null);
    Configuration configuration = root == null ? null : configuration(root);
    List<ConfigProblem> errors = problems.errors();
    if (configuration == null || !errors.isEmpty()) {
      throw new ConfigException(file, errors);
    }
    return configuration;
  }

  private @Nullable Configuration configuration(Node root) {
    Fields fields = values.fields(new Field("the file", root.position(), root), KEYS);
    if (fields == null) {
      return null;
    }
    ZoneId zone = zone(fields.optional("timezone"));
    var remotes = new Remotes(values.someItems(fields.required("remotes")), problems);
    // Without sources: a machine that only reads backups.
    var sources = new Sources(values.items(fields.optional("sources")), remotes, problems);
    Long uploadMemory =
        values.amount(fields.optional("upload_memory"), Configuration.UPLOAD_MEMORY);
    Fields restore = values.fields(fields.optional("restore"), RESTORE_KEYS);
    List<RemoteConfig> allRemotes = List.copyOf(remotes.all());
    warnOfVisibleSecrets(allRemotes);
    return new Configuration(
        file,
        zone,
        sources.all(),
        allRemotes,
        uploadMemory == null ? Configuration.DEFAULT_UPLOAD_MEMORY : uploadMemory,
        files(restore, "identities"),
        restore == null ? null : pathOrNull(restore.optional("passphrase_file")),
        files(restore, "require_signature_by"),
        problems.warnings(),
        problems.updateErrors());
  }

  private ZoneId zone(@Nullable Field field) {
    Located<String> text = values.text(field);
    if (text == null) {
      return systemZone;
    }
    try {
      return ZoneId.of(text.value());
    } catch (DateTimeException e) {
      problems.error(
          text.position(),
          "'timezone' is %s, expected a name such as 'Europe/Berlin'%s"
              .formatted(
                  Quoted.of(text.value()),
                  Nearest.hint(text.value(), ZoneId.getAvailableZoneIds())));
      return systemZone;
    }
  }

  private @Nullable Path pathOrNull(@Nullable Field field) {
    Located<Path> path = values.path(field);
    return path == null ? null : path.value();
  }

  private List<Located<Path>> files(@Nullable Fields restore, String key) {
    return restore == null
        ? List.of()
        : values.items(restore.optional(key)).stream()
            .map(values::path)
            .filter(Objects::nonNull)
            .toList();
  }

  private void warnOfVisibleSecrets(List<RemoteConfig> remotes) {
    boolean holdsSecret =
        remotes.stream()
            .anyMatch(r -> r instanceof S3RemoteConfig s3 && s3.endpoint().accessKey() != null);
    if (holdsSecret && TextFile.isReadableByOthers(file)) {
      problems.warning(
          Position.FILE, "holds a secret key and can be read by every user: chmod o-r");
    }
  }
}
