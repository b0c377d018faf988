/**
 * What a run is going to do, as data: {@link org.btrfs2s3.core.plan.Observation} (what exists) plus
 * policies gives a {@link org.btrfs2s3.core.plan.Plan} of {@link org.btrfs2s3.core.plan.Action}s.
 *
 * <p>Pure: no clock, no I/O. May use the policy module, {@code core.backup}, and the values that
 * name objects of a store.
 */
@NullMarked
package org.btrfs2s3.core.plan;

import org.jspecify.annotations.NullMarked;
