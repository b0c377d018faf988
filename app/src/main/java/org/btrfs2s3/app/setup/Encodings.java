package org.btrfs2s3.app.setup;

import java.io.IOException;
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
import org.btrfs2s3.core.pipeline.IdentityPassphrase;
import org.btrfs2s3.core.pipeline.PassphraseFile;
import org.btrfs2s3.core.pipeline.Recipients;
import org.btrfs2s3.core.pipeline.SigningKey;
import org.btrfs2s3.core.pipeline.StandardEncoding;
import org.jspecify.annotations.Nullable;

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
          new StandardEncoding(compression(standard.compression()), encryption(standard));
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

  private Encryption encryption(EncodingConfig.Standard config) throws ConfigException {
    var files = config.recipients();
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
        load(files.stream().map(Located::value).toList(), files.getFirst().position()),
        signer(config.signing()));
  }

  private @Nullable SigningKey signer(EncodingConfig.@Nullable Signing config)
      throws ConfigException {
    if (config == null) {
      return null;
    }
    var key = config.key();
    var file = config.passphrase();
    IdentityPassphrase passphrase = IdentityPassphrase.NONE;
    if (file != null) {
      char[] read = at(file.position(), () -> PassphraseFile.read(file.value()));
      passphrase = _ -> read; // Asked for once, and overwritten then.
    }
    var source = passphrase;
    var signer = at(key.position(), () -> SigningKey.load(key.value(), source, now));
    signer.warnings().forEach(warning -> warnings.add(new ConfigProblem(key.position(), warning)));
    return signer;
  }

  private Recipients load(List<Path> files, Position position) throws ConfigException {
    return at(position, () -> Recipients.load(files, now));
  }

  /** What reads the file of a key, or of its passphrase. */
  private interface KeyReading<T> {
    T read() throws IOException;
  }

  /** Reports a file that cannot be used where the configuration names it. */
  private <T> T at(Position position, KeyReading<T> reading) throws ConfigException {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new ConfigException(
          configFile, List.of(new ConfigProblem(position, String.valueOf(e.getMessage()))));
    }
  }
}
