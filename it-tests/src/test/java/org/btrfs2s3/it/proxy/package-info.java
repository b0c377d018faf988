/**
 * Stands between a client and an S3 server: {@link org.btrfs2s3.it.proxy.FaultProxy} passes
 * requests on, remembers them, and breaks those that a {@link org.btrfs2s3.it.proxy.Script} tells
 * it to.
 */
@NullMarked
package org.btrfs2s3.it.proxy;

import org.jspecify.annotations.NullMarked;
