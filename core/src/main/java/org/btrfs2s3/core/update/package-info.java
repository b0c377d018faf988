/**
 * The use case {@code update}: observes, plans, asks, and executes the plan in a fixed order, each
 * step under its preconditions. {@link org.btrfs2s3.core.update.Update} is the entrance.
 *
 * <p>Its sisters share the machinery: {@link org.btrfs2s3.core.update.Seeding} executes only the
 * uploads of a plan; {@link org.btrfs2s3.core.update.Repair} and {@link
 * org.btrfs2s3.core.update.CommitRepair} make whole what is damaged; {@link
 * org.btrfs2s3.core.update.GarbageCollection} and {@link org.btrfs2s3.core.update.Abandonment}
 * remove what interrupted runs left.
 *
 * <p>The machinery: {@code RunSession} holds the locks, and a {@code SourceSession} and a {@code
 * RemoteSession} for each source and remote; {@code Ledger} notes what happened; {@code
 * SnapshotActions}, {@code Janitor} and {@code Deletions} execute a plan's actions, {@code
 * UploadQueue} its uploads. That gives the remotes their turns; {@code SharedUpload} sends one
 * snapshot to those that share it ({@code ActiveUploads}) in one object or in segments ({@code
 * SegmentedUpload}, {@code UploadResumption}); {@code RemoteUpload} and {@code RemoteAttempt} are
 * one remote's side of that. It is one package, because nobody but these use cases may get hold of
 * any of it.
 *
 * <p>May use all of core.
 */
@NullMarked
package org.btrfs2s3.core.update;

import org.jspecify.annotations.NullMarked;
