/**
 * Backup stores on S3. No AWS type leaves this package but in its factory.
 *
 * <p>May use {@code core}.
 */
@NullMarked
package org.btrfs2s3.s3;

import org.jspecify.annotations.NullMarked;
