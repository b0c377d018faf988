/**
 * The use case {@code update}: observes, plans, asks, and executes the plan in a fixed order, each
 * step under its preconditions. {@link org.btrfs2s3.core.update.Update} is the entrance.
 *
 * <p>May use all of core.
 */
@NullMarked
package org.btrfs2s3.core.update;

import org.jspecify.annotations.NullMarked;
