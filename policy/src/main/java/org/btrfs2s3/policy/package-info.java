/**
 * Which snapshots and backups a preservation policy keeps, and why.
 *
 * <p>Pure: values in, values out. No clock, no I/O, no logging; {@code now} and the zone are
 * arguments. May use the JDK only.
 *
 * <p>Begin at {@link org.btrfs2s3.policy.RetentionSafety}, which makes of a {@link
 * org.btrfs2s3.policy.PreservationPolicy} and what exists a {@link
 * org.btrfs2s3.policy.PreservationTree}; {@link org.btrfs2s3.policy.DropGuard} looks at what that
 * drops.
 */
@NullMarked
package org.btrfs2s3.policy;

import org.jspecify.annotations.NullMarked;
