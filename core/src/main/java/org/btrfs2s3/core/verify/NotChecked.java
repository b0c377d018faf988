package org.btrfs2s3.core.verify;

import java.util.UUID;
import org.btrfs2s3.core.store.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Something that should have been looked at, but could not be: it is neither right nor wrong.
 *
 * @param uuid the backup, if it is one
 * @param message why
 */
public record NotChecked(@Nullable UUID uuid, @Nullable ObjectKey key, String message) {}
