/**
 * The use case {@code verify}: checks what a remote holds by its listing, by its content, and by
 * restoring it into a scratch file system and comparing. Changes nothing on the remote and takes no
 * lock. {@link org.btrfs2s3.core.verify.Verify} is the entrance, {@link
 * org.btrfs2s3.core.verify.VerifyReport} what it finds.
 *
 * <p>May use all of core; it restores with {@code core.restore}, as users do.
 */
@NullMarked
package org.btrfs2s3.core.verify;

import org.jspecify.annotations.NullMarked;
