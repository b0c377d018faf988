package org.btrfs2s3.app.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.btrfs2s3.app.config.EncodingConfig.Compression;
import org.btrfs2s3.app.config.EncodingConfig.Compression.Zstd;
import org.jspecify.annotations.Nullable;

/** Reads how an entry of {@code upload_to_remotes} is encoded. */
final class EncodingReader {

  private static final String NO_COMPRESSION = "none";
  private static final KeySet COMPRESS_KEYS = new KeySet("'compress'", "zstd");
  private static final KeySet ZSTD_KEYS = new KeySet("'zstd'", "level");
  private static final KeySet ENCRYPT_KEYS = new KeySet("'encrypt'", "openpgp");
  private static final String PASSPHRASE = "sign_with_passphrase_file";
  private static final KeySet OPENPGP_KEYS =
      new KeySet("'openpgp'", "recipients", "sign_with", PASSPHRASE);

  private final Values values;
  private final Problems problems;

  EncodingReader(Problems problems) {
    this.values = new Values(problems);
    this.problems = problems;
  }

  /**
   * What the entry says.
   *
   * @param compressedData whether the stream's data is compressed already, so that by default it is
   *     not compressed again
   */
  EncodingConfig read(Fields upload, boolean compressedData) {
    Field filters = upload.optional("pipe_through");
    Field compress = upload.optional("compress");
    Field encrypt = upload.optional("encrypt");
    if (filters == null) {
      Fields openpgp = openpgp(encrypt);
      return new EncodingConfig.Standard(
          compression(compress, compressedData), recipients(openpgp), signing(openpgp));
    }
    refuseBesideFilters(compress);
    refuseBesideFilters(encrypt);
    List<List<String>> commands = commands(filters);
    // An empty list is what the Python tool writes its raw streams with.
    return commands.isEmpty()
        ? new EncodingConfig.Standard(new Compression.None(), List.of())
        : new EncodingConfig.Filters(commands);
  }

  /** Lists of arguments. */
  List<List<String>> commands(@Nullable Field field) {
    List<List<String>> commands = new ArrayList<>();
    for (Field command : values.items(field)) {
      List<String> arguments =
          values.someItems(command).stream()
              .map(values::anyText)
              .filter(Objects::nonNull)
              .map(Located::value)
              .toList();
      if (!arguments.isEmpty()) {
        commands.add(arguments);
      }
    }
    return commands;
  }

  private void refuseBesideFilters(@Nullable Field field) {
    if (field != null) {
      problems.error(
          field.position(),
          "'%s' cannot be given together with 'pipe_through'".formatted(field.key()));
    }
  }

  private Compression compression(@Nullable Field field, boolean compressedData) {
    if (field == null) {
      return compressedData ? new Compression.None() : new Zstd(Zstd.DEFAULT_LEVEL);
    }
    if (field.value() instanceof Node.Scalar scalar) {
      if (!scalar.text().equals(NO_COMPRESSION)) {
        values.wrongType(field, "'none' or a mapping such as {zstd: {level: 3}}");
      }
      return new Compression.None();
    }
    Fields compress = values.fields(field, COMPRESS_KEYS);
    Fields zstd = compress == null ? null : values.fields(compress.required("zstd"), ZSTD_KEYS);
    Integer level =
        zstd == null ? null : values.number(zstd.optional("level"), Zstd.MIN_LEVEL, Zstd.MAX_LEVEL);
    return new Zstd(level == null ? Zstd.DEFAULT_LEVEL : level);
  }

  private @Nullable Fields openpgp(@Nullable Field field) {
    Fields encrypt = values.fields(field, ENCRYPT_KEYS);
    return encrypt == null ? null : values.fields(encrypt.required("openpgp"), OPENPGP_KEYS);
  }

  private EncodingConfig.@Nullable Signing signing(@Nullable Fields openpgp) {
    if (openpgp == null) {
      return null;
    }
    Field passphrase = openpgp.optional(PASSPHRASE);
    Field signer = openpgp.optional("sign_with");
    if (signer == null && passphrase != null) {
      problems.error(
          passphrase.position(), "'%s' is of no use without 'sign_with'".formatted(PASSPHRASE));
    }
    Located<Path> key = values.path(signer);
    Located<Path> passphraseFile = values.path(passphrase);
    return key == null ? null : new EncodingConfig.Signing(key, passphraseFile);
  }

  private List<Located<Path>> recipients(@Nullable Fields openpgp) {
    return openpgp == null
        ? List.of()
        : values.someItems(openpgp.required("recipients")).stream()
            .map(values::path)
            .filter(Objects::nonNull)
            .toList();
  }
}
