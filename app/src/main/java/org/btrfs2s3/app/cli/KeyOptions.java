package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.Located;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.content.ContentKeys;
import org.btrfs2s3.core.content.LockedIdentities;
import org.btrfs2s3.core.pipeline.Identities;
import org.btrfs2s3.core.pipeline.OpenPgpKeyException;
import org.btrfs2s3.core.pipeline.Signers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** With which keys a command reads backups. */
final class KeyOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(
      names = "--identity",
      paramLabel = "KEYFILE",
      description =
          "OpenPGP secret key to decrypt with, beside those of the configuration. May be repeated.")
  private List<Path> identities = new ArrayList<>();

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "Holds the passphrase of the identities. Without it: BTRFS2S3_PASSPHRASE, the systemd "
              + "credential btrfs2s3-passphrase, restore.passphrase_file, or the terminal.")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--require-signature-by",
      paramLabel = "KEYFILE",
      description =
          "OpenPGP certificate. Only what one of these keys signed is accepted; they take the place"
              + " of those of the configuration. May be repeated.")
  private List<Path> signers = new ArrayList<>();

  /** Whether any of them is. */
  boolean areGiven() {
    return !identities.isEmpty() || passphraseFile != null || demandSignature();
  }

  /** Whether the command line does, whatever the configuration says. */
  boolean demandSignature() {
    return !signers.isEmpty();
  }

  /**
   * The keys. Files of secret keys are read, and passphrases asked for, when something encrypted is
   * to be read.
   *
   * @param configuration null where none is read
   */
  ContentKeys load(@Nullable Configuration configuration) throws IOException {
    return new ContentKeys(
        new LockedIdentities(() -> loadIdentities(configuration)), loadSigners(configuration));
  }

  /**
   * The same as {@link #load}, for a command that can do most of its work without: if identities of
   * the configuration cannot be used, that is said, and there are none.
   */
  ContentKeys loadIfPossible(Configuration configuration) throws IOException {
    try {
      return new ContentKeys(loadIdentities(configuration), loadSigners(configuration));
    } catch (IOException e) {
      if (!identities.isEmpty() || passphraseFile != null) {
        throw e;
      }
      var signers = loadSigners(configuration);
      spec.commandLine()
          .getErr()
          .println(
              "note: no identity to verify contents with: "
                  + Printable.line(String.valueOf(e.getMessage())));
      return new ContentKeys(Identities.none(), signers);
    }
  }

  private Signers loadSigners(@Nullable Configuration configuration) throws IOException {
    var configured =
        configuration == null ? Stream.<Located<Path>>of() : configuration.signers().stream();
    try {
      return Signers.load(
          signers.isEmpty() ? configured.map(Located::value).toList() : signers,
          InstantSource.system().instant());
    } catch (OpenPgpKeyException e) {
      throw new IOException(
          "cannot use a certificate that is to have signed, as gpg --export writes it: "
              + e.getMessage(),
          e);
    }
  }

  private Identities loadIdentities(@Nullable Configuration configuration) throws IOException {
    var configured =
        configuration == null ? Stream.<Located<Path>>of() : configuration.identities().stream();
    var files = Stream.concat(configured.map(Located::value), identities.stream()).toList();
    if (files.isEmpty()) {
      return Identities.none();
    }
    var configuredFile = configuration == null ? null : configuration.passphraseFile();
    try (var passphrases =
        Passphrases.of(
            passphraseFile, System.getenv(), configuredFile, spec.commandLine().getErr())) {
      try {
        return Identities.load(files, passphrases);
      } catch (OpenPgpKeyException e) {
        throw new IOException(
            "cannot use an identity, a secret key as gpg --export-secret-keys writes it: "
                + passphrases.explained(e).getMessage(),
            e);
      }
    }
  }
}
