package org.btrfs2s3.app.setup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.ConfigProblem;
import org.btrfs2s3.app.config.EncodingConfig;
import org.btrfs2s3.app.config.Located;
import org.btrfs2s3.app.config.Position;
import org.btrfs2s3.core.pipeline.Compression;
import org.btrfs2s3.core.pipeline.Encoding;
import org.btrfs2s3.core.pipeline.Encryption;
import org.btrfs2s3.core.pipeline.FilterEncoding;
import org.btrfs2s3.core.pipeline.OpenPgpKeyException;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.StandardEncoding;

/** Makes encodings of what the configuration says, reading the files of the recipients. */
public final class Encodings {

  private final Path configFile;
  private final Instant now;
  private final List<ConfigProblem> warnings = new ArrayList<>();

  /**
   * For the encodings of one configuration.
   *
   * @param configFile for messages
   * @param now decides which keys have expired
   */
  public Encodings(Path configFile, Instant now) {
    this.configFile = configFile;
    this.now = now;
  }

  /**
   * Makes one encoding.
   *
   * @throws ConfigException at the place where a recipient's file is named, if that cannot be used
   */
  public Encoding encoding(EncodingConfig config) throws ConfigException {
    return switch (config) {
      case EncodingConfig.Filters filters -> new FilterEncoding(filters.pipeThrough());
      case EncodingConfig.Standard standard ->
          new StandardEncoding(
              compression(standard.compression()), encryption(standard.recipients()));
    };
  }

  /** About keys that work but need attention, of all encodings that were made. */
  public List<ConfigProblem> warnings() {
    return List.copyOf(warnings);
  }

  private static Compression compression(EncodingConfig.Compression config) {
    return switch (config) {
      case EncodingConfig.Compression.None _ -> new Compression.None();
      case EncodingConfig.Compression.Zstd zstd -> new Compression.Zstd(zstd.level());
    };
  }

  private Encryption encryption(List<Located<Path>> files) throws ConfigException {
    if (files.isEmpty()) {
      return new Encryption.None();
    }
    // Each file by itself first, so that a problem is reported where it is named.
    for (var file : files) {
      load(List.of(file.value()), file.position())
          .warnings()
          .forEach(warning -> warnings.add(new ConfigProblem(file.position(), warning)));
    }
    return new Encryption.OpenPgp(
        load(files.stream().map(Located::value).toList(), files.getFirst().position()));
  }

  private Recipients load(List<Path> files, Position position) throws ConfigException {
    try {
      return Recipients.load(files, now);
    } catch (OpenPgpKeyException e) {
      throw new ConfigException(
          configFile, List.of(new ConfigProblem(position, String.valueOf(e.getMessage()))));
    }
  }
}
