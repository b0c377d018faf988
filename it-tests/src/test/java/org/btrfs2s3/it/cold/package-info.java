/** Tests of objects in cold storage, on a server that only pretends to have some. */
@NullMarked
package org.btrfs2s3.it.cold;

import org.jspecify.annotations.NullMarked;
