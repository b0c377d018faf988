@NullMarked
package org.btrfs2s3.app.console;

import org.jspecify.annotations.NullMarked;
