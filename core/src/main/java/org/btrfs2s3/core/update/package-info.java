/**
 * The use case {@code update}: observes, plans, asks, and executes the plan in a fixed order, each
 * step under its preconditions. {@link org.btrfs2s3.core.update.Update} is the entrance.
 *
 * <p>Of the uploads: {@code UploadQueue} gives the remotes their turns, {@code SharedUpload} sends
 * one snapshot to those that share it ({@code ActiveUploads}) in one object or in segments ({@code
 * SegmentedUpload}, {@code UploadResumption}); {@code RemoteUpload} and {@code RemoteAttempt} are
 * one remote's side of that.
 *
 * <p>And its small sisters, which remove what updates left behind: {@link
 * org.btrfs2s3.core.update.GarbageCollection} and {@link org.btrfs2s3.core.update.Abandonment}.
 *
 * <p>May use all of core.
 */
@NullMarked
package org.btrfs2s3.core.update;

import org.jspecify.annotations.NullMarked;
