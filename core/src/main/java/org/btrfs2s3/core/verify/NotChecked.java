package org.btrfs2s3.core.verify;

import java.util.UUID;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Something that should have been looked at, but could not be: it is neither right nor wrong.
 *
 * @param uuid the backup, if it is one
 * @param undecodable whether it is there, but nothing here can decode it: no key, no command
 * @param message why
 */
public record NotChecked(
    @Nullable UUID uuid, @Nullable ObjectKey key, boolean undecodable, String message) {}
