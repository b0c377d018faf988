@NullMarked
package org.btrfs2s3.app.setup;

import org.jspecify.annotations.NullMarked;
