package org.btrfs2s3.core.pipeline;

import java.util.ArrayList;
import java.util.List;

/** How objects become send streams again. */
public final class Decoding {

  private static final String FILTER_ROLE = "restore_through";

  private Decoding() {}

  /**
   * The stages that undo what the suffixes of a key tell, from right to left. Suffixes that are
   * unknown tell nothing. None is known: no stages; what the object holds is then to be found out
   * from its first bytes ({@link LikelyFormat}).
   *
   * @param contentSuffixes such as {@code [".zst", ".gpg"]}
   */
  public static List<Stage> stages(List<String> contentSuffixes, Identities identities) {
    return stages(contentSuffixes, identities, Signers.anyone());
  }

  /**
   * As {@link #stages(List, Identities)}. Only what is encrypted can carry a signature: where one
   * is required, the caller refuses the rest, as {@link #isEncrypted} tells.
   *
   * @param signers who must have signed what is decrypted
   */
  public static List<Stage> stages(
      List<String> contentSuffixes, Identities identities, Signers signers) {
    var stages = new ArrayList<Stage>();
    for (String suffix : contentSuffixes.reversed()) {
      switch (suffix) {
        case StandardEncoding.OPENPGP_SUFFIX -> stages.add(new OpenPgpDecrypt(identities, signers));
        case StandardEncoding.ZSTD_SUFFIX -> stages.add(new ZstdDecompress());
        default -> {}
      }
    }
    return List.copyOf(stages);
  }

  /** Whether the suffixes of a key tell so. */
  public static boolean isEncrypted(List<String> contentSuffixes) {
    return contentSuffixes.contains(StandardEncoding.OPENPGP_SUFFIX);
  }

  /**
   * The user's own commands ({@code restore_through}).
   *
   * @param commands argument lists, in order of the flow
   */
  public static List<Stage> filters(List<List<String>> commands) {
    return CommandStage.chain(FILTER_ROLE, commands);
  }
}
