/** What tests of all modules share: tools, and real file systems to test on. */
@NullMarked
package org.btrfs2s3.core.testing;

import org.jspecify.annotations.NullMarked;
