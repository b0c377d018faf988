/**
 * The use case {@code restore}: chooses backups, plans their chains, receives them under hidden
 * names and gives them their final names only after everything was checked and synced (invariant
 * 7). {@link org.btrfs2s3.core.restore.Restore} is the entrance.
 *
 * <p>May use all of core.
 */
@NullMarked
package org.btrfs2s3.core.restore;

import org.jspecify.annotations.NullMarked;
