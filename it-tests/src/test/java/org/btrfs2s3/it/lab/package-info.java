/** What the tests of whole runs share: sources to back up, remotes, and places to restore to. */
@NullMarked
package org.btrfs2s3.it.lab;

import org.jspecify.annotations.NullMarked;
