package org.btrfs2s3.core.restore;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param source only this source; null for every one on the remote
 * @param keepChain whether the ancestors stay, as restored subvolumes of their own
 * @param writable what a writable snapshot of the only selected backup is called; null for none
 */
public record RestoreOptions(
    Selection selection,
    @Nullable UUID source,
    boolean keepChain,
    @Nullable String writable,
    Precautions precautions) {

  public RestoreOptions(Selection selection, @Nullable UUID source, boolean keepChain) {
    this(selection, source, keepChain, null, Precautions.USUAL);
  }
}
