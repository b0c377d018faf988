/** Tests of the commands that recipes are made of. */
@NullMarked
package org.btrfs2s3.app.recipe;

import org.jspecify.annotations.NullMarked;
