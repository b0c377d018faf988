/**
 * Reads, verifies and rewrites the btrfs send stream format.
 *
 * <p>Uses nothing of this project but the values of the policy module.
 */
@NullMarked
package org.btrfs2s3.core.sendstream;

import org.jspecify.annotations.NullMarked;
