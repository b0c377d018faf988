@NullMarked
package org.btrfs2s3.policy;

import org.jspecify.annotations.NullMarked;
