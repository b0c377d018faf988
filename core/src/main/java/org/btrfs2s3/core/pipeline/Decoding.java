package org.btrfs2s3.core.pipeline;

import java.util.Arrays;
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
    return undoing(layers(contentSuffixes), identities, signers);
  }

  /** What the suffixes of a key tell, the outermost first: from right to left. */
  public static List<Layer> layers(List<String> contentSuffixes) {
    return contentSuffixes.reversed().stream()
        .flatMap(
            suffix -> Arrays.stream(Layer.values()).filter(layer -> layer.suffix().equals(suffix)))
        .toList();
  }

  /** The stages that undo these, in their order; as {@link #stages(List, Identities, Signers)}. */
  public static List<Stage> undoing(List<Layer> layers, Identities identities, Signers signers) {
    return layers.stream().map(layer -> undoing(layer, identities, signers)).toList();
  }

  private static Stage undoing(Layer layer, Identities identities, Signers signers) {
    return switch (layer) {
      case OPENPGP -> new OpenPgpDecrypt(identities, signers);
      case ZSTD -> new ZstdDecompress();
    };
  }

  /** Whether the suffixes of a key tell so. */
  public static boolean isEncrypted(List<String> contentSuffixes) {
    return layers(contentSuffixes).contains(Layer.OPENPGP);
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
