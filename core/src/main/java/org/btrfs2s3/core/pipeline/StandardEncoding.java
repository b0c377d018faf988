package org.btrfs2s3.core.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compression, then encryption; either may be none. */
public record StandardEncoding(Compression compression, Encryption encryption) implements Encoding {

  static final String ZSTD_SUFFIX = ".zst";
  static final String OPENPGP_SUFFIX = ".gpg";

  @Override
  public List<String> keySuffixes() {
    var suffixes = new ArrayList<String>();
    if (compression instanceof Compression.Zstd) {
      suffixes.add(ZSTD_SUFFIX);
    }
    if (encryption instanceof Encryption.OpenPgp) {
      suffixes.add(OPENPGP_SUFFIX);
    }
    return List.copyOf(suffixes);
  }

  @Override
  public String description() {
    var steps = new ArrayList<String>();
    if (compression instanceof Compression.Zstd) {
      steps.add("zstd");
    }
    if (encryption instanceof Encryption.OpenPgp) {
      steps.add("openpgp");
    }
    var signer = signer();
    if (signer != null) {
      steps.add("signed-" + signer.keyId());
    }
    return steps.isEmpty() ? "none" : String.join(",", steps);
  }

  @Override
  public List<String> recipientIds() {
    return encryption instanceof Encryption.OpenPgp openPgp
        ? openPgp.recipients().keyIds()
        : List.of();
  }

  @Override
  public @Nullable SigningKey signer() {
    return encryption instanceof Encryption.OpenPgp openPgp ? openPgp.signer() : null;
  }

  @Override
  public List<Stage> stages() {
    var stages = new ArrayList<Stage>();
    if (compression instanceof Compression.Zstd zstd) {
      stages.add(new ZstdCompress(zstd));
    }
    if (encryption instanceof Encryption.OpenPgp openPgp) {
      stages.add(new OpenPgpEncrypt(openPgp.recipients(), openPgp.signer()));
    }
    return List.copyOf(stages);
  }
}
