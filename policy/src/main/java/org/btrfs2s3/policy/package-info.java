/**
 * Which snapshots and backups a preservation policy keeps, and why.
 *
 * <p>Pure: values in, values out. No clock, no I/O, no logging; {@code now} and the zone are
 * arguments. May use the JDK only.
 */
@NullMarked
package org.btrfs2s3.policy;

import org.jspecify.annotations.NullMarked;
