/**
 * Backup stores on S3. No AWS type leaves this package.
 *
 * <p>{@link org.btrfs2s3.s3.S3StoreFactory} makes a store from {@link org.btrfs2s3.s3.S3Settings}.
 * Inside, {@code S3Store} answers the port's calls; {@code S3Bucket} and {@code UploadRequests} are
 * the only classes that know requests, {@code Requests} the one that repeats them, {@code S3Errors}
 * the only one that judges their failures, and {@code StallWatch} cancels those that do not get on;
 * {@code S3PendingObject} cuts a stream into the parts of a {@code PartPlan} in the memory of
 * {@link org.btrfs2s3.s3.UploadMemory}, {@code Commit} publishes it, and {@code ObjectStream}
 * reads.
 *
 * <p>May use {@code core}.
 */
@NullMarked
package org.btrfs2s3.s3;

import org.jspecify.annotations.NullMarked;
