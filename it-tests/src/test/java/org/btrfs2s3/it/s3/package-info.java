/**
 * S3 servers to test against: {@link org.btrfs2s3.it.s3.S3Engine} names them, and starts each at
 * most once per test run.
 */
@NullMarked
package org.btrfs2s3.it.s3;

import org.jspecify.annotations.NullMarked;
