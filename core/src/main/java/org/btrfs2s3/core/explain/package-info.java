/**
 * Why a snapshot or a backup is kept, until when, and what depends on it: {@link
 * org.btrfs2s3.core.explain.Explainer} reads it off a plan, and asks the planner about the future.
 * Pure.
 *
 * <p>May use the policy module, {@code core.backup}, {@code core.catalog} and {@code core.plan}.
 */
@NullMarked
package org.btrfs2s3.core.explain;

import org.jspecify.annotations.NullMarked;
