/**
 * Reads what backups hold: fetches their objects, undoes their encoding and checks them against
 * what the remote says of them. {@link org.btrfs2s3.core.content.ContentReader} is the entrance;
 * the use cases that read backups share it.
 *
 * <p>May use the catalog, the stores and the pipeline. Knows nothing of btrfs.
 */
@NullMarked
package org.btrfs2s3.core.content;

import org.jspecify.annotations.NullMarked;
