/** Tests of what is installed beside the program: the launcher and the systemd units. */
@NullMarked
package org.btrfs2s3.app.dist;

import org.jspecify.annotations.NullMarked;
